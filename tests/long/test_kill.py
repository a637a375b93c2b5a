"""Processes killed with ``kill -9``, and started again: nothing is lost, nothing is doubled."""

import os
import resource
import signal
import subprocess
import tempfile
import time
from decimal import Decimal
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest

from toolbox import machine
from toolbox.environment import ROOT
from toolbox.postgres import Server
from toolbox.say import note

from . import picture
from .epp_input import EXPORT, epp
from .setting_up import FOREIGN, Checkout, kill_cluster, reach
from .world import INSIDE, RESULT, kill

CARDS = 1500
CHARGES = 240
KILLS = 4
#: Steps of the set-up as it announces them, and how long the latest kill waits in each.
STEPS = {
    "Creating a database with Odoo's own modules": 10,
    "Installing the suite": 6,
    "Filling the demo company": 4,
}

# The connection, which the script makes before it begins.
CONNECTION = {"mail_message", "subiekt_backend"}
# What an import leaves, without numbers that a repeated attempt draws anew.
IMPORTED = {
    "pairings": "SELECT kind, external_key, md5(payload) FROM subiekt_binding",
    "partners": "SELECT ref, name, vat, city, street, email, is_company FROM res_partner",
    "products": "SELECT p.default_code, p.barcode, t.name, t.list_price, t.type, t.is_storable "
    "FROM product_product p JOIN product_template t ON t.id = p.product_tmpl_id",
    "prices": "SELECT l.name, t.default_code, i.fixed_price FROM product_pricelist_item i "
    "JOIN product_pricelist l ON l.id = i.pricelist_id "
    "JOIN product_template t ON t.id = i.product_tmpl_id",
}


def big_file() -> bytes:
    """An export with many partners, products and prices."""
    file = epp.read(EXPORT)
    partner, product, price = file.partners[0], file.products[0], file.prices[0]
    file.sections["KONTRAHENCI"] += [
        changed(partner, code=f"K{number}", full_name=f"Klient {number}", nip="")
        for number in range(CARDS)
    ]
    file.sections["TOWARY"] += [
        changed(product, code=f"T{number}", name=f"Toner {number}", barcode="")
        for number in range(CARDS)
    ]
    file.sections["CENNIK"] += [
        changed(price, product_code=f"T{number}", level=level, net=Decimal(number + 1))
        for number in range(CARDS)
        for level in ("Detaliczna", "Hurtowa")
    ]
    return epp.write(file)


def changed(record, **values):
    """A copy of a record of the file with other values."""
    names = [name for name, _kind in type(record).columns()]
    return type(record)(**{name: getattr(record, name) for name in names} | values)


def begun(process) -> float:
    """Wait until the process says that it begins; how much it had worked by then."""
    for line in process.stdout:
        if line.startswith(RESULT):
            return worked(process)
    raise AssertionError(process.stderr.read()[-3000:])


def worked(process) -> float:
    """Seconds of the processor that a living process has had: its progress, however busy the
    machine is with other things."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def undisturbed(world, script: str, **values) -> float:
    """Run a script to its end; how much it worked from its beginning, in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = world.start(script, **values)
    start = begun(process)
    _output, log = process.communicate(timeout=900)
    assert process.returncode == 0, log[-3000:]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime - start


def killed(world, script: str, after: float, **values) -> None:
    """Run a script and kill it when it has worked some seconds from its beginning."""
    process = world.start(script, **values)
    end = begun(process) + after
    while process.poll() is None and worked(process) < end:
        time.sleep(0.01)
    assert process.poll() is None, "it was over before it was killed: have it do more"
    kill(process)
    world.settle()


def imported(world) -> dict[str, list[str]]:
    """What the imports have left."""
    return {name: sorted(world.query(select)) for name, select in IMPORTED.items()}


def test_import_of_a_file(copy, moments, tmp_path):
    """An import is all or nothing: killed at any moment it has changed nothing, and the next one
    leaves what an undisturbed one leaves."""
    path = tmp_path / "big.epp"
    path.write_bytes(big_file())
    calm = copy("suite")
    duration = undisturbed(calm, "import_file", file=str(path))
    expected = imported(calm)
    assert len(expected["prices"]) >= 2 * CARDS

    world = copy("suite")
    before = picture.checksums(world)
    for _ in range(KILLS):
        after = moments.uniform(0.05, 0.75) * duration
        note(f"import killed after {after:.1f} of {duration:.1f} s")
        killed(world, "import_file", after, file=str(path))
        left = picture.difference(before, picture.checksums(world))
        assert [line for line in left if line.split(":")[0] not in CONNECTION] == []
    undisturbed(world, "import_file", file=str(path))
    assert imported(world) == expected
    undisturbed(world, "import_file", file=str(path))
    assert imported(world) == expected, "importing it again changes nothing"


def test_settlement_of_charges(copy, moments):
    """Charges are taken, billed, posted and sent to Subiekt each exactly once, however often the
    process that does it is killed: same settlements, numbers without a gap, same files."""
    calm = copy("demo")
    duration = undisturbed(calm, "settle", count=CHARGES)
    expected = calm.shell("settled")
    assert len(expected["charges"]) == CHARGES
    assert len(expected["settlements"]) == CHARGES / 10

    world = copy("demo")
    for _ in range(KILLS):
        # What was done before is not done again, so each run has less to do.
        after = moments.uniform(0.02, 0.9 / KILLS) * duration
        note(f"settlement killed after {after:.1f} of {duration:.1f} s")
        killed(world, "settle", after, count=CHARGES)
    undisturbed(world, "settle", count=CHARGES)
    assert world.shell("settled") == expected


@pytest.mark.skipif(not machine.postgres_program("initdb"), reason="PostgreSQL lies elsewhere")
def test_set_up(toolbox, copy, moments, monkeypatch):
    """``scripts/run --init-only`` killed in each of its steps, once with its database server, goes
    on where it can and ends with the demo company that an undisturbed one makes."""
    calm = copy("demo")
    for name in FOREIGN:
        monkeypatch.delenv(name, raising=False)
    with tempfile.TemporaryDirectory(prefix="kill_", dir=toolbox.local) as folder:
        Path(folder).chmod(0o755)  # the account of the database server walks through it
        checkout = Checkout(Path(folder))
        for number, (title, longest) in enumerate(STEPS.items()):
            process = checkout.start()
            reach(process, title)
            after = moments.uniform(0.1, longest)
            note(f"set-up killed {after:.1f} s after: {title}")
            time.sleep(after)
            kill(process)
            if number == 1:
                checkout.kill_server()
        assert "database service_demo is ready" in checkout.finish()
        assert "•" not in checkout.finish(), "a second time there is nothing to do"
        with checkout.serving() as server:
            check_set_up(server, checkout.folder, calm)


@pytest.mark.skipif(not machine.postgres_program("initdb"), reason="PostgreSQL lies elsewhere")
def test_database_server(toolbox, monkeypatch):
    """A private database server that was killed is started by the next command, which does not
    take the dead one for a living one; what was committed is there."""
    for name in FOREIGN:
        monkeypatch.delenv(name, raising=False)
    with tempfile.TemporaryDirectory(prefix="kill_", dir=toolbox.local) as folder:
        Path(folder).chmod(0o755)
        for number in range(KILLS):
            server = Server(Path(folder))
            server.start()
            server.query(f"CREATE TABLE kept_{number} ()", "postgres")
            kill_cluster(Path(folder))
        server = Server(Path(folder))
        server.start()
        kept = "SELECT count(*) FROM pg_tables WHERE tablename LIKE 'kept_%'"
        assert server.query(kept, "postgres") == str(KILLS)
        server.stop()


def check_set_up(server, folder, calm) -> None:
    """The database is whole, with all its files, and no half-made one is left."""
    names = server.query("SELECT datname FROM pg_database", "postgres").splitlines()
    assert not [name for name in names if name.endswith("_building")]
    world = SimpleNamespace(query=lambda text: server.query(text, "service_demo").splitlines())
    assert picture.difference(picture.structure(calm), picture.structure(world)) == []
    assert picture.difference(picture.rows(calm), picture.rows(world)) == []
    files = world.query("SELECT store_fname FROM ir_attachment WHERE store_fname IS NOT NULL")
    store = folder / ".local/data/filestore/service_demo"
    assert files and not [name for name in files if not (store / name).exists()]


def test_a_database_has_its_name_only_when_it_is_whole(toolbox):
    """Set-up killed before each of its acts: what is found under the name has all its files."""
    template, name = (f"service_long_{os.getpid()}_{label}" for label in ("small", "named"))
    toolbox.create_database(template)
    store = toolbox.filestore(template)
    (store / "aa").mkdir(parents=True)
    (store / "aa/file").write_text("kept")
    try:
        for last in count(1):
            done = subprocess.run(
                [toolbox.python, INSIDE / "name_database.py", name, template, str(last)],
                env={**toolbox.variables, "PYTHONPATH": str(ROOT / "scripts")},
                capture_output=True,
                text=True,
            )
            assert done.returncode in (0, -signal.SIGKILL), done.stderr
            found = name in toolbox.databases()
            assert not found or files(toolbox.filestore(name)) == files(store), (
                f"killed before act {last}"
            )
            if not done.returncode:
                break
            if found:
                toolbox.drop_database(name)
        assert found and last > 5
    finally:
        toolbox.drop_database(name)
        toolbox.drop_database(f"{name}_building")
        toolbox.drop_database(template)


def files(folder: Path) -> set[str]:
    """What lies in a folder."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}
