"""What a dispatcher looks at, with as many orders, against ``fsm.order`` of OCA's ``fieldservice``.

Both databases hold 100 000 orders in 20 stages, made of a thousand that the ORM created; ours with
three lines each. The same number and kinds of columns is read through the methods that the web
client calls: the list's first page with its count, and the board by stage with the cards of each
column. Our own list of 12 columns may take twice the peer's time and 15 queries, the tiles of the
dispatcher's desk 10 queries. 1 000 orders are created in one batch, ours with what topic, contract,
clocks and history bring along, the peer's with a worker and a planned time.

Time is what Odoo and the database compute, the best of many; both sides stay open and are asked by
turns, in the same language, so that they meet the same machine. ``fieldservice`` is downloaded with
pip; its database holds, of ours, nothing. ``SERVICE_BENCH_ORDERS`` makes it smaller, to try it out.
"""

import os
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path

from toolbox import bench, bench_peer, bench_turns, databases

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
#: How many our calls may send.
QUERIES = {"12 columns, queries": 15, "desk, queries": 10}
#: How often each is asked; the time of making a thousand orders varies less, and is long.
ROUNDS, BATCHES = 25, 4


def measure(env):
    """Milliseconds and queries of each side; a number of queries is compared with the goal's."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        peer = stack.enter_context(
            bench_peer.installed(env, bench_peer.download(folder, *PEER), "fieldservice")
        )
        ours = stack.enter_context(_copied(env))
        fill(env, "peer", *peer)
        fill(env, "ours", ours)
        return compare(env, ours, *peer)


@contextmanager
def _copied(env):
    name = f"service_bench_orders_{os.getpid()}"
    try:
        databases.copy(env, name, databases.suite(env))
        yield name
    finally:
        env.drop_database(name)


def fill(env, side, name, variables=None):
    """Make the orders of one side in its database."""
    scripts = ("_orders/fill.py", f"_orders/fill_{side}.py")
    bench.inside(env, name, *scripts, variables=variables, ORDERS=ORDERS)


def compare(env, ours, peer, variables):
    """Ask the filled databases.

    :param dict variables: environment of the peer's process
    """
    with ExitStack() as stack:
        sides = {
            side: stack.enter_context(
                bench_turns.Side(env, name, f"_orders/ask_{side}.py", "_orders/ask.py", **options)
            )
            for side, name, options in (
                ("ours", ours, {}),
                ("peer", peer, {"variables": variables}),
            )
        }
        times = bench_turns.least(sides, ("list", "board", "12 columns"), ROUNDS)
        times |= bench_turns.least(sides, ("create",), BATCHES)
        counted = {name: sides["ours"].ask(name) for name in QUERIES}
    found = {name: {**both, "unit": "ms"} for name, both in times.items()}
    return found | {
        name: {"ours": number, "peer": QUERIES[name], "unit": "queries"}
        for name, number in counted.items()
    }
