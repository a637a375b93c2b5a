"""``scripts/test [--long] [PYTEST ARGUMENT …]``: the whole suite, or the part that is named.

Without an argument three parts run side by side: the tests of the spine and those of the addons
beside it, each with Odoo on a database of its own, and those in ``tests``, which start what they
need themselves. They share nothing but the machine.
``--long`` adds ``tests/long``: installation and removal of each addon, upgrades, killed processes,
random input. They take some 30 minutes; alone they are ``scripts/test --long tests/long``.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager

from . import databases, machine
from .environment import Stopped, end

LONG = "tests/long"
PLACES = ["tests", "addons"]
# These import addons, which only Odoo's own process can.
TERMS = "tests/terms"
NOT_LONG = ["-m", "not long"]
# Addons whose tests take about as long as those of the spine.
BESIDE = [
    f"addons/{name}"
    for name in ("connector_subiekt", "service_portal", "service_subiekt", "service_suite")
]


def main(arguments: list[str], env) -> int:
    """Run pytest on copies of the suite's template."""
    if not machine.find_chromium():
        machine.install(["chromium"], "Testing in a browser")
    machine.prepare_printing(optional=False)
    if not shutil.which("pdftoppm"):
        machine.install(["poppler-utils"], "Reading printed labels", optional=True)
    if arguments:
        with _a_copy(env) as options:
            return _pytest(env, [*options, *_chosen(env, arguments)])
    alone = ["-p", "no:odoo", *NOT_LONG, *_without(LONG, TERMS), "tests"]
    with (
        _a_copy(env) as first,
        _a_copy(env, "beside") as second,
        _beside(env, alone) as tests,
        _beside(env, [*second, *NOT_LONG, *BESIDE]) as others,
    ):
        failed = _pytest(env, [*first, *NOT_LONG, *_without(*BESIDE), "addons", TERMS])
        return failed or tests.wait() or others.wait()


def _without(*places: str) -> list[str]:
    return [f"--ignore={place}" for place in places]


def _chosen(env, arguments: list[str]) -> list[str]:
    long = "--long" in arguments
    rest = [word for word in arguments if word != "--long"]
    # Each test of a long run is named when it begins, and tells all that differs.
    chosen = ["-vv"] if long else [*NOT_LONG]
    if not any(_is_place(env, word) for word in rest):
        chosen += [*PLACES, *([] if long else _without(LONG))]
    return [*chosen, *rest]


def _is_place(env, word: str) -> bool:
    path = word.split("::")[0]
    return not word.startswith("-") and (env.root / path).exists()


@contextmanager
def _a_copy(env, label: str = "first"):
    """What tells pytest to have Odoo in its process, on a database that is dropped afterwards."""
    name = f"service_test_{os.getpid()}_{label}"
    databases.copy(env, name, databases.suite(env))
    try:
        # Odoo's limit of address space would be inherited by the browsers, which die of it.
        yield [f"--odoo-database={name}", "--odoo-http", "--odoo-extra=limit-memory-hard=0"]
    finally:
        env.drop_database(name)


def _pytest(env, words: list[str]) -> int:
    """Pytest in the foreground."""
    command = [env.python, "-m", "pytest", *words]
    return env.stay(command, cwd=env.root, env=_variables(env))


@contextmanager
def _beside(env, words: list[str]):
    """Pytest in the background; what it says is printed when it has ended."""
    command = [env.python, "-m", "pytest", *words]
    options = {"cwd": env.root, "env": _variables(env), "stderr": subprocess.STDOUT}
    with tempfile.TemporaryFile() as said:
        try:
            with subprocess.Popen(command, stdout=said, **options) as process:
                try:
                    yield process
                except BaseException as stop:
                    # As in Environment.stay: Ctrl-C has reached this program as well.
                    told = isinstance(stop, KeyboardInterrupt) and not isinstance(stop, Stopped)
                    end(process, ask=not told)
                    raise
        finally:
            said.seek(0)
            sys.stdout.flush()
            shutil.copyfileobj(said, sys.stdout.buffer)


def _variables(env) -> dict[str, str]:
    paths = os.pathsep.join(map(str, (env.root / "scripts", env.root / "tests")))
    return {**env.variables, "PYTHONPATH": paths}
