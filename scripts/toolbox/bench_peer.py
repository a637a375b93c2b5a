"""Addons of the OCA that a bench compares ours with."""

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZipFile

from . import databases
from .say import Refusal


def download(folder: Path, *requirements: str) -> Path:
    """The folder of addons that holds what pip found for the requirements."""
    words = ["-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, *requirements]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True)
    wheels = list(folder.glob("*.whl"))
    if done.returncode or len(wheels) < len(requirements):
        raise Refusal(
            f"Addons of the OCA ({', '.join(requirements)}) could not be downloaded with pip, so "
            f"there is nothing to compare with: {done.stderr.strip()[-500:]}"
        )
    for wheel in wheels:
        with ZipFile(wheel) as archive:
            archive.extractall(folder)
    return folder / "odoo/addons"


@contextmanager
def installed(env, addons: Path, module: str):
    """A database with Odoo's modules, the peer's and none of ours, gone afterwards.

    :param addons: folder of addons that holds the module
    :return: its name, and the environment of processes that use it
    """
    name = f"service_bench_{module}_{os.getpid()}"
    config = addons.parent / "odoo.conf"
    config.write_text(env.config.read_text().replace(str(env.addons), str(addons)))
    variables = {**env.variables, "ODOO_RC": str(config)}
    try:
        databases.copy(env, name, databases.base(env))
        words = ("-d", name, "-i", module, "--stop-after-init", "--no-http")
        done = env.odoo(*words, check=False, capture_output=True, text=True, env=variables)
        if done.returncode:
            raise Refusal(f"The peer could not be installed: {done.stderr[-2000:]}")
        yield name, variables
    finally:
        env.drop_database(name)
