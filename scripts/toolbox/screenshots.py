"""``scripts/screenshots [NAME …]``: every picture that the README and the docs show.

They are taken from a fresh demo company, as each role, in Polish, so they never grow old.
"""

import os

from . import databases, machine
from .serving import served


def main(arguments: list[str], env) -> int:
    """Serve a copy of the demo company and let the camera, which needs the browser, take all."""
    if not machine.find_chromium():
        machine.install(["chromium"], "Taking pictures")
    name = f"service_pictures_{os.getpid()}"
    databases.copy(env, name, databases.demo(env))
    try:
        with served(env, name) as address:
            command = [env.python, "-m", "toolbox.camera", address, env.root / "docs/pictures"]
            variables = {**env.variables, "PYTHONPATH": env.root / "scripts"}
            return env.run([*command, *arguments], check=False, env=variables).returncode
    finally:
        env.drop_database(name)
