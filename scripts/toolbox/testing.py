"""``scripts/test [--long] [PYTEST ARGUMENT …]``: the whole suite, or the part that is named.

Without an argument the addons' tests and those in ``tests`` run side by side: the second ones start
what they need themselves, so the two share nothing but the machine.
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


def main(arguments: list[str], env) -> int:
    """Run pytest on a copy of the suite's template; the copy is dropped afterwards."""
    if not machine.find_chromium():
        machine.install(["chromium"], "Testing in a browser")
    machine.prepare_printing(optional=False)
    if not shutil.which("pdftoppm"):
        machine.install(["poppler-utils"], "Reading printed labels", optional=True)
    if arguments:
        return _on_a_copy(env, _chosen(env, arguments))
    ignored = [f"--ignore={place}" for place in (LONG, TERMS)]
    with _beside(env, ["-p", "no:odoo", *NOT_LONG, *ignored, "tests"]) as tests:
        failed = _on_a_copy(env, [*NOT_LONG, "addons", TERMS])
        return tests.wait() or failed


def _chosen(env, arguments: list[str]) -> list[str]:
    long = "--long" in arguments
    rest = [word for word in arguments if word != "--long"]
    # Each test of a long run is named when it begins, and tells all that differs.
    chosen = ["-vv"] if long else [*NOT_LONG]
    if not any(_is_place(env, word) for word in rest):
        chosen += [*PLACES, *([] if long else [f"--ignore={LONG}"])]
    return [*chosen, *rest]


def _is_place(env, word: str) -> bool:
    path = word.split("::")[0]
    return not word.startswith("-") and (env.root / path).exists()


def _on_a_copy(env, words: list[str]) -> int:
    """Pytest with Odoo in its process, on a database of its own."""
    name = f"service_test_{os.getpid()}"
    databases.copy(env, name, databases.suite(env))
    try:
        options = [f"--odoo-database={name}", "--odoo-http"]
        # Odoo's limit of address space would be inherited by the browsers, which die of it.
        options.append("--odoo-extra=limit-memory-hard=0")
        command = [env.python, "-m", "pytest", *options, *words]
        return env.stay(command, cwd=env.root, env=_variables(env))
    finally:
        env.drop_database(name)


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
