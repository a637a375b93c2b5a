"""Words to the person at the terminal: progress, and refusals with a remedy."""

import sys
import time
from contextlib import contextmanager


class Refusal(Exception):
    """Something is missing or wrong; the message is one sentence that names the remedy."""


def note(text: str) -> None:
    """Print a line of progress, at once and apart from what a command answers."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def step(title: str):
    """Print ``title`` while a long step runs, and its duration when it ended well."""
    note(f"• {title} …")
    start = time.monotonic()
    yield
    note(f"  done in {time.monotonic() - start:.0f} s")
