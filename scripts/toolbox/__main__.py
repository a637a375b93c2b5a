"""Entry of every command: ``python -m toolbox COMMAND [ARGUMENT …]``."""

import errno
import importlib
import signal
import subprocess
import sys

from .environment import Environment, Stopped
from .say import Refusal

COMMANDS = {
    "run": "run",
    "test": "testing",
    "odoo": "odoo_command",
    "lint": "lint",
    "bench": "bench",
    "screenshots": "screenshots",
}
# These work with the packages of requirements-dev.txt too.
DEVELOPMENT = {"test", "lint", "bench", "screenshots"}


def main() -> int:
    """Run one command; a refusal becomes one sentence and exit code 1, Ctrl-C is no error."""
    name, *arguments = sys.argv[1:]
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        module = importlib.import_module(f".{COMMANDS[name]}", __package__)
        with Environment(development=name in DEVELOPMENT) as env:
            return module.main(arguments, env)
    except Refusal as refusal:
        return _refuse(refusal)
    except KeyboardInterrupt:
        return 130
    except subprocess.CalledProcessError as error:
        return _refuse(f"{error}: its lines above say why.")
    except OSError as error:
        return _refuse(_told(error))


def _told(error: OSError) -> str:
    """Sentence for what a machine, not our code, brings about; anything else is a bug and shown."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk is full: make room and run this again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{error.filename} may not be written: run this as the user whose file it is."
    raise error


def _refuse(sentence) -> int:
    print(f"✗ {sentence}", file=sys.stderr)
    return 1


def _stop(number, frame):
    raise Stopped


if __name__ == "__main__":
    sys.exit(main())
