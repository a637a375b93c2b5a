"""System packages, disk space and ports of this machine."""

import ctypes.util
import errno
import glob
import os
import shutil
import socket
import subprocess
from pathlib import Path

from .say import Refusal, note, step

# Where Debian puts the server programs, which are not on the PATH.
POSTGRES_BIN = "/usr/lib/postgresql/*/bin"
# What a set-up fills (measured: 2 GB in the cache, 1 GB in the clone) and what a ready one needs.
DISK_TO_MAKE, DISK_TO_RUN = 3, 0.5


def check_disk(folder: Path) -> None:
    """Refuse to begin what would end with a full disk; a folder that is there needs little."""
    gigabytes = DISK_TO_RUN if folder.exists() else DISK_TO_MAKE
    while not folder.exists():
        folder = folder.parent
    if shutil.disk_usage(folder).free < gigabytes * 1024**3:
        raise Refusal(
            f"Less than {gigabytes} GB of disk are free at {folder}: make room and run this again."
        )


def make_folder(folder: Path) -> None:
    """Have a folder in which we may write."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        reason = "" if os.access(folder, os.W_OK | os.X_OK) else os.strerror(errno.EACCES)
    except OSError as error:
        reason = error.strerror
    if reason:
        raise Refusal(
            f"{folder} cannot be written ({reason}): run this as the user whose folder it is."
        )


def check_port(port: int) -> None:
    """Refuse a port that another program has, or that only root may use."""
    with socket.socket() as probe:
        # A port in TIME_WAIT is free for a server, which asks for it the same way.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            remedy = "stop the program that has it, or choose" if taken else "choose"
            raise Refusal(
                f"Port {port} cannot be used ({error.strerror}): {remedy} another one with --port."
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
    path = f"{os.environ.get('PATH', '')}{os.pathsep}/snap/bin"
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if found := shutil.which(name, path=path):
            return found
    return None


# What WeasyPrint loads, and the fonts of our documents.
PAPER = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-dejavu-core"]
PAPER_LIBRARIES = ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset")
PAPER_FONT = "/usr/share/fonts/**/DejaVuSans.ttf"


def prepare_printing(optional: bool = True) -> None:
    """Have what prints documents (WeasyPrint's libraries) and Odoo's own reports (wkhtmltopdf).

    :param optional: go on where the documents' libraries cannot be had
    """
    has_libraries = all(ctypes.util.find_library(name) for name in PAPER_LIBRARIES)
    if not has_libraries or not glob.glob(PAPER_FONT, recursive=True):
        install(PAPER, "Printing documents", optional=optional)
    if not shutil.which("wkhtmltopdf"):
        install(["wkhtmltopdf", "fonts-dejavu-core"], "Printing invoices", optional=True)


def _known_to_apt(package: str) -> bool:
    """Whether the package lists of this machine hold a version of the package to install."""
    policy = subprocess.run(
        ["apt-cache", "policy", package],
        env={**os.environ, "LC_ALL": "C"},
        capture_output=True,
        text=True,
    ).stdout
    return "Candidate:" in policy and "Candidate: (none)" not in policy


def install(packages: list[str], reason: str, optional: bool = False) -> bool:
    """Install Debian packages as root or through sudo.

    :param optional: say so and go on where the package cannot be had
    :return: whether they are installed
    """
    wish = f"{reason} needs the package{'s' if len(packages) > 1 else ''} {' '.join(packages)}"
    if not shutil.which("apt-get"):
        return _without(f"{wish}; there is no apt-get here: install what they hold", optional)
    if optional and not _known_to_apt(packages[0]):
        # Asking again at every start would ask for a password every time.
        return _without(f"{wish}, which this system's package lists do not hold", optional)
    prefix = []
    if os.geteuid():
        if not shutil.which("sudo"):
            line = f"apt-get install {' '.join(packages)}"
            return _without(f"{wish}: run “{line}” as root, or install sudo", optional)
        prefix = ["sudo"]
    options = ["-q", "-o", "Acquire::Retries=3", "-o", "DPkg::Lock::Timeout=120"]
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *options]
    with step(f"Installing {' '.join(packages)}"):
        updated = _quietly([*apt, "update"])
        # Old lists may do, for example while one of several sources does not answer.
        done = _quietly([*apt, "install", "-y", "--no-install-recommends", *packages])
        if done.returncode:
            said = (done.stdout + updated.stdout).strip().splitlines() or ["nothing"]
            errors = [line for line in said if line.startswith("E:")]
            return _without(
                f"{wish}, but installing said “{(errors or said)[0].removeprefix('E: ')}”: "
                f"install {'them' if len(packages) > 1 else 'it'} as root, or what holds the same",
                optional,
            )
    return True


def _quietly(command: list[str]) -> subprocess.CompletedProcess:
    return subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )


def _without(sentence: str, optional: bool) -> bool:
    if not optional:
        raise Refusal(f"{sentence}.")
    note(f"• {sentence}; going on without.")
    return False
