"""``scripts/test [--long] [PYTEST ARGUMENT …]``: the whole suite, or the part that is named.

``--long`` adds ``tests/long``: installation and removal of each addon, upgrades, killed processes,
random input. They take some 20 minutes; alone they are ``scripts/test --long tests/long``.
"""

import os
import shutil

from . import databases, machine

PLACES = ["tests", "addons"]
LONG = "tests/long"


def main(arguments: list[str], env) -> int:
    """Run pytest on a copy of the suite's template; the copy is dropped afterwards."""
    if not machine.find_chromium():
        machine.install(["chromium"], "Testing in a browser")
    machine.prepare_printing(optional=False)
    if not shutil.which("pdftoppm"):
        machine.install(["poppler-utils"], "Reading printed labels", optional=True)
    long = "--long" in arguments
    rest = [word for word in arguments if word != "--long"]
    if not any(_is_place(env, word) for word in rest):
        rest = [*PLACES, *([] if long else [f"--ignore={LONG}"]), *rest]
    name = f"service_test_{os.getpid()}"
    databases.copy(env, name, databases.suite(env))
    try:
        command = ["-m", "pytest", f"--odoo-database={name}", "--odoo-http"]
        # Odoo's limit of address space would be inherited by the browsers, which die of it.
        command.append("--odoo-extra=limit-memory-hard=0")
        # Each test of a long run is named when it begins, and tells all that differs.
        command += ["-vv"] if long else ["-m", "not long"]
        paths = os.pathsep.join(map(str, (env.root / "scripts", env.root / "tests")))
        variables = {**env.variables, "PYTHONPATH": paths}
        return env.stay([env.python, *command, *rest], cwd=env.root, env=variables)
    finally:
        env.drop_database(name)


def _is_place(env, word: str) -> bool:
    path = word.split("::")[0]
    return not word.startswith("-") and (env.root / path).exists()
