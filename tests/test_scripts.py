"""What the commands of scripts/ promise: clear refusals, resumed set-up, several at once.

The whole set-up on a machine without anything is shown by hand (see the README); here is what can
go wrong on the way.
"""

import json
import os
import shutil
import socket
import subprocess
from types import SimpleNamespace

import pytest

from house.sources import ROOT
from toolbox import databases, machine, odoo_source, postgres
from toolbox.environment import Environment
from toolbox.say import Refusal


@pytest.fixture(scope="module")
def env():
    """The set-up that runs these tests."""
    with Environment(development=True) as environment:
        yield environment


def command(*words, **variables):
    """Run one of the commands from another folder, as somebody would."""
    return subprocess.run(
        [ROOT / "scripts" / words[0], *words[1:]],
        cwd="/",
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_odoo_from_any_folder():
    done = command("odoo", "--version")
    assert done.returncode == 0, done.stderr
    assert "19.0" in done.stdout


def test_port_in_use():
    with socket.socket() as other:
        other.bind(("0.0.0.0", 0))
        other.listen()
        port = other.getsockname()[1]
        done = command("run", "--port", str(port))
    assert done.returncode == 1
    assert f"Port {port} cannot be used" in done.stderr and "--port" in done.stderr
    assert "Traceback" not in done.stderr


def test_unknown_option():
    done = command("run", "--nonsense")
    assert done.returncode == 2 and "--nonsense" in done.stderr


def test_wrong_odoo_source(tmp_path):
    done = command("odoo", "--version", ODOO_SOURCE=str(tmp_path))
    assert done.returncode == 1
    assert str(tmp_path) in done.stderr and "19.0" in done.stderr


def test_unreachable_server(tmp_path):
    done = command("run", "--init-only", PGHOST=str(tmp_path))
    assert done.returncode == 1
    assert "PGHOST" in done.stderr and "Traceback" not in done.stderr


def test_given_server_from_a_url(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://anna:se%40cret@db.example:5433/x")
    assert postgres._given() == {
        "PGHOST": "db.example",
        "PGPORT": "5433",
        "PGUSER": "anna",
        "PGPASSWORD": "se@cret",
    }


def test_full_disk(monkeypatch, tmp_path):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=10**6))
    with pytest.raises(Refusal, match="disk"):
        machine.check_disk(tmp_path)


def test_package_without_apt(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(Refusal, match="postgresql.*no apt-get"):
        machine.install(["postgresql"], "The database")
    assert machine.install(["wkhtmltopdf"], "Printing", optional=True) is False


def test_package_without_permission(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "sudo" else f"/bin/{name}")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(Refusal, match="as root once, or install sudo"):
        machine.install(["postgresql"], "The database")


def test_damaged_archive_is_not_used(monkeypatch, tmp_path):
    """A cached archive that changed since apt checked it is thrown away and fetched anew."""
    archive = tmp_path / "odoo-19_19.0_all.deb"
    archive.write_bytes(b"half a down")
    whole = odoo_source._sha256(archive)
    index = tmp_path / "sha256.json"
    index.write_text(json.dumps({archive.name: whole}))
    assert odoo_source._download(tmp_path) == [archive]

    archive.write_bytes(b"half")
    monkeypatch.setattr(odoo_source, "_private_apt", lambda folder: [])
    assert odoo_source._download(tmp_path) == []
    assert not archive.exists()


def test_half_unpacked_odoo_is_not_used(monkeypatch, tmp_path):
    (tmp_path / "odoo-19.0.0" / "usr/lib/python3/dist-packages").mkdir(parents=True)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert odoo_source._from_debian(tmp_path) is None


def test_long_path_has_a_short_socket(tmp_path):
    """A Unix socket's path may have 107 bytes at most."""
    folder = postgres._socket_folder(tmp_path / ("deep/" * 30) / "postgres")
    assert len(str(folder / ".s.PGSQL.5432")) <= 107


@pytest.fixture
def scratch(env):
    """Name of a database that is dropped afterwards."""
    name = f"service_scratch_{os.getpid()}"
    yield name
    env.drop_database(name)
    env.drop_database(f"{name}_building")


def test_interrupted_database_is_never_taken(env, scratch):
    with pytest.raises(KeyboardInterrupt), databases._building(env, scratch) as working:
        env.create_database(working)
        raise KeyboardInterrupt
    assert not {scratch, f"{scratch}_building"} & env.databases()


def test_database_of_a_newer_version(env, scratch):
    env.create_database(scratch)
    env.server.query(
        "CREATE TABLE ir_module_module AS SELECT 'service_suite' AS name, "
        "'installed' AS state, '99.0.1.0.0' AS latest_version",
        scratch,
    )
    with pytest.raises(Refusal, match="newer version"):
        databases.upgrade(env, scratch)


def test_database_of_something_else(env, scratch):
    env.create_database(scratch)
    env.server.query(
        "CREATE TABLE ir_module_module AS SELECT 'sale' AS name, "
        "'installed' AS state, '19.0.1.0' AS latest_version",
        scratch,
    )
    with pytest.raises(Refusal, match="does not hold the suite"):
        databases.upgrade(env, scratch)


def test_cluster_stays_while_another_command_uses_it(env):
    """A command that ends does not take the server away from one that runs."""
    assert env.server.query("SELECT 1", "postgres") == "1"
    assert command("odoo", "--version").returncode == 0
    assert env.server.query("SELECT 1", "postgres") == "1"
