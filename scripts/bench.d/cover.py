"""Who pays for 100 000 items, against Odoo's own price lists asked for as many prices.

One database holds 5 000 contracts, half of them leases and half service only, with four devices
each and one of 500 price lists. Ours answers 100 000 questions customer by customer, in batches of
10 000; the peer computes 200 products of each price list in one call for each list, as many prices
in all. *priced*: every
question costs something, by a service-only contract or by the customer's fault; *covered*: 70 % are
covered by a lease. *queries*: those of a batch of 10 000 questions against those of one of 100.
"""

import os

from toolbox import bench, databases

GOALS = {"priced": 1.5, "covered": 0.5, "queries": 1.0}
CONTRACTS = int(os.environ.get("SERVICE_BENCH_CONTRACTS") or 5000)


def measure(env):
    """Seconds of both sides, and queries of a batch."""
    name = f"service_bench_cover_{os.getpid()}"
    try:
        databases.copy(env, name, databases.suite(env))
        for script in ("fill.py", "ask.py"):
            figures = bench.inside(env, name, f"_cover/{script}", CONTRACTS=CONTRACTS)
        return figures
    finally:
        env.drop_database(name)
