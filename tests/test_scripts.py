"""What the commands of scripts/ promise: clear refusals, resumed set-up, several at once.

The whole set-up on a machine without anything is shown by hand (see the README); here is what can
go wrong on the way.
"""

import ctypes.util
import errno
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from types import SimpleNamespace

import pytest

from house.sources import ROOT
from toolbox import (
    __main__ as entry,
    databases,
    locks,
    machine,
    odoo_source,
    postgres,
    run,
    serving,
)
from toolbox.environment import Environment, Stopped
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


@pytest.mark.parametrize(
    "words, said",
    [
        (["--nonsense"], "--nonsense"),
        (["--port", "99999"], "choose a number from 1 to 65532"),
        (["--workers", "-1"], "choose 0, 1, 2"),
        (["--database", "postgres"], "postgres cannot name a database"),
        (["--database", "service_demo_0123456789"], "cannot name a database"),
        (["--database", 'moja"baza'], "cannot name a database"),
    ],
)
def test_wrong_option(words, said):
    done = command("run", *words)
    assert done.returncode == 2 and said in done.stderr


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


def test_url_of_something_else(monkeypatch):
    for url in ("mysql://anna@db.example/x", "postgresql://db.example:many/x"):
        monkeypatch.setenv("DATABASE_URL", url)
        with pytest.raises(Refusal, match="DATABASE_URL names no PostgreSQL"):
            postgres._given()


@pytest.mark.parametrize(
    "answer, said",
    [
        ("120000|odoo|t", "too old"),
        ("170000|postgres|t", "make another one"),
        ("170000|anna|f", "ALTER ROLE anna CREATEDB"),
    ],
)
def test_server_that_will_not_do(monkeypatch, tmp_path, answer, said):
    monkeypatch.setenv("PGHOST", "db.example")
    server = postgres.Server(tmp_path)
    monkeypatch.setattr(server, "query", lambda *_: answer)
    with pytest.raises(Refusal, match=said):
        server.start()


def test_full_disk(monkeypatch, tmp_path):
    """What is yet to be made needs room; what is there runs with little."""
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=10**9))
    machine.check_disk(tmp_path)
    with pytest.raises(Refusal, match="disk"):
        machine.check_disk(tmp_path / "new")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=10**6))
    with pytest.raises(Refusal, match="disk"):
        machine.check_disk(tmp_path)


def test_disk_that_fills_up():
    assert "disk is full" in entry._told(OSError(errno.ENOSPC, "No space left on device"))
    assert "/some/file" in entry._told(PermissionError(errno.EACCES, "denied", "/some/file"))
    with pytest.raises(ConnectionError):
        entry._told(ConnectionError(errno.ECONNREFUSED, "a bug is shown whole"))


def test_folder_of_somebody_else(monkeypatch, tmp_path):
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(Refusal, match="cannot be written"):
        machine.make_folder(tmp_path)


def test_package_without_apt(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(Refusal, match="postgresql.*no apt-get"):
        machine.install(["postgresql"], "The database")
    assert machine.install(["wkhtmltopdf"], "Printing", optional=True) is False


def test_package_without_permission(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "sudo" else f"/bin/{name}")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(Refusal, match="apt-get install postgresql” as root, or install sudo"):
        machine.install(["postgresql"], "The database")


def test_package_that_apt_does_not_know(monkeypatch):
    """An optional one is not asked for again and again; it would cost a password each time."""
    monkeypatch.setattr(machine, "_known_to_apt", lambda package: False)
    monkeypatch.setattr(machine, "_quietly", lambda command: pytest.fail("apt-get was asked"))
    assert machine.install(["wkhtmltopdf"], "Printing", optional=True) is False


def test_printing_packages(monkeypatch):
    """What prints documents is asked for only where a library or the font is missing."""
    asked = []
    monkeypatch.setattr(machine, "install", lambda names, *_, **options: asked.append(names))
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")
    for libraries, fonts, expected in (
        (True, True, []),
        (False, True, [machine.PAPER]),
        (True, False, [machine.PAPER]),
    ):
        found = "lib.so" if libraries else None
        monkeypatch.setattr(ctypes.util, "find_library", lambda name, found=found: found)
        monkeypatch.setattr(machine, "PAPER_FONT", __file__ if fonts else "/no/such/font")
        asked.clear()
        machine.prepare_printing()
        assert asked == expected
    monkeypatch.setattr(shutil, "which", lambda name: None)
    asked.clear()
    machine.prepare_printing()
    assert [names[0] for names in asked] == [machine.PAPER[0], "wkhtmltopdf"]


def test_package_that_apt_cannot_install(monkeypatch):
    answer = SimpleNamespace(returncode=100, stdout="Reading …\nE: nothing fits\nE: more\n")
    monkeypatch.setattr(machine, "_quietly", lambda command: answer)
    with pytest.raises(Refusal, match="nothing fits.*install it as root"):
        machine.install(["postgresql"], "The database")


def test_damaged_archive_is_not_used(monkeypatch, tmp_path):
    """A cached archive that changed since apt checked it is thrown away and fetched anew."""
    archive = tmp_path / "odoo-19_19.0_all.deb"
    archive.write_bytes(b"half a down")
    whole = odoo_source._sha256(archive)
    index = tmp_path / "sha256.json"
    index.write_text(json.dumps({archive.name: whole}))
    assert odoo_source._download(tmp_path, "a mirror") == [archive]

    archive.write_bytes(b"half")
    monkeypatch.setattr(odoo_source, "_private_apt", lambda folder, mirror: ["false"])
    assert odoo_source._download(tmp_path, "a mirror") == []
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
    with pytest.raises(KeyboardInterrupt), databases.building(env, scratch) as working:
        env.create_database(working)
        raise KeyboardInterrupt
    assert not {scratch, f"{scratch}_building"} & env.databases()


def test_interrupted_copy_is_never_served(env, scratch, monkeypatch):
    """The database that ``scripts/run`` serves has its name only when it is whole."""
    template = f"{scratch}_template"
    env.create_database(template)
    monkeypatch.setattr(databases, "demo", lambda env: template)

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(databases, "set_parameter", interrupt)
    try:
        with pytest.raises(KeyboardInterrupt):
            run._prepare(env, scratch, run._parse([]))
        assert not {scratch, f"{scratch}_building"} & env.databases()
    finally:
        env.drop_database(template)


def test_two_at_once_take_turns(tmp_path, capsys):
    """What two commands would make at the same time is made by one; the other says it waits."""
    order = []

    def second():
        with locks.alone(tmp_path / "lock", "making it"):
            order.append("second")

    with locks.alone(tmp_path / "lock"):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.5)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]
    assert "Waiting for another command, which is making it" in capsys.readouterr().err


def test_stopped_program_may_end_in_order(env, tmp_path):
    """A signal to a command reaches the program that it runs, which is waited for."""
    script = (
        "import pathlib, signal, sys, time\n"
        "def end(*_):\n"
        "    time.sleep(1)\n"
        "    pathlib.Path(sys.argv[1]).write_text('in order')\n"
        "    sys.exit()\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "pathlib.Path(sys.argv[1]).write_text('started')\n"
        "time.sleep(60)\n"
    )
    note = tmp_path / "note"

    def stop(*_):
        raise Stopped

    def stop_when_started():
        while not note.exists() or note.read_text() != "started":
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGUSR1)

    before = signal.signal(signal.SIGUSR1, stop)
    try:
        threading.Thread(target=stop_when_started).start()
        with pytest.raises(Stopped):
            env.stay([sys.executable, "-c", script, note], env=os.environ)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert note.read_text() == "in order"


def test_database_of_a_newer_version(env, scratch):
    env.create_database(scratch)
    env.server.query(
        "CREATE TABLE ir_module_module AS SELECT 'service_suite' AS name, "
        "'installed' AS state, '99.0.1.0.0' AS latest_version",
        scratch,
    )
    with pytest.raises(Refusal, match="newer version"):
        databases.upgrade(env, scratch)


def test_database_of_other_files(env, scratch, monkeypatch):
    """What was pulled is in the database before it is served, and only once."""
    asked = []
    monkeypatch.setattr(databases, "_odoo", lambda _env, *words: asked.append(words))
    env.create_database(scratch)
    versions = {key: each["version"] for key, each in databases.manifests(env.addons).items()}
    rows = ", ".join(f"('{key}', 'installed', '{value}')" for key, value in versions.items())
    env.server.query(
        "CREATE TABLE ir_config_parameter (key text UNIQUE, value text);"
        "CREATE TABLE ir_module_module (name text, state text, latest_version text);"
        f"INSERT INTO ir_module_module VALUES {rows}",
        scratch,
    )
    databases.upgrade(env, scratch)
    databases.upgrade(env, scratch)
    [words] = asked
    assert words[-1] == ",".join(sorted(versions))
    monkeypatch.setattr(databases, "_files", lambda _env: "others")
    databases.upgrade(env, scratch)
    assert len(asked) == 2


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


def test_workers_serve_the_websocket(env, scratch):
    """With ``--workers`` Odoo starts its websocket server by its own name, which must be a file."""
    databases.copy(env, scratch, databases.suite(env))
    port = machine.free_port()
    with serving.served(env, scratch, "--workers=1", f"--gevent-port={port}"):
        address = f"http://127.0.0.1:{port}/websocket/health"
        deadline = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(address, timeout=30) as answer:
                    assert answer.status == 200
                    return
            except OSError:
                assert time.monotonic() < deadline, "the websocket server does not answer"
                time.sleep(0.5)
