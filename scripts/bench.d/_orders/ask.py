# Asks either side, after ask_ours.py or ask_peer.py: they name MODEL, COLUMNS, CARD, STAGE,
# ``values()`` of so many new orders, and what only they are asked, CALLS.
# ruff: noqa: F821
from itertools import count

LIMIT, CARDS = 80, 40
NUMBERS = count()


def specification(names):
    """What the web client asks for of these fields."""
    fields = env[MODEL]._fields
    return {
        name: {"fields": {"display_name": {}}} if fields[name].relational else {} for name in names
    }


def listed(names):
    return env[MODEL].web_search_read([], specification(names), limit=LIMIT, count_limit=10001)


def board():
    return env[MODEL].web_read_group(
        [],
        [STAGE],
        ["__count"],
        auto_unfold=True,
        unfold_read_specification=specification(CARD),
        unfold_read_default_limit=CARDS,
    )


def queries(function):
    """How many a call sends, with an empty cache of records."""
    env.invalidate_all()
    before = env.cr.sql_log_count
    function()
    return env.cr.sql_log_count - before


def created():
    """Seconds of one batch, of which nothing stays."""
    vals_list = values(next(NUMBERS))
    try:
        return measured(lambda: env[MODEL].create(vals_list))
    finally:
        env.cr.rollback()


def answer(question):
    """Milliseconds of a call, or its number of queries."""
    name, _comma, kind = question.partition(", ")
    if name == "create":
        return 1000 * created()
    if kind == "queries":
        return queries(CALLS[name])
    return 1000 * measured(CALLS[name])


if len(board()["groups"]) < 20:
    raise SystemExit("The board has too few columns.")
CALLS = {"list": lambda: listed(COLUMNS), "board": board, **CALLS}
