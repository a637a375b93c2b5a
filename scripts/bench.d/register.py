"""The register of a large dealer: devices against Odoo's serial numbers; readings in batches.

One database holds 20 000 devices at customers, as many serial numbers in stock, and two years of
monthly readings of two meters each (about a million). List, search and groups of devices are asked
through the methods that the web client calls and compared with the same of ``stock.lot`` with all
columns of its list; so is the card, which also tells contract, meters, orders and events. The first
page of the history of a device with 5 000 events may need 10 queries; 3 000 readings, taken in
batches through the public method (plausibility, life value, history), one second. A file of
readings is imported twice as fast as core's ``load()`` writes the same rows, which has to be given
the lives and verdicts that ours finds out, and both must leave the same behind.

Time is what Odoo and the database compute, so that what others do on the machine counts little;
the best of several, both sides by turns.

``SERVICE_BENCH_DEVICES`` makes it smaller, to try it out.
"""

import os

from toolbox import bench, databases

GOALS = {
    "list": 1.2,
    "search": 1.2,
    "group": 1.2,
    "card": 2.0,
    "history page": 1.0,
    "3000 readings": 1.0,
    "import": 0.5,
}
DEVICES = int(os.environ.get("SERVICE_BENCH_DEVICES") or 20_000)


def measure(env):
    """Milliseconds of each call, queries of the history's page, seconds of readings."""
    name = f"service_bench_register_{os.getpid()}"
    try:
        databases.copy(env, name, databases.suite(env))
        bench.inside(env, name, "_register/fill.py", DEVICES=DEVICES)
        figures = {}
        for script in ("ask.py", "take.py", "load.py"):
            figures |= bench.inside(env, name, f"_register/{script}", DEVICES=DEVICES)
        return figures
    finally:
        env.drop_database(name)
