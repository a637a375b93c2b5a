"""Databases in layers, each a template of the next, so that only what changed is made again.

1. *base*: Odoo's modules that the suite needs, Polish chart of accounts and language;
2. *suite*: the suite installed, without demo data; tests run on copies of it;
3. *demo*: the demo company; the browser tests and ``scripts/run`` use copies of it.

A layer's name ends in a hash of all that it was made from.
"""

import ast
import hashlib
from pathlib import Path

from .say import Refusal, step

COUNTRY, LANGUAGE, CHART = "PL", "pl_PL", "l10n_pl"
TOP = "service_suite"
# What an installed database does not hold: changes here need no new template.
OUTSIDE = {"tests", "static", "README.md", "__pycache__"}


def manifests(addons: Path) -> dict[str, dict]:
    """Manifest of each of our addons by its name."""
    paths = sorted(addons.glob("*/__manifest__.py"))
    return {path.parent.name: ast.literal_eval(path.read_text()) for path in paths}


def odoo_modules(env) -> list[str]:
    """The modules of Odoo that our addons depend on, and the Polish chart of accounts."""
    ours = manifests(env.addons)
    needed = {name for manifest in ours.values() for name in manifest["depends"]}
    return sorted(needed - set(ours)) + [CHART]


def base(env) -> str:
    """Name of the template with Odoo's modules."""
    parts = [str(env.odoo_path), *odoo_modules(env), COUNTRY, LANGUAGE]
    name = f"service_base_{_digest(parts)}"
    if name not in env.databases():
        with step("Creating a database with Odoo's own modules"), _building(env, name) as building:
            _odoo(env, "db", "init", building, "--country", COUNTRY)
            wanted = ",".join(odoo_modules(env))
            _odoo(env, *_once(building), "-i", wanted, f"--load-language={LANGUAGE}")
    return name


def suite(env) -> str:
    """Name of the template with the suite installed, without demo data."""
    name = f"service_suite_{_digest([base(env), _files(env)])}"
    if name not in env.databases():
        with step("Installing the suite"), _building(env, name, base(env)) as building:
            _odoo(env, *_once(building), "-i", TOP)
    return name


def demo(env) -> str:
    """Name of the template with the demo company."""
    name = f"service_demo_{_digest([suite(env)])}"
    if name not in env.databases():
        with step("Filling the demo company"), _building(env, name, suite(env)) as building:
            script = (Path(__file__).parent / "load_demo.py").read_text()
            _odoo(env, "shell", "-d", building, "--no-http", input=script)
    return name


def copy(env, name: str, template: str) -> None:
    """A database ``name`` as a fresh copy of ``template``."""
    env.drop_database(name)
    env.create_database(name, template)


def upgrade(env, name: str) -> None:
    """Bring an existing database to the version of our files; refuse one that is newer."""
    rows = env.server.query(
        "SELECT name || ' ' || latest_version FROM ir_module_module WHERE state = 'installed'", name
    )
    installed = dict(row.split(" ") for row in rows.splitlines())
    ours = {key: _version(value["version"]) for key, value in manifests(env.addons).items()}
    if TOP not in installed:
        raise Refusal(f"The database {name} does not hold the suite: choose another --database.")
    found = {key: _version(installed[key]) for key in ours if key in installed}
    newer = [key for key, version in found.items() if version > ours[key]]
    if newer:
        raise Refusal(
            f"The database {name} was made by a newer version of {newer[0]}: "
            f"update this folder, or choose another --database."
        )
    older = [key for key, version in ours.items() if found.get(key, ()) < version]
    if older:
        with step("Bringing the database to this version"):
            _odoo(env, *_once(name), "-i", TOP, "-u", ",".join(older))


class _building:
    """A database under a working name, given its real one only when it is finished."""

    def __init__(self, env, name: str, template: str | None = None):
        self.env, self.name, self.template = env, name, template
        self.working = f"{name}_building"

    def __enter__(self) -> str:
        self.env.drop_database(self.working)
        if self.template:
            self.env.create_database(self.working, self.template)
        return self.working

    def __exit__(self, kind, *_):
        if kind:
            self.env.drop_database(self.working)
            return
        self.env.rename_database(self.working, self.name)
        prefix = self.name.rsplit("_", 1)[0]
        for old in self.env.databases():
            if old.rsplit("_", 1)[0] == prefix and old != self.name and len(old) == len(self.name):
                self.env.drop_database(old)


def _once(database: str) -> list[str]:
    return ["-d", database, "--stop-after-init", "--no-http"]


def _odoo(env, *arguments, **options) -> None:
    """Run Odoo quietly; on failure show the end of its log, the whole is kept in a file."""
    done = env.odoo(*arguments, check=False, capture_output=True, text=True, **options)
    output = done.stdout + done.stderr
    (env.local / "setup.log").write_text(output)
    bad = [line for line in output.splitlines() if " ERROR " in line or " CRITICAL " in line]
    if done.returncode or bad:
        print("\n".join(output.splitlines()[-40:]))
        raise Refusal(f"Odoo could not do it; its whole log is {env.local / 'setup.log'}.")


def _files(env) -> str:
    """Hash of all files of our addons that an installed database depends on."""
    digest = hashlib.sha256()
    loader = Path(__file__).parent / "load_demo.py"
    for path in [loader, *sorted(env.addons.rglob("*"))]:
        if path.is_file() and not OUTSIDE & set(path.parts):
            digest.update(str(path.relative_to(env.root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _digest(parts: list[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:10]


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))
