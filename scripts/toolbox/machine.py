"""System packages, disk space and ports of this machine."""

import glob
import os
import shutil
import socket
import subprocess
from pathlib import Path

from .say import Refusal, step

# Where Debian puts the server programs, which are not on the PATH.
POSTGRES_BIN = "/usr/lib/postgresql/*/bin"
NEEDED_DISK = 4 * 1024**3


def check_disk(folder: Path) -> None:
    """Refuse to begin what would end with a full disk."""
    while not folder.exists():
        folder = folder.parent
    if shutil.disk_usage(folder).free < NEEDED_DISK:
        raise Refusal(f"Less than 4 GB of disk are free at {folder}: make room and run this again.")


def check_port(port: int) -> None:
    """Refuse a port on which another program listens."""
    with socket.socket() as probe:
        # A port in TIME_WAIT is free for a server, which asks for it the same way.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))
        except OSError as error:
            raise Refusal(
                f"Port {port} cannot be used ({error.strerror}): "
                f"stop the other program or choose another one with --port."
            ) from error


def free_port() -> int:
    """A port of the loopback interface on which nobody listens at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def postgres_program(name: str) -> str | None:
    """Path of a PostgreSQL server program (initdb, pg_ctl …), the newest version found."""
    folders = sorted(glob.glob(POSTGRES_BIN), key=lambda path: float(path.split("/")[4]))
    for folder in reversed(folders):
        if os.access(f"{folder}/{name}", os.X_OK):
            return f"{folder}/{name}"
    return shutil.which(name)


def find_chromium() -> str | None:
    """Path of Debian's Chromium, or of Chrome where somebody has that instead."""
    return shutil.which("chromium") or shutil.which("google-chrome")


def install(packages: list[str], reason: str, optional: bool = False) -> bool:
    """Install Debian packages as root or through sudo.

    :param optional: say so and go on where the package cannot be had
    :return: whether they are installed
    """
    wish = f"{reason} needs the package{'s' if len(packages) > 1 else ''} {' '.join(packages)}"
    if not shutil.which("apt-get"):
        return _without(f"{wish}; there is no apt-get here: install what they hold", optional)
    prefix = []
    if os.geteuid():
        if not shutil.which("sudo"):
            return _without(f"{wish}: run this as root once, or install sudo", optional)
        prefix = ["sudo"]
    apt = [
        *prefix,
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "-q",
        "-o",
        "Acquire::Retries=3",
    ]
    with step(f"Installing {' '.join(packages)}"):
        subprocess.run([*apt, "update"], stdout=subprocess.DEVNULL, check=False)
        done = subprocess.run(
            [*apt, "install", "-y", "--no-install-recommends", *packages],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    if done.returncode:
        last = (done.stdout.strip().splitlines() or ["no message"])[-1]
        return _without(f"{wish}, but apt-get said: {last}", optional)
    return True


def _without(sentence: str, optional: bool) -> bool:
    if not optional:
        raise Refusal(f"{sentence}.")
    print(f"  {sentence}; going on without.")
    return False
