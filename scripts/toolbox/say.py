"""Words to the person at the terminal: progress, and refusals with a remedy."""

import sys
import time
from contextlib import contextmanager


class Refusal(Exception):
    """Something is missing or wrong; the message is one sentence that names the remedy."""


@contextmanager
def step(title: str):
    """Print ``title`` while a long step runs, and its duration when it ended well."""
    print(f"• {title} …", file=sys.stderr, flush=True)
    start = time.monotonic()
    yield
    print(f"  done in {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
