"""A second checkout of the repository, whose set-up may be killed without harm to this one."""

import os
import re
import shutil
import signal
import subprocess
from contextlib import contextmanager, suppress
from pathlib import Path

from toolbox.environment import ROOT
from toolbox.postgres import Server

PARTS = ["addons", "scripts", "odoo.conf", "requirements.txt", "requirements-dev.txt"]
TITLE = re.compile(r"• (.+) …")
#: What it must not take over from the one who runs the tests.
FOREIGN = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "DATABASE_URL", "ODOO_RC", "PYTHONPATH")


class Checkout:
    """A copy of what ``scripts/run`` needs, with a private database server of its own."""

    def __init__(self, folder: Path):
        self.folder = folder
        for part in PARTS:
            source, target = ROOT / part, folder / part
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(source, target)

    def start(self) -> subprocess.Popen:
        """Begin ``scripts/run --init-only`` in a process group of its own."""
        return subprocess.Popen(
            [self.folder / "scripts/run", "--init-only"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def finish(self) -> str:
        """Run it to its end; returns what it said."""
        process = self.start()
        output, _nothing = process.communicate(timeout=1200)
        assert process.returncode == 0, output
        return output

    def kill_server(self) -> None:
        """End its database server with all its processes at once."""
        kill_cluster(self.folder)

    @contextmanager
    def serving(self):
        """Its database server, running inside the block."""
        server = Server(self.folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def kill_cluster(root: Path) -> None:
    """End the private database server of a folder with all its processes, by ``kill -9``."""
    main = int((root / ".local/postgres/postmaster.pid").read_text().split()[0])
    children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
    for process in (main, *map(int, children)):
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def reach(process: subprocess.Popen, title: str) -> None:
    """Wait until the set-up begins a step."""
    said = []
    for line in process.stdout:
        found = TITLE.search(line)
        if found and title in found[1]:
            return
        said.append(line)
    raise AssertionError(f"it ended before: {title}\n{''.join(said)}")
