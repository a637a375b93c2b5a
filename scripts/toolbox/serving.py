"""A server of ours in the background, for browser tests and pictures."""

import subprocess
import time
import urllib.request
from contextlib import contextmanager

from . import machine
from .environment import end
from .say import Refusal


@contextmanager
def served(env, database: str, *options: str):
    """Address of a server that runs inside the block; its log lies in ``.local``."""
    port = machine.free_port()
    address = f"http://127.0.0.1:{port}"
    env.server.query(
        "INSERT INTO ir_config_parameter (key, value) "
        f"VALUES ('report.url', '{address}'), ('web.base.url', '{address}') "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        database,
    )
    log = env.local / f"{database}.log"
    command = [f"--database={database}", f"--db-filter=^{database}$", f"--http-port={port}"]
    command += ["--http-interface=127.0.0.1", f"--logfile={log}", "--max-cron-threads=0", *options]
    with subprocess.Popen([*env.odoo_program, *command], env=env.variables) as process:
        try:
            _wait(process, f"{address}/web/login", log)
            yield address
        finally:
            end(process, seconds=20)


def _wait(process: subprocess.Popen, address: str, log) -> None:
    deadline = time.monotonic() + 180
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=60):
                return
        except OSError:
            time.sleep(0.3)
    raise Refusal(f"The server did not answer: its log is {log}.")
