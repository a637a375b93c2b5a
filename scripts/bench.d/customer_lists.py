"""Lists, search, groups and cards of customers with the suite, against contacts without it.

Two databases hold the same 5 000 companies, 20 000 places and 15 000 people: one with the suite,
one with Odoo's own modules only. In both, the same is asked through the methods that the web client
calls: the customers' list (the contacts' list without the suite), a typed name, groups, a card;
as staff, and as each role of customer people (a portal user without the suite). Time is what the
server needs for one call, the best of several, by turns.
"""

import json
import os
from pathlib import Path

from toolbox import databases
from toolbox.say import Refusal

ROLES = ("dispatcher", "technician", "decision", "user", "accounting")
CALLS = ("list", "search", "group", "card")
GOALS = {f"{role} {call}": 1.3 for role in ROLES for call in CALLS}
ROUNDS = 2
MARK = "FIGURES "
SCRIPTS = Path(__file__).parent / "_customers"


def measure(env):
    """Milliseconds of each call in each role, on both sides."""
    templates = {"peer": databases.base(env), "ours": databases.suite(env)}
    names = {side: f"service_bench_customers_{side}_{os.getpid()}" for side in templates}
    try:
        for side, template in templates.items():
            databases.copy(env, names[side], template)
            _run(env, names[side], "fill.py")
        found = [(side, _run(env, names[side], "ask.py")) for side in list(names) * ROUNDS]
    finally:
        for name in names.values():
            env.drop_database(name)
    return {
        figure: {
            side: min(figures[figure] for other, figures in found if other == side)
            for side in ("ours", "peer")
        }
        | {"unit": "ms"}
        for figure in GOALS
    }


def _run(env, name, script):
    """Run a script of ours in Odoo's shell; what it measured, if it says so."""
    done = env.odoo(
        *("shell", "-d", name, "--no-http", "--log-level=error"),
        check=False,
        capture_output=True,
        text=True,
        input=(SCRIPTS / script).read_text(),
    )
    figures = [line[len(MARK) :] for line in done.stdout.splitlines() if line.startswith(MARK)]
    if done.returncode or not figures:
        raise Refusal(f"{script} failed in {name}: {(done.stdout + done.stderr)[-3000:]}")
    return json.loads(figures[-1])
