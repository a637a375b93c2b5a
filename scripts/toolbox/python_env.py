"""The virtual environment, kept in the cache under a name made of what is in it."""

import hashlib
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from . import locks
from .say import Refusal, step


def prepare(root: Path, cache: Path, odoo_source: Path, development: bool) -> Path:
    """Path of an environment with ``requirements.txt`` (and ``requirements-dev.txt``) installed.

    The name holds a hash of the requirements, so a second clone finds it ready and a changed
    file gets a new one. An installation that was interrupted is done again.
    """
    files = [root / "requirements.txt"]
    if development:
        files.append(root / "requirements-dev.txt")
    text = b"".join(path.read_bytes() for path in files) + platform.machine().encode()
    digest = hashlib.sha256(text + sys.version.encode()).hexdigest()[:12]
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    venv = cache / f"python-{version}-{'dev-' if development else ''}{digest}"
    with locks.alone(cache / f"{venv.name}.lock", "installing the Python packages"):
        if not (venv / "complete").exists():
            kind = "for development" if development else "to run"
            with step(f"Installing the Python packages {kind}"):
                _install(venv, files[-1])
        _link_odoo(venv, odoo_source)
    return venv


def _install(venv: Path, requirements: Path) -> None:
    shutil.rmtree(venv, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    done = subprocess.run(
        [venv / "bin/pip", "install", "-q", "--disable-pip-version-check", "-r", requirements],
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise Refusal(
            f"The Python packages of {requirements.name} could not be installed "
            f"({(errors or ['pip failed'])[-1]}): check the network and run this again."
        )
    (venv / "complete").touch()


def _link_odoo(venv: Path, odoo_source: Path) -> None:
    """Make ``import odoo`` find the source, as an installed package would."""
    packages = next((venv / "lib").glob("python3*/site-packages"))
    link = packages / "odoo-source.pth"
    if not link.exists() or link.read_text() != f"{odoo_source}\n":
        link.write_text(f"{odoo_source}\n")
