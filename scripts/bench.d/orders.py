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
import subprocess
import sys
import tempfile
from pathlib import Path
from zipfile import ZipFile

from toolbox import bench, databases
from toolbox.say import Refusal

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
        peer = _peer(env, _download(Path(folder)))
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


def _download(folder: Path) -> Path:
    """The folder of addons that holds the peer's."""
    words = ["-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, *PEER]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True)
    wheels = list(folder.glob("*.whl"))
    if done.returncode or len(wheels) < len(PEER):
        raise Refusal(
            "The addon fieldservice of the OCA could not be downloaded with pip, so there is "
            f"nothing to compare with: {done.stderr.strip()[-500:]}"
        )
    for wheel in wheels:
        with ZipFile(wheel) as archive:
            archive.extractall(folder)
    return folder / "odoo/addons"


def _ours(env):
    name = f"service_bench_orders_{os.getpid()}"
    try:
        databases.copy(env, name, databases.suite(env))
        return _asked(env, name, "ours.py")
    finally:
        env.drop_database(name)


def _peer(env, addons):
    name = f"service_bench_fsm_{os.getpid()}"
    config = addons.parent / "odoo.conf"
    config.write_text(env.config.read_text().replace(str(env.addons), str(addons)))
    variables = {**env.variables, "ODOO_RC": str(config)}
    try:
        databases.copy(env, name, databases.base(env))
        words = ("-d", name, "-i", "fieldservice", "--stop-after-init", "--no-http")
        done = env.odoo(*words, check=False, capture_output=True, text=True, env=variables)
        if done.returncode:
            raise Refusal(f"The peer could not be installed: {done.stderr[-2000:]}")
        return _asked(env, name, "peer.py", variables=variables)
    finally:
        env.drop_database(name)


def _asked(env, database, side, **options):
    """Figures of one side: it says what its orders are, and both are asked in the same way."""
    both = (bench.FOLDER / "_orders/both.py").read_text()
    return bench.inside(env, database, f"_orders/{side}", BOTH=both, ORDERS=ORDERS, **options)
