"""Odoo 19 itself: a named checkout, an importable package, Debian's package, or git."""

import hashlib
import json
import os
import shutil
import subprocess
from itertools import chain
from pathlib import Path

from . import locks
from .say import Refusal, note, step

SERIES = "19.0"
GIT = "https://github.com/odoo/odoo"
# Odoo's web assets are symlinks into these packages of Debian unstable …
ASSETS = [
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-montserrat",
    "fonts-roboto-unhinted",
    "fonts-inconsolata",
    "fonts-ocr-b",
]
# … and into this one, whose files have moved in unstable: the stable release still has them.
STABLE_ASSETS = ["fonts-font-awesome"]


def find(cache: Path) -> Path:
    """Folder that holds the package ``odoo``; fetched when this machine has none.

    Order: the folder named by ``ODOO_SOURCE``, a package that Python can import, Debian, git.
    """
    named = os.environ.get("ODOO_SOURCE")
    if named:
        return _checked(Path(named).expanduser().resolve())
    with locks.alone(cache / "odoo.lock", "fetching Odoo"):
        return _importable() or _from_debian(cache) or _from_git(cache)


def _checked(folder: Path) -> Path:
    release = folder / "odoo" / "release.py"
    if not release.exists():
        raise Refusal(f"ODOO_SOURCE names {folder}, which holds no Odoo: name a checkout of 19.0.")
    if "version_info = (19, 0" not in release.read_text():
        raise Refusal(f"ODOO_SOURCE names {folder}, which is not Odoo {SERIES}: name one that is.")
    return folder


def _importable() -> Path | None:
    """An Odoo of the right series installed for this Python, for example in a container."""
    from importlib.util import find_spec

    spec = find_spec("odoo")
    for place in spec.submodule_search_locations or [] if spec else []:
        release = Path(place) / "release.py"
        if release.exists() and "version_info = (19, 0" in release.read_text():
            return Path(place).parent
    return None


def _from_debian(cache: Path) -> Path | None:
    ready = sorted(cache.glob(f"odoo-{SERIES}*/complete"))
    if ready:
        return ready[-1].parent / "usr/lib/python3/dist-packages"
    mirror = _mirror() if shutil.which("apt-get") and shutil.which("dpkg-deb") else None
    if not mirror:
        return None
    with step("Fetching Odoo 19 from Debian (about 130 MB)"):
        archives = _download(cache / "archives", mirror)
    if not archives:
        return None
    with step("Unpacking Odoo 19"):
        return _unpack(archives, cache)


def _download(folder: Path, mirror: str) -> list[Path]:
    """Fetch the archives with a private apt state; a cached one is used if its hash still fits."""
    folder.mkdir(parents=True, exist_ok=True)
    index = folder / "sha256.json"
    known = json.loads(index.read_text()) if index.exists() else {}
    if known and all(_sha256(folder / name) == digest for name, digest in known.items()):
        return [folder / name for name in known]
    for old in folder.glob("*.deb"):
        old.unlink()
    apt = _private_apt(folder, mirror)
    for command in (
        [*apt, "update"],
        [*apt, "download", "odoo-19", *ASSETS],
        ["apt-get", "download", *STABLE_ASSETS],
    ):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if done.returncode:
            said = done.stderr.strip().splitlines() or ["nothing"]
            note(f"  Debian's packages cannot be had; apt-get said: {said[-1]}")
            return []
    archives = sorted(folder.glob("*.deb"))
    # apt has checked each archive against the signed index; the hashes notice later damage.
    index.write_text(json.dumps({path.name: _sha256(path) for path in archives}, indent=1))
    return archives


def _mirror() -> str | None:
    """Address of the mirror that this machine takes Debian from; none on another system."""
    targets = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(ORIGIN)|$(REPO_URI)"],
        capture_output=True,
        text=True,
    ).stdout.split()
    mirrors = [line.split("|")[1] for line in targets if line.startswith("Debian|")]
    return next((uri for uri in mirrors if "security" not in uri), None)


def _private_apt(folder: Path, mirror: str) -> list[str]:
    """apt-get with its own lists and sources, so that the machine's own apt stays untouched."""
    state = folder / "apt"
    for part in ("lists/partial", "cache/archives/partial"):
        (state / part).mkdir(parents=True, exist_ok=True)
    (state / "unstable.sources").write_text(
        f"Types: deb\nURIs: {mirror}\nSuites: sid\nComponents: main\n"
        "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n"
    )
    options = {
        "Dir::Etc::sourcelist": state / "unstable.sources",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::State::Lists": state / "lists",
        "Dir::Cache": state / "cache",
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
        "APT::Sandbox::User": "",
        "Debug::NoLocking": "1",
    }
    words = (("-o", f"{name}={value}") for name, value in options.items())
    return ["apt-get", "-q", *chain.from_iterable(words)]


def _unpack(archives: list[Path], cache: Path) -> Path:
    """Unpack into the cache under the version's name; a half-done one is never taken for whole."""
    version = next(path.name.split("_")[1] for path in archives if path.name.startswith("odoo-19"))
    target = cache / f"odoo-{version}"
    for old in cache.glob(".building-*"):
        shutil.rmtree(old, ignore_errors=True)
    # What a killed command left running may go on in its own folder.
    building = cache / f".building-{version}-{os.getpid()}"
    for archive in archives:
        subprocess.run(["dpkg-deb", "-x", archive, building], check=True)
    (building / "complete").touch()
    shutil.rmtree(target, ignore_errors=True)
    building.rename(target)
    return target / "usr/lib/python3/dist-packages"


def _from_git(cache: Path) -> Path:
    target = cache / f"odoo-git-{SERIES}"
    if not (target / "complete").exists():
        with step("Fetching Odoo 19 with git"):
            shutil.rmtree(target, ignore_errors=True)
            clone = ["git", "clone", "-q", "--depth", "1", "--branch", SERIES, GIT, target]
            failed = not shutil.which("git") or subprocess.run(clone).returncode
        if failed:
            raise Refusal(
                "Odoo 19 was found neither in Debian's packages nor with git: "
                "check the network (on Debian also run apt-get update as root), "
                "or name a checkout of it in ODOO_SOURCE."
            )
        (target / "complete").touch()
    return target


def addons_folders(source: Path) -> list[Path]:
    """Folders with Odoo's own addons: one in Debian's package, two in a git checkout."""
    inside = source / "odoo/addons"
    return [inside] if (inside / "account").is_dir() else [inside, source / "addons"]


def _sha256(path: Path) -> str:
    if not path.exists():
        return ""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
