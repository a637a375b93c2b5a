"""Commands that run at the same time take turns where they make the same thing."""

import fcntl
from contextlib import contextmanager
from pathlib import Path

from .say import note


@contextmanager
def alone(path: Path, reason: str = ""):
    """Hold the lock file ``path`` during the block; the system lets go of it if we are killed.

    :param reason: what is being made, said to who has to wait for it
    """
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if reason:
                note(f"• Waiting for another command, which is {reason} …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
