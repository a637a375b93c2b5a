"""What a dispatcher looks at, with as many orders, against ``fsm.order`` of OCA's ``fieldservice``.

Both databases hold 100 000 orders in 20 stages, made of a thousand that the ORM created; ours with
three lines each. The same number and kinds of columns is read through the methods that the web
client calls: the list's first page with its count, and the board by stage with the cards of each
column. Our own list of 12 columns may take twice the peer's time and 15 queries, the tiles of the
dispatcher's desk 10 queries. 1 000 orders are created in one batch, ours with what topic, contract,
clocks and history bring along, the peer's with a worker and a planned time.

Time is what Odoo and the database compute, the best of several. ``fieldservice`` is downloaded with
pip; its database holds, of ours, nothing. ``SERVICE_BENCH_ORDERS`` makes it smaller, to try it out.
"""

import os
import tempfile
from pathlib import Path

from toolbox import bench, bench_peer, databases

GOALS = {
    "list": 1.0,
    "board": 1.0,
    "12 columns": 2.0,
    "12 columns, queries": 1.0,
    "desk, queries": 1.0,
    "create": 1.0,
}
PEER = ("odoo-addon-fieldservice>=19.0,<19.1", "odoo-addon-base-territory>=19.0,<19.1")
ORDERS = int(os.environ.get("SERVICE_BENCH_ORDERS") or 100_000)


def measure(env):
    """Milliseconds and queries of each side; a number of queries is compared with the goal's."""
    with tempfile.TemporaryDirectory() as folder:
        peer = _peer(env, bench_peer.download(Path(folder), *PEER))
    ours = _ours(env)
    found = {
        name: {"ours": ours[name], "peer": peer[name], "unit": "ms"}
        for name in ("list", "board", "create")
    }
    return {
        "list": found["list"],
        "board": found["board"],
        "12 columns": {"ours": ours["columns"], "peer": peer["list"], "unit": "ms"},
        "12 columns, queries": {"ours": ours["queries"], "peer": 15, "unit": "queries"},
        "desk, queries": {"ours": ours["desk"], "peer": 10, "unit": "queries"},
        "create": found["create"],
    }


def _ours(env):
    name = f"service_bench_orders_{os.getpid()}"
    try:
        databases.copy(env, name, databases.suite(env))
        return _asked(env, name, "ours.py")
    finally:
        env.drop_database(name)


def _peer(env, addons):
    with bench_peer.installed(env, addons, "fieldservice") as (name, variables):
        return _asked(env, name, "peer.py", variables=variables)


def _asked(env, database, side, **options):
    """Figures of one side: it says what its orders are, and both are asked in the same way."""
    both = (bench.FOLDER / "_orders/both.py").read_text()
    return bench.inside(env, database, f"_orders/{side}", BOTH=both, ORDERS=ORDERS, **options)
