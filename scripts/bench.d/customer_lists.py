"""Lists, search, groups and cards of customers with the suite, against contacts without it.

Two databases hold the same 5 000 companies, 20 000 places and 15 000 people: one with the suite,
one with Odoo's own modules only. In both, the same is asked through the methods that the web client
calls: the customers' list (the contacts' list without the suite), a typed name, groups, a card;
as staff, and as each role of customer people (a portal user without the suite): of a chain with 500
branches and, as *small*, of a customer with four. Time is what Odoo and the database compute for
one call, the best of many; both sides stay open and are asked by turns, so that they meet the same
machine.
"""

import os
from contextlib import ExitStack
from pathlib import Path

from toolbox import bench_turns, databases
from toolbox.say import Refusal

ROLES = ("dispatcher", "technician", "decision", "user", "accounting", "small")
CALLS = ("list", "search", "group", "card")
GOALS = {f"{role} {call}": 1.3 for role in ROLES for call in CALLS}
SIDES = ("ours", "peer")
ROUNDS = 15
SCRIPTS = Path(__file__).parent / "_customers"


def measure(env):
    """Milliseconds of each call in each role, on both sides."""
    names = {side: f"service_bench_customers_{side}_{os.getpid()}" for side in SIDES}
    templates = {"peer": databases.base(env), "ours": databases.suite(env)}
    try:
        for side, name in names.items():
            databases.copy(env, name, templates[side])
            _fill(env, name)
        return compare(env, names)
    finally:
        for name in names.values():
            env.drop_database(name)


def compare(env, names):
    """Ask the filled databases by turns, call by call.

    :param dict names: of the databases, by side
    """
    with ExitStack() as stack:
        sides = {
            side: stack.enter_context(bench_turns.Side(env, name, "_customers/ask.py"))
            for side, name in names.items()
        }
        found = bench_turns.least(sides, GOALS, ROUNDS)
    return {figure: both | {"unit": "ms"} for figure, both in found.items()}


def _fill(env, name):
    words = ("shell", "-d", name, "--no-http", "--log-level=error")
    script = (SCRIPTS / "fill.py").read_text()
    done = env.odoo(*words, input=script, check=False, capture_output=True, text=True)
    if done.returncode or "FILLED" not in done.stdout:
        raise Refusal(f"{name} was not filled: {(done.stdout + done.stderr)[-3000:]}")
