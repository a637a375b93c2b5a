"""The first load of customers, locations and people against core's import, and loading it again.

*first load*: a spreadsheet uploaded, checked and loaded, against ``load()`` of core with external
ids, in batches as the import screen makes them, in another copy of the same database; both must end
in the same records. *unchanged second load*: the same file again, against what the first load took.
"""

import json
import os
from pathlib import Path

from toolbox import databases
from toolbox.say import Refusal

ROWS = int(os.environ.get("BENCH_ROWS", "10000"))
GOALS = {"first load": 1 / 1.2, "unchanged second load": 1 / 20}
INSIDE = Path(__file__).with_name("_customers_load.py")


def measure(env):
    """Seconds of both loads; the order of the sides is that of the dictionary."""
    template = databases.suite(env)
    peer, ours = (_run(env, template, side) for side in ("core", "ours"))
    if peer["state"] != ours["state"]:
        raise Refusal(f"The loads differ in the end: core {peer['state']}, ours {ours['state']}.")
    return {
        "first load": {"ours": ours["first"], "peer": peer["first"], "unit": "s"},
        "unchanged second load": {"ours": ours["again"], "peer": ours["first"], "unit": "s"},
    }


def _run(env, template, side):
    """What one side says of itself, in a database of its own."""
    name = f"service_bench_load_{side}_{os.getpid()}"
    databases.copy(env, name, template)
    variables = {"BENCH_SIDE": side, "BENCH_ROWS": str(ROWS)}
    text = "".join(f"import os; os.environ[{k!r}] = {v!r}\n" for k, v in variables.items())
    try:
        done = env.odoo(
            "shell", "-d", name, "--no-http", "--log-level=error",
            input=text + f"exec(compile({INSIDE.read_text()!r}, 'load', 'exec'))\n",
            check=False, capture_output=True, text=True,
        )  # fmt: skip
    finally:
        env.drop_database(name)
    lines = [line for line in done.stdout.splitlines() if line.startswith("BENCH ")]
    if not lines:
        raise Refusal(f"The load of {side} failed: {(done.stdout + done.stderr)[-2000:]}")
    return json.loads(lines[0].removeprefix("BENCH "))
