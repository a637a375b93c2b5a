"""The arithmetic of a meter's life: pure functions on points, without a database.

The *value* is what the counter shows. The *life value* is what it would show had it never been
reset: it only grows, and the difference of two life values is the number of pages between them.
"""

from dataclasses import dataclass
from datetime import datetime

ACCEPTED = "accepted"
SUSPECT = "suspect"
REJECTED = "rejected"
RESET = "reset"
COUNTED = (ACCEPTED, RESET)


@dataclass(slots=True)
class Point:
    """One reading of one meter: when, what the counter showed, and what follows from it."""

    date: datetime
    value: int
    verdict: str | None = None
    """None: not judged yet."""
    life: int = 0
    usage: int = 0
    key: object = None
    """Whatever the caller needs to find its reading again."""


def judge(points, anchor=None):
    """Give each point without a verdict one: suspect when it contradicts its neighbours.

    A reading is suspect when the counter showed more before it, or less after it with no reset
    in between. Nothing is refused: people decide on suspects.

    :param list[Point] points: in order of time; those with a verdict are ``COUNTED``
    :param Point anchor: the last counted point before them
    """
    ceilings = _ceilings(points)
    last = anchor.value if anchor else None
    for point, ceiling in zip(points, ceilings, strict=True):
        if point.verdict is None:
            too_low = last is not None and point.value < last
            too_high = ceiling is not None and point.value > ceiling
            point.verdict = SUSPECT if too_low or too_high else ACCEPTED
        if point.verdict in COUNTED:
            last = point.value


def _ceilings(points):
    """For each point, what the counter showed at the next decided reading before a reset."""
    ceilings = []
    ceiling = None
    for point in reversed(points):
        ceilings.append(ceiling)
        if point.verdict == RESET:
            ceiling = None
        elif point.verdict == ACCEPTED:
            ceiling = point.value
    return ceilings[::-1]


def follow(points, anchor=None):
    """Compute life values and usage along ``points``, starting after ``anchor``.

    An accepted point that is lower than the one before it (after somebody rejected the reset
    between them) cannot stay accepted: it becomes suspect, so that life never falls.

    :param list[Point] points: judged, in order of time
    :param Point anchor: the last counted point before them, with its life value
    """
    last = anchor
    for point in points:
        if point.verdict == ACCEPTED and last and point.value < last.value:
            point.verdict = SUSPECT
        point.life = point.usage = 0
        if point.verdict not in COUNTED:
            continue
        if last:
            point.usage = point.value - (0 if point.verdict == RESET else last.value)
            point.life = last.life + point.usage
        else:
            point.life = point.value
        last = point
    return last
