"""Databases and Odoo processes of the long tests."""

import json
import os
import re
import signal
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

INSIDE = Path(__file__).parent / "inside"
RESULT = "LONG-TEST-RESULT "
COMPLAINT = re.compile(r"^\d{4}-\d\d-\d\d [\d:,]+ \d+ (WARNING|ERROR|CRITICAL) ", re.MULTILINE)
# What Odoo says of the machine, not of our addons.
NOISE = re.compile(
    r"wkhtmltopdf|Autocomplete API|geoip|unaccent|pdfminer|Two-factor|"
    r"partner-autocomplete|iap\.odoo\.com|no translation language detected"
)
PRELUDE = """
import json as _json, os as _os
values = _json.loads(_os.environ["LONG_TEST_VALUES"])
def report(result):
    print("{mark}" + _json.dumps(result, default=str), flush=True)
"""


class Failed(AssertionError):
    """Odoo ended with an error; the end of its log is the message."""


class World:
    """One database and the Odoo processes that work on it.

    :param env: the toolbox's ``Environment``
    :param str addons: folder of our addons, when not the repository's
    """

    def __init__(self, env, name: str, addons: Path | None = None):
        self.env, self.name, self.addons = env, name, addons or env.addons
        self.log = ""
        """What the last shell logged."""

    def query(self, statement: str) -> list[str]:
        """Rows of a statement, as psql prints them."""
        return self.env.server.query(statement, self.name).splitlines()

    def install(self, *names: str) -> str:
        """Install addons; returns the log."""
        return self._odoo("-i", ",".join(names), *self._once)

    def upgrade(self, *names: str) -> str:
        """Bring addons to the version of the files (``-u``); returns the log."""
        return self._odoo("-u", ",".join(names), *self._once)

    def shell(self, script: str, **values):
        """Run ``inside/<script>.py`` in ``odoo shell``; returns the last thing it reported."""
        process = self.start(script, **values)
        output, self.log = process.communicate(timeout=900)
        if process.returncode:
            raise Failed(self.log[-3000:])
        reports = [line for line in output.splitlines() if line.startswith(RESULT)]
        if not reports:
            raise Failed(f"{script} reported nothing:\n{self.log[-3000:]}")
        return json.loads(reports[-1].removeprefix(RESULT))

    def feed(self, script: Path) -> None:
        """Run a script of another version in ``odoo shell``."""
        with script.open() as stream:
            self._odoo("shell", "-d", self.name, "--no-http", stdin=stream)

    def start(self, script: str, **values) -> subprocess.Popen:
        """Start ``inside/<script>.py`` in a process of its own, which somebody may kill."""
        process = subprocess.Popen(
            self._command("shell", "-d", self.name, "--no-http"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={**self._variables, "LONG_TEST_VALUES": json.dumps(values)},
        )
        process.stdin.write(PRELUDE.format(mark=RESULT) + (INSIDE / f"{script}.py").read_text())
        process.stdin.close()
        process.stdin = None
        return process

    def settle(self) -> None:
        """Wait until the database has noticed that a killed process is gone."""
        others = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{self.name}'"
        deadline = time.monotonic() + 60
        while int(self.env.server.query(others, "postgres")):
            assert time.monotonic() < deadline, "a killed process still holds the database"
            time.sleep(0.1)

    @property
    def _once(self) -> list[str]:
        return ["-d", self.name, "--stop-after-init", "--no-http"]

    @property
    def _variables(self) -> dict[str, str]:
        return {**self.env.variables, "ODOO_RC": str(self._config())}

    def _config(self) -> Path:
        """Odoo's configuration with our folder of addons."""
        if self.addons == self.env.addons:
            return self.env.config
        path = self.env.local / f"{self.name}.conf"
        text = self.env.config.read_text()
        path.write_text(text.replace(str(self.env.addons), str(self.addons)))
        return path

    def _command(self, *arguments: str) -> list[str]:
        return [str(self.env.python), "-m", "odoo", *arguments]

    def _odoo(self, *arguments: str, **options) -> str:
        done = subprocess.run(
            self._command(*arguments),
            **options,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=900,
            env=self._variables,
        )
        if done.returncode:
            raise Failed(done.stdout[-3000:])
        return done.stdout


def complaints(log: str) -> list[str]:
    """The warnings and errors of a log of Odoo, without those about the machine."""
    return [line for line in log.splitlines() if COMPLAINT.match(line) and not NOISE.search(line)]


def kill(process: subprocess.Popen) -> None:
    """End a process and its children at once, as a power cut would."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for stream in (process.stdout, process.stderr):
        if stream:
            stream.close()


@contextmanager
def fresh(env, label: str, template: str, addons: Path | None = None):
    """A copy of a template for the time of the block."""
    name = f"service_long_{os.getpid()}_{label}"
    env.drop_database(name)
    env.create_database(name, template)
    try:
        yield World(env, name, addons)
    finally:
        env.drop_database(name)
