"""Databases in layers, each a template of the next, so that only what changed is made again.

1. *base*: Odoo's modules that the suite needs, Polish chart of accounts and language;
2. *suite*: the suite installed, without demo data; tests run on copies of it;
3. *demo*: the demo company; the browser tests and ``scripts/run`` use copies of it.

A layer's name ends in a hash of all that it was made from.
"""

import ast
import hashlib
import re
from contextlib import contextmanager
from pathlib import Path

from . import locks
from .say import Refusal, step

COUNTRY, LANGUAGE, CHART = "PL", "pl_PL", "l10n_pl"
TOP = "service_suite"
LAYER = re.compile(r"service_(base|suite|demo)_[0-9a-f]{10}")
# What an installed database does not hold: changes here need no new template.
OUTSIDE = {"tests", "static", "README.md", "__pycache__"}
# The parameter in which a database says from which files of ours it was made or brought up to date.
MADE_FROM = "service_suite.files"


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

    def make(working: str) -> None:
        _odoo(env, "db", "init", working, "--country", COUNTRY)
        wanted = ",".join(odoo_modules(env))
        _odoo(env, *_once(working), "-i", wanted, f"--load-language={LANGUAGE}")

    return _layer(env, name, "Creating a database with Odoo's own modules", make)


def suite(env) -> str:
    """Name of the template with the suite installed, without demo data."""
    below = base(env)
    name = f"service_suite_{_digest([below, _files(env)])}"

    def make(working: str) -> None:
        _odoo(env, *_once(working), "-i", TOP)

    return _layer(env, name, "Installing the suite", make, below)


def demo(env) -> str:
    """Name of the template with the demo company."""
    below = suite(env)
    name = f"service_demo_{_digest([below])}"

    def make(working: str) -> None:
        script = (Path(__file__).parent / "load_demo.py").read_text()
        _odoo(env, "shell", "-d", working, "--no-http", input=script)

    return _layer(env, name, "Filling the demo company", make, below)


def copy(env, name: str, template: str) -> None:
    """A database ``name`` as a fresh copy of ``template``."""
    env.drop_database(name)
    env.create_database(name, template)


def upgrade(env, name: str) -> None:
    """Bring an existing database to the state of our files; refuse one that is newer."""
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
    # Between two versions files change, too: new columns must be there before pages ask for them.
    made_from = env.server.query(
        f"SELECT value FROM ir_config_parameter WHERE key = '{MADE_FROM}'", name
    )
    if made_from != _files(env):
        with step("Bringing the database to this version"):
            _odoo(env, *_once(name), "-i", TOP, "-u", ",".join(sorted(found)))
        note_files(env, name)


def note_files(env, name: str) -> None:
    """Write into a database that it holds our files as they are."""
    set_parameter(env, name, MADE_FROM, _files(env))


def set_parameter(env, name: str, key: str, value: str) -> None:
    """Set a system parameter of a database on which no server runs."""
    env.server.query(
        f"INSERT INTO ir_config_parameter (key, value) VALUES ('{key}', '{value}') "
        f"ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        name,
    )


@contextmanager
def building(env, name: str, template: str | None = None):
    """A database under a working name, given its real one only when it is finished."""
    working = f"{name}_building"
    env.drop_database(working)
    try:
        if template:
            env.create_database(working, template)
        yield working
        env.rename_database(working, name)
    except BaseException:
        env.drop_database(working)
        raise


def _layer(env, name: str, title: str, make, template: str | None = None) -> str:
    """The named layer, made with ``make(working name)`` when it is absent; the older ones go."""
    with locks.alone(env.local / "databases.lock", "making a database"):
        if name in env.databases():
            return name
        env.venv  # noqa: B018  has its own steps, which would stand inside this one
        with step(title), building(env, name, template) as working:
            make(working)
        kind = name.rpartition("_")[0]
        for old in env.databases() - {name}:
            if LAYER.fullmatch(old) and old.rpartition("_")[0] == kind:
                env.drop_database(old)
    return name


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
