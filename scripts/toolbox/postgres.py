"""The database server: the one that the environment names, or a private one on a socket.

The private cluster lies in the git-ignored folder ``.local``; it is started by the first command
that needs it and stopped by the last one that ends. It listens on a Unix socket only.
"""

import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import time
from pathlib import Path
from urllib.parse import unquote, urlsplit

from . import locks, machine
from .say import Refusal, step

OLDEST = 13
USER = "odoo"
# Seconds that a killed server may need to be gone; what pg_isready says of one that is silent.
BURIAL, SILENT = 20, 2
SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "120",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "checkpoint_timeout": "15min",
    "max_wal_size": "4GB",
    "random_page_cost": "1.1",
    "jit": "off",  # it compiles Odoo's long queries for seconds, to save milliseconds
}


class Server:
    """A PostgreSQL that can be reached with :attr:`variables` as libpq's environment."""

    def __init__(self, root: Path):
        self.variables = _given()
        self.private = not self.variables
        self._users = None
        if self.private:
            folder = root / ".local" / "postgres"
            self._account = _account(folder)
            self._folder = _reachable(folder, self._account)
            self._socket = _socket_folder(self._folder)
            self.variables = {"PGHOST": str(self._socket), "PGPORT": "5432", "PGUSER": USER}

    def start(self) -> None:
        """Have the server running and usable; make the private cluster if there is none."""
        if self.private:
            self._start_private()
        version, name, may_create = self.query(
            "SELECT current_setting('server_version_num'), rolname, rolcreatedb OR rolsuper "
            "FROM pg_roles WHERE rolname = current_user",
            "postgres",
        ).split("|")
        if int(version) < OLDEST * 10000:
            raise Refusal(f"This PostgreSQL is too old: version {OLDEST} or newer is needed.")
        if name == "postgres":
            raise Refusal(
                "Odoo refuses to work as PostgreSQL's own user postgres: make another one "
                "(createuser --createdb odoo) and name it in PGUSER or DATABASE_URL."
            )
        if may_create != "t":
            raise Refusal(
                f"The database user {name} may not create databases: "
                f"let it (ALTER ROLE {name} CREATEDB), or name another one in PGUSER."
            )

    def stop(self) -> None:
        """Stop the private cluster unless another command still uses it."""
        if not self._users:
            return
        with self._alone():
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass
            else:
                self._control("stop", "-m", "fast")
            self._users.close()
            self._users = None

    def query(self, statement: str, database: str) -> str:
        """Result of one statement, as psql prints it without decoration."""
        if not shutil.which("psql"):
            machine.install(["postgresql-client"], "Talking to the database")
        done = subprocess.run(
            ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement],
            env={**os.environ, **self.variables},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            remedy = (
                f"the server's log is {self._folder / 'server.log'}"
                if self.private
                else "check PGHOST, PGUSER, PGPASSWORD or DATABASE_URL, "
                "or unset them to use a private server"
            )
            said = " ".join(done.stderr.split())
            raise Refusal(f"The database server refused ({said}): {remedy}.")
        return done.stdout.strip()

    # -- private cluster ----------------------------------------------------------------------

    def _start_private(self) -> None:
        if not machine.postgres_program("initdb"):
            machine.install(["postgresql"], "The database")
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        with self._alone():
            # Shared by all commands that use the cluster: the last one to let go stops it.
            self._users = self._folder.with_suffix(".users").open("w")  # noqa: SIM115  held open
            fcntl.flock(self._users, fcntl.LOCK_SH)
            if not (self._folder / "PG_VERSION").exists():
                self._make_cluster()
            self._check_version()
            if not self._running():
                self._start_process()

    def _alone(self):
        """One command at a time makes, starts or stops the cluster."""
        return locks.alone(self._folder.with_suffix(".lock"))

    def _start_process(self) -> None:
        self._make_socket_folder()
        log = self._folder / "server.log"
        if self._control("start", "-w", "-t", "60", "-l", str(log)):
            last = (log.read_text().splitlines() or ["no message"])[-1] if log.exists() else ""
            raise Refusal(f"PostgreSQL did not start ({last}): its log is {log}.")

    def _make_cluster(self) -> None:
        with step("Making a private PostgreSQL cluster"):
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder.mkdir(mode=0o700)
            os.chown(self._folder, self._account.pw_uid, self._account.pw_gid)
            command = ["-D", self._folder, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync"]
            done = self._run("initdb", *command, "--locale=C.UTF-8")
            if done.returncode:
                shutil.rmtree(self._folder, ignore_errors=True)
                raise Refusal(f"PostgreSQL's initdb failed: {done.stderr.strip()}")
            lines = {**SETTINGS, "unix_socket_directories": f"'{self._socket}'"}
            with (self._folder / "postgresql.conf").open("a") as conf:
                conf.writelines(f"{name} = {value}\n" for name, value in lines.items())

    def _make_socket_folder(self) -> None:
        self._socket.mkdir(mode=0o700, exist_ok=True)
        os.chown(self._socket, self._account.pw_uid, self._account.pw_gid)
        owner = self._socket.stat().st_uid
        if owner != self._account.pw_uid:
            raise Refusal(f"{self._socket} is somebody else's: remove it and run this again.")

    def _check_version(self) -> None:
        made_by = (self._folder / "PG_VERSION").read_text().strip()
        program = self._run("postgres", "--version").stdout.split()[2].split(".")[0]
        if made_by != program:
            raise Refusal(
                f"The cluster in {self._folder} was made by PostgreSQL {made_by}, but this "
                f"machine has {program}: install {made_by}, or move the folder away to begin anew."
            )

    def _running(self) -> bool:
        """Whether a server works on the cluster. One that was killed leaves its file behind, and
        its number stays in use until the system has buried it: that one is waited for."""
        if not (self._folder / "postmaster.pid").exists():
            return False
        deadline = time.monotonic() + BURIAL
        while self._control("status") == 0:
            answer = self._run("pg_isready", "-q", "-h", str(self._socket), quiet=True).returncode
            if answer != SILENT or time.monotonic() > deadline:
                return True
            time.sleep(0.2)
        return False

    def _control(self, action: str, *options: str) -> int:
        # The server keeps its output open: a pipe would never end.
        return self._run("pg_ctl", action, "-D", self._folder, *options, quiet=True).returncode

    def _run(self, program: str, *arguments, quiet: bool = False) -> subprocess.CompletedProcess:
        output = subprocess.DEVNULL if quiet else subprocess.PIPE
        account = self._account
        other = (
            {}
            if account.pw_uid == os.geteuid()
            else {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        )
        return subprocess.run(
            [machine.postgres_program(program), *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            text=True,
            cwd="/",
            env={**os.environ, "HOME": account.pw_dir, "LC_ALL": "C.UTF-8"},
            **other,
        )


def _given() -> dict[str, str]:
    """libpq variables of a server that the person has named, else nothing."""
    url = os.environ.get("DATABASE_URL")
    if url:
        parts = urlsplit(url)
        try:
            port = str(parts.port or 5432)
        except ValueError:
            port = ""
        if not port or parts.scheme not in ("postgres", "postgresql"):
            raise Refusal(
                "DATABASE_URL names no PostgreSQL: write postgresql://USER:PASSWORD@HOST:PORT, "
                "or unset it to use a private server."
            )
        found = {
            "PGHOST": parts.hostname,
            "PGPORT": port,
            "PGUSER": parts.username and unquote(parts.username),
            "PGPASSWORD": parts.password and unquote(parts.password),
        }
        return {name: value for name, value in found.items() if value}
    if os.environ.get("PGHOST"):
        names = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD")
        return {name: os.environ[name] for name in names if os.environ.get(name)}
    return {}


def _account(folder: Path) -> pwd.struct_passwd:
    """Who runs the server: oneself; as root, which PostgreSQL refuses, an unprivileged account.

    :param folder: the cluster; if somebody else made it before root came, the server is theirs
    """
    if os.geteuid():
        return pwd.getpwuid(os.geteuid())
    if folder.exists() and folder.stat().st_uid:
        return pwd.getpwuid(folder.stat().st_uid)
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Refusal(
        "As root an unprivileged account is needed for PostgreSQL: add a user 'postgres'."
    )


def _reachable(folder: Path, account: pwd.struct_passwd) -> Path:
    """``folder``, or one under /var/lib where the account may not walk through the parents."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    if account.pw_uid == os.geteuid() or all(
        parent.stat().st_mode & 0o001 for parent in folder.parents
    ):
        return folder
    return Path(f"/var/lib/service-suite-{_digest(folder)}/postgres")


def _socket_folder(folder: Path) -> Path:
    """A folder for the socket; a socket's path holds at most 107 bytes, so long ones go to /tmp."""
    inside = folder.with_name("socket")
    return inside if len(str(inside)) < 85 else Path(f"/tmp/service-suite-{_digest(folder)}")


def _digest(folder: Path) -> str:
    return hashlib.sha256(str(folder).encode()).hexdigest()[:8]
