# What is asked of both sides, read by ours.py and peer.py: they name MODEL, COLUMNS, CARD, STAGE,
# and ``values()`` of so many new orders.
# ruff: noqa: F821
ROUNDS = 9
BATCH = 1000
LIMIT, CARDS = 80, 40


def columns_of(table, *without):
    """The columns of a table, quoted, but for its number and some."""
    env.flush_all()
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
        " AND column_name <> ALL(%s)",
        (table, ["id", *without]),
    )
    return [f'"{name}"' for (name,) in env.cr.fetchall()]


def multiply(table, count, **changes):
    """Copy the rows of a table until there are so many, but for some columns (SQL of ``n``)."""
    names = columns_of(table)
    taken = ", ".join(changes.get(name.strip('"'), name) for name in names)
    env.cr.execute(f"SELECT count(*) FROM {table}")
    times = count // env.cr.fetchone()[0]
    env.cr.execute(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {taken}"
        f" FROM {table}, generate_series(1, {times - 1}) AS n"
    )
    env.cr.commit()


def settle():
    """As after a night: statistics known, nothing in memory."""
    env.cr.execute("ANALYZE")
    env.cr.commit()
    env.invalidate_all()


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


def best(function, rounds=ROUNDS):
    """Milliseconds of a call, the best of several."""
    return 1000 * min(measured(function) for _round in range(rounds))


def queries(function):
    env.invalidate_all()
    before = env.cr.sql_log_count
    function()
    return env.cr.sql_log_count - before


def created():
    """Milliseconds of one batch; the first warms up, and none stays."""
    found = []
    for number in range(3):
        vals_list = values(number)
        found.append(1000 * measured(lambda vals_list=vals_list: env[MODEL].create(vals_list)))
        env.cr.rollback()
    return min(found[1:])


def asked():
    """The figures that both sides have."""
    if env[MODEL].search_count([]) < ORDERS * 0.99:
        raise SystemExit("There are fewer orders than told.")
    columns = len(board()["groups"])
    if columns < 20:
        raise SystemExit(f"The board has only {columns} columns.")
    listed(COLUMNS)
    return {
        "list": best(lambda: listed(COLUMNS)),
        "board": best(board),
        "create": created(),
    }
