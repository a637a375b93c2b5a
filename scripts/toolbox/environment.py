"""What every command works with: folders, Odoo, Python, the database server."""

import configparser
import os
import shutil
import subprocess
from functools import cached_property
from pathlib import Path

from . import machine, odoo_source, python_env
from .postgres import Server

ROOT = Path(__file__).resolve().parents[2]
# Seconds that a program may take to end.
PATIENCE = 30


class Stopped(KeyboardInterrupt):
    """A signal asked this command to end; it ends as with Ctrl-C."""


def end(process: subprocess.Popen, ask: bool = True, seconds: int = PATIENCE) -> None:
    """Give a program the time to end in order: Odoo its workers, a test its browser.

    :param ask: False for a program that was told to end already
    """
    if ask:
        process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()


class Environment:
    """Sets up lazily: a command pays only for what it touches.

    :param development: with the packages of ``requirements-dev.txt``
    """

    def __init__(self, development: bool = False):
        self.root = ROOT
        self.addons = ROOT / "addons"
        self.local = ROOT / ".local"
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        self.cache = Path(base) / "service-suite"
        self.development = development
        self._server = None

    def __enter__(self):
        for folder in (self.local, self.cache):
            machine.check_disk(folder)
            machine.make_folder(folder)
        return self

    def __exit__(self, *exception):
        if self._server:
            self._server.stop()

    # -- what there is ------------------------------------------------------------------------

    @cached_property
    def odoo_path(self) -> Path:
        """Folder that contains the package ``odoo``."""
        return odoo_source.find(self.cache)

    @cached_property
    def venv(self) -> Path:
        """The virtual environment."""
        return python_env.prepare(self.root, self.cache, self.odoo_path, self.development)

    @property
    def python(self) -> Path:
        """The environment's Python."""
        return self.venv / "bin/python"

    @property
    def odoo_program(self) -> list:
        """Words that start Odoo's own command line."""
        return [self.python, ROOT / "scripts/odoo.d/odoo"]

    @property
    def server(self) -> Server:
        """The running database server."""
        if not self._server:
            server = Server(self.root)
            server.start()
            self._server = server
        return self._server

    @cached_property
    def config(self) -> Path:
        """Odoo's configuration file: the repository's, completed with this machine's paths."""
        parser = configparser.ConfigParser(interpolation=None)
        parser.read(self.root / "odoo.conf")
        folders = [*odoo_source.addons_folders(self.odoo_path), self.addons]
        parser["options"].update(
            addons_path=",".join(map(str, folders)), data_dir=str(self.local / "data")
        )
        path = self.local / "odoo.conf"
        with path.open("w") as stream:
            parser.write(stream)
        return path

    @property
    def variables(self) -> dict[str, str]:
        """Environment of a process that runs Odoo."""
        return {
            **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
            **self.server.variables,
            "ODOO_RC": str(self.config),
            "PATH": f"{self.venv / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    # -- what it does -------------------------------------------------------------------------

    def run(self, command: list, check: bool = True, **options) -> subprocess.CompletedProcess:
        """Run a program with :attr:`variables`; raises when ``check`` and it failed."""
        options.setdefault("env", self.variables)
        return subprocess.run([str(word) for word in command], check=check, **options)

    def stay(self, command: list, **options) -> int:
        """Run a program in the foreground until it ends; exit code."""
        options.setdefault("env", self.variables)
        with subprocess.Popen([str(word) for word in command], **options) as process:
            try:
                return process.wait()
            except KeyboardInterrupt as stop:
                # Ctrl-C reaches all programs of a terminal; a signal that was sent, only us.
                end(process, ask=isinstance(stop, Stopped))
                raise

    def odoo(self, *arguments, check: bool = True, **options) -> subprocess.CompletedProcess:
        """Odoo's own command line with the project's configuration."""
        return self.run([*self.odoo_program, *arguments], check=check, **options)

    def databases(self) -> set[str]:
        """Names of the databases on the server."""
        return set(self.server.query("SELECT datname FROM pg_database", "postgres").splitlines())

    def create_database(self, name: str, template: str | None = None) -> None:
        """An empty database, or a copy of ``template`` with its file store."""
        origin = template or "template0"
        self.server.query(f'CREATE DATABASE "{name}" TEMPLATE "{origin}"', "postgres")
        if template and self.filestore(template).exists():
            # Odoo never changes a stored file, so links do for copies.
            shutil.copytree(
                self.filestore(template),
                self.filestore(name),
                copy_function=_link,
                dirs_exist_ok=True,
            )

    def drop_database(self, name: str) -> None:
        """Remove a database and its file store, if there is one."""
        self.server.query(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', "postgres")
        shutil.rmtree(self.filestore(name), ignore_errors=True)

    def rename_database(self, name: str, target: str) -> None:
        """Give a finished database its name: a half-made one is never found under it.

        The name comes last: whoever finds it finds the files, too, even after ``kill -9``.
        """
        shutil.rmtree(self.filestore(target), ignore_errors=True)
        if self.filestore(name).exists():
            self.filestore(name).rename(self.filestore(target))
        self.server.query(f'ALTER DATABASE "{name}" RENAME TO "{target}"', "postgres")

    def filestore(self, name: str) -> Path:
        """Folder of a database's files."""
        return self.local / "data/filestore" / name


def _link(source, target):
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
