"""Entry of every command: ``python -m toolbox COMMAND [ARGUMENT …]``."""

import importlib
import sys

from .environment import Environment
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
    try:
        module = importlib.import_module(f".{COMMANDS[name]}", __package__)
        with Environment(development=name in DEVELOPMENT) as env:
            return module.main(arguments, env)
    except Refusal as refusal:
        print(f"✗ {refusal}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


sys.exit(main())
