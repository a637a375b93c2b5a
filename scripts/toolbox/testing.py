"""``scripts/test [--long] [PYTEST ARGUMENT …]``: the whole suite, or the part that is named."""

import os
import shutil

from . import databases, machine

PLACES = ["tests", "addons"]


def main(arguments: list[str], env) -> int:
    """Run pytest on a copy of the suite's template; the copy is dropped afterwards."""
    if not machine.find_chromium():
        machine.install(["chromium"], "Testing in a browser")
    if not shutil.which("wkhtmltopdf"):
        machine.install(["wkhtmltopdf", "fonts-dejavu-core"], "Printing invoices", optional=True)
    long = "--long" in arguments
    rest = [word for word in arguments if word != "--long"]
    if not any(_is_place(env, word) for word in rest):
        rest = PLACES + rest
    name = f"service_test_{os.getpid()}"
    databases.copy(env, name, databases.suite(env))
    try:
        command = ["-m", "pytest", f"--odoo-database={name}", "--odoo-http"]
        # Odoo's limit of address space would be inherited by the browsers, which die of it.
        command.append("--odoo-extra=limit-memory-hard=0")
        if not long:
            command += ["-m", "not long"]
        paths = os.pathsep.join(map(str, (env.root / "scripts", env.root / "tests")))
        return env.run(
            [env.python, *command, *rest],
            check=False,
            cwd=env.root,
            env={**env.variables, "PYTHONPATH": paths},
        ).returncode
    finally:
        env.drop_database(name)


def _is_place(env, word: str) -> bool:
    path = word.split("::")[0]
    return not word.startswith("-") and (env.root / path).exists()
