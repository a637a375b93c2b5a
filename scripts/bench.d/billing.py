"""The billing run, end to end, against OCA's ``contract`` and naive invoices.

Ours goes from readings to posted invoices: ledger, rating, charges, invoice. Every side works in
batches of 100 with a commit each, tracking on; every figure is the median of three months.

- *contract*: contracts of 2 to 20 devices with two meters each; ``contract`` has a line for each
  device and meter with the same quantities and prices, and makes the invoices by its own cron.
- *invoice*, *naive*: equal invoices of two lines, against ``contract`` and against nothing but
  ``create`` and ``action_post``.
- *rating*: what 5 000 meters of devices owe, in a second; nothing is stored.
- *many*: what a contract costs in a run of many against one in a run of 500; *memory* of the
  process after both.
- *workers*: a run by two processes at once against one, by the clock. That no contract is invoiced
  twice and that the numbers have no gap is checked.

The peer's databases hold Odoo's modules and, of ours, nothing. ``contract`` is downloaded with pip.
Time is what Odoo and the database compute, but for *workers*. ``SERVICE_BENCH_CONTRACTS`` (large
ones, 95), ``SERVICE_BENCH_INVOICES`` (1 000) and ``SERVICE_BENCH_MANY`` (3 000; the whole 10 000
take an hour) are sizes.
"""

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

from toolbox import bench, bench_peer, databases

GOALS = {
    "contract": 1 / 3.0,
    "invoice": 1 / 1.25,
    "naive": 1 / 1.1,
    "rating": 1.0,
    "many": 1.15,
    "memory": 1.1,
    "workers": 1 / 1.4,
}
PEER = "odoo-addon-contract>=19.0,<19.1"
LARGE = int(os.environ.get("SERVICE_BENCH_CONTRACTS") or 95)
SMALL = int(os.environ.get("SERVICE_BENCH_INVOICES") or 1000)
MANY = int(os.environ.get("SERVICE_BENCH_MANY") or 3000)
FEW = min(500, MANY // 2)
ROUNDS = 3


def measure(env):
    """Milliseconds of a contract or an invoice, seconds of rating, MiB, seconds of workers."""
    with tempfile.TemporaryDirectory() as folder:
        addons = bench_peer.download(Path(folder), PEER)
        ours, peer = _ours(env), _peer(env, addons)
    return {
        "contract": _milliseconds(ours["large"], peer["large"]),
        "invoice": _milliseconds(ours["small"], peer["small"]),
        "naive": _milliseconds(ours["small"], peer["naive"]),
        "rating": {"ours": ours["rating"], "peer": 1.0, "unit": "s"},
        **_many(env),
    }


def _milliseconds(ours, peer):
    return {"ours": 1000 * ours, "peer": 1000 * peer, "unit": "ms"}


def _ours(env):
    name = f"service_bench_billing_{os.getpid()}"
    try:
        databases.copy(env, name, databases.suite(env))
        bench.inside(env, name, "_billing/fill.py", LARGE=LARGE, SMALL=SMALL)
        return bench.inside(env, name, "_billing/ask.py")
    finally:
        env.drop_database(name)


def _peer(env, addons):
    with bench_peer.installed(env, addons, "contract") as (name, variables):
        return bench.inside(
            env, name, "_billing/peer.py", variables=variables, LARGE=LARGE, SMALL=SMALL
        )


def _many(env):
    """Figures of a long run, and of two workers against one."""
    name = f"service_bench_many_{os.getpid()}"
    try:
        databases.copy(env, name, databases.suite(env))
        bench.inside(env, name, "_billing/fill.py", LARGE=0, SMALL=MANY + FEW)
        figures = bench.inside(env, name, "_billing/many.py", FEW=FEW)
        times = {1: [], 2: []}
        for number in range(2 * ROUNDS):
            workers = 1 + number % 2
            times[workers].append(_work(env, name, workers, 3 + number))
        one, two = (median(found) for found in times.values())
        return figures | {"workers": {"ours": two, "peer": one, "unit": "s"}}
    finally:
        env.drop_database(name)


def _work(env, name, workers, month):
    """Seconds by the clock of one run by so many processes at once."""
    values = {"MONTH": month, "FEW": FEW, "WORKERS": workers}
    bench.inside(env, name, "_billing/prepare.py", **values)
    with ThreadPoolExecutor(workers) as pool:
        spans = list(
            pool.map(
                lambda number: bench.inside(env, name, "_billing/work.py", NUMBER=number, **values),
                range(workers),
            )
        )
    bench.inside(env, name, "_billing/check.py", **values)
    return max(span["end"] for span in spans) - min(span["start"] for span in spans)
