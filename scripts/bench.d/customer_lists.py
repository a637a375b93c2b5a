"""Lists, search, groups and cards of customers with the suite, against contacts without it.

Two databases hold the same 5 000 companies, 20 000 places and 15 000 people: one with the suite,
one with Odoo's own modules only. In both, the same is asked through the methods that the web client
calls: the customers' list (the contacts' list without the suite), a typed name, groups, a card;
as staff, and as each role of customer people (a portal user without the suite): of a chain with 500
branches and, as *small*, of a customer with four. Time is what Odoo and the database compute for
one call, the best of many; both sides stay open and are asked by turns, so that they meet the same
machine.
"""

import os
import subprocess
import tempfile
from contextlib import ExitStack
from multiprocessing.connection import Listener
from pathlib import Path

from toolbox import databases
from toolbox.say import Refusal

ROLES = ("dispatcher", "technician", "decision", "user", "accounting", "small")
CALLS = ("list", "search", "group", "card")
GOALS = {f"{role} {call}": 1.3 for role in ROLES for call in CALLS}
SIDES = ("ours", "peer")
ROUNDS = 15
#: Seconds that one answer may take, the first one with Odoo's start.
PATIENCE = 300
SCRIPTS = Path(__file__).parent / "_customers"


def measure(env):
    """Milliseconds of each call in each role, on both sides."""
    names = {side: f"service_bench_customers_{side}_{os.getpid()}" for side in SIDES}
    templates = {"peer": databases.base(env), "ours": databases.suite(env)}
    try:
        for side, name in names.items():
            databases.copy(env, name, templates[side])
            _fill(env, name)
        return compare(env, names)
    finally:
        for name in names.values():
            env.drop_database(name)


def compare(env, names):
    """Ask the filled databases by turns, call by call.

    :param dict names: of the databases, by side
    """
    with ExitStack() as stack:
        sides = {side: stack.enter_context(Side(env, name)) for side, name in names.items()}
        for figure in GOALS:
            for side in sides.values():
                side.ask(figure)  # prepares the call and fills the caches
        found = {figure: {side: [] for side in SIDES} for figure in GOALS}
        for turn in range(ROUNDS):
            for figure in GOALS:
                for side in SIDES[:: 1 if turn % 2 else -1]:
                    found[figure][side].append(sides[side].ask(figure))
    return {
        figure: {side: min(times) for side, times in both.items()} | {"unit": "ms"}
        for figure, both in found.items()
    }


class Side:
    """One database, held open in a process of Odoo that answers one question at a time."""

    def __init__(self, env, name):
        self.env = env
        self.name = name

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        address = str(Path(self.folder.name) / "socket")
        self.output = Path(self.folder.name, "output").open("w+")
        with Listener(address, "AF_UNIX") as listener:
            listener._listener._socket.settimeout(PATIENCE)
            self.process = subprocess.Popen(
                [str(word) for word in [*self.env.odoo_program, *_shell(self.name)]],
                env=self.env.variables,
                stdin=subprocess.PIPE,
                stdout=self.output,
                stderr=subprocess.STDOUT,
                text=True,
            )
            self.process.stdin.write(f"ADDRESS = {address!r}\n" + _text("ask.py"))
            self.process.stdin.close()
            self.connection = listener.accept()
        return self

    def ask(self, figure):
        """Milliseconds of one call."""
        self.connection.send(figure)
        if not self.connection.poll(PATIENCE):
            raise Refusal(f"{self.name} did not answer within {PATIENCE} s: {figure}")
        try:
            return self.connection.recv()
        except EOFError:
            self.output.seek(0)
            raise Refusal(f"{figure} failed in {self.name}: {self.output.read()[-3000:]}") from None

    def __exit__(self, *exception):
        self.connection.close()
        self.process.terminate()  # it has nothing to keep, and its own end takes a while
        self.process.wait(PATIENCE)
        self.output.close()
        self.folder.cleanup()


def _fill(env, name):
    done = env.odoo(
        *_shell(name), input=_text("fill.py"), check=False, capture_output=True, text=True
    )
    if done.returncode or "FILLED" not in done.stdout:
        raise Refusal(f"{name} was not filled: {(done.stdout + done.stderr)[-3000:]}")


def _shell(name):
    return ["shell", "-d", name, "--no-http", "--log-level=error"]


def _text(script):
    return (SCRIPTS / script).read_text()
