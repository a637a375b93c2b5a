"""Makes a database as set-up does, and dies as by ``kill -9`` just before its n-th act.

``python name_database.py NAME TEMPLATE N``
"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from toolbox import databases
from toolbox.environment import Environment

name, template, last = sys.argv[1], sys.argv[2], int(sys.argv[3])
done = 0


def counted(act):
    """``act`` as it is, but for the last time."""

    def perform(*arguments, **options):
        global done
        done += 1
        if done == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return act(*arguments, **options)

    return perform


with Environment() as env:
    env.server.query("SELECT 1", "postgres")
    subprocess.run = counted(subprocess.run)
    shutil.rmtree = counted(shutil.rmtree)
    shutil.copytree = counted(shutil.copytree)
    Path.rename = counted(Path.rename)
    with databases.building(env, name, template):
        pass
    last = 0
