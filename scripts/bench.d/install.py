"""Installing the suite against installing the modules of Odoo that it depends on, alone.

Both start from a new database that holds ``base`` only, without demo data, by turns on the same
machine. Time is that of the whole Odoo process, memory its largest resident size; the better of two
rounds counts, since the first one finds the files on disk, the second in memory.
"""

import os
import subprocess
import time

from toolbox import databases
from toolbox.say import Refusal

GOALS = {"time": 1.6, "memory": 1.3}
ROUNDS = 2


def measure(env):
    """Seconds and MiB of both installations."""
    modules = databases.odoo_modules(env)
    sides = {"peer": modules, "ours": [*modules, databases.TOP]}
    results = {side: [] for side in sides}
    for _round in range(ROUNDS):
        for side, names in sides.items():
            results[side].append(_install(env, side, names))
    best = {side: list(map(min, zip(*found, strict=True))) for side, found in results.items()}
    return {
        figure: {"ours": best["ours"][place], "peer": best["peer"][place], "unit": unit}
        for place, (figure, unit) in enumerate([("time", "s"), ("memory", "MiB")])
    }


def _install(env, side, modules):
    """(seconds, MiB) of one installation in a database of its own, which is dropped afterwards."""
    name = f"service_bench_{side}_{os.getpid()}"
    try:
        _create(env, name)
        command = [env.python, "-m", "odoo", "-d", name, "-i", ",".join(modules)]
        figures = _run([*command, "--stop-after-init", "--no-http", "--log-level=error"], env)
        _check_installed(env, name, modules)
        return figures
    finally:
        env.drop_database(name)


def _check_installed(env, name, modules):
    """Refuse a figure that is good only because something was not installed (Odoo just logs it)."""
    rows = env.server.query("SELECT name FROM ir_module_module WHERE state = 'installed'", name)
    missing = set(modules) - set(rows.splitlines())
    if missing:
        raise Refusal(f"Odoo did not install {', '.join(sorted(missing))}: its log says why.")


def _create(env, name):
    """A database with ``base`` only; what Odoo says about it is shown when it failed."""
    words = ("db", "init", name, "--country", databases.COUNTRY)
    done = env.odoo(*words, check=False, capture_output=True, text=True)
    if done.returncode:
        raise Refusal(f"Odoo could not create a database: {done.stderr[-2000:]}")


def _run(command, env):
    """(seconds, MiB) of a process; wait4 gives the usage of just this child."""
    start = time.monotonic()
    process = subprocess.Popen([str(word) for word in command], env=env.variables)
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise Refusal("Odoo could not install the modules: its last lines above say why.")
    return time.monotonic() - start, usage.ru_maxrss / 1024
