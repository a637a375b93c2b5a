"""Two databases held open and asked by turns, so that both meet the same machine."""

import subprocess
import tempfile
from multiprocessing.connection import Listener
from pathlib import Path

from .bench import FOLDER
from .say import Refusal

#: Scripts of the folder around each side's own: what they measure with, and the loop of answers.
BEGINNING, LOOP = "_common.py", "_turns.py"
#: Seconds that one answer may take, the first one with Odoo's start.
PATIENCE = 300


class Side:
    """One database, held open in a process of Odoo that answers one question at a time.

    :param scripts: of the bench folder, run one after the other; they define ``answer(question)``
    :param variables: environment of the process, when not the usual one
    """

    def __init__(self, env, name: str, *scripts: str, variables: dict | None = None):
        self.env = env
        self.name = name
        self.scripts = (BEGINNING, *scripts, LOOP)
        self.variables = variables or env.variables

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        address = str(Path(self.folder.name) / "socket")
        self.output = Path(self.folder.name, "output").open("w+")
        words = ["shell", "-d", self.name, "--no-http", "--log-level=error"]
        with Listener(address, "AF_UNIX") as listener:
            listener._listener._socket.settimeout(PATIENCE)
            self.process = subprocess.Popen(
                [str(word) for word in [*self.env.odoo_program, *words]],
                env=self.variables,
                stdin=subprocess.PIPE,
                stdout=self.output,
                stderr=subprocess.STDOUT,
                text=True,
            )
            texts = [(FOLDER / script).read_text() for script in self.scripts]
            self.process.stdin.write("\n".join([f"ADDRESS = {address!r}", *texts]))
            self.process.stdin.close()
            try:
                self.connection = listener.accept()
            except TimeoutError:
                self.process.kill()
                raise Refusal(f"{self.name} did not open: {self._said()}") from None
        return self

    def ask(self, question: str):
        """What the side answers."""
        self.connection.send(question)
        if not self.connection.poll(PATIENCE):
            raise Refusal(f"{self.name} did not answer within {PATIENCE} s: {question}")
        try:
            return self.connection.recv()
        except EOFError:
            raise Refusal(f"{question} failed in {self.name}: {self._said()}") from None

    def _said(self):
        self.output.seek(0)
        return self.output.read()[-3000:]

    def __exit__(self, *exception):
        self.connection.close()
        self.process.terminate()  # it has nothing to keep, and its own end takes a while
        self.process.wait(PATIENCE)
        self.output.close()
        self.folder.cleanup()


def least(sides: dict[str, Side], questions, rounds: int) -> dict[str, dict[str, float]]:
    """{question: {side: the least of its answers}}.

    Each is asked once beforehand, which prepares the call and fills the caches.
    """
    found = {question: {name: [] for name in sides} for question in questions}
    for turn in range(rounds + 1):
        for question, answers in found.items():
            for name in [*sides][:: 1 if turn % 2 else -1]:
                answer = sides[name].ask(question)
                if turn:
                    answers[name].append(answer)
    return {
        question: {name: min(times) for name, times in answers.items()}
        for question, answers in found.items()
    }
