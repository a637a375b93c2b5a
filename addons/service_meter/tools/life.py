"""The arithmetic of a meter's life: pure functions on points, without a database.

The *value* is what the counter shows. The *life value* is what it would show had it never been
reset nor turned over: it only grows, and the difference of two life values is the number of pages
between them.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

ACCEPTED = "accepted"
SUSPECT = "suspect"
REJECTED = "rejected"
RESET = "reset"
ROLLOVER = "rollover"
COUNTED = (ACCEPTED, RESET, ROLLOVER)

#: Why a reading waits to be explained.
LOWER = "lower"
ABOVE_LATER = "above_later"
UNUSUAL = "unusual"

#: The largest number the database keeps; a longer life is a typing error.
MAX_LIFE = 2**31 - 1
#: A trend shorter than this says nothing about a month.
SHORTEST_TREND = timedelta(days=14)


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
    suspicion: str | None = None
    """Why it is suspect: ``LOWER``, ``ABOVE_LATER`` or ``UNUSUAL``."""
    compared: int = 0
    """What it contradicts: the value before, the value after, or the highest usual usage."""


@dataclass(slots=True)
class Gauge:
    """What one meter can show, and how much of it is usual."""

    capacity: int | None = None
    """The counter turns over to zero here (10 to the number of its digits); None: not known."""
    window: timedelta = timedelta(days=183)
    """How far back the trend looks."""
    daily: float | None = None
    """Usual pages a day of the model, while there is no trend; None or 0: not known."""
    tolerance: float | None = None
    """How many times the usual is still plausible; None: usage is not questioned."""
    allowance: int = 0
    """Pages beyond that are never questioned."""
    past: list[Point] = field(default_factory=list)
    """Counted points of the window before the first judged one, in order of time."""

    def highest_usage(self, counted, date):
        """The highest plausible usage from the last counted point to a moment; None: any.

        :param list[Point] counted: counted points until then, in order of time
        """
        if self.tolerance is None or not counted:
            return None
        last = counted[-1]
        first = next((point for point in counted if point.date >= date - self.window), last)
        span = last.date - first.date
        trend = (last.life - first.life) / _days(span) if span >= SHORTEST_TREND else 0
        # A device that stood still may begin to work as others of its model do.
        daily = trend or self.daily
        if not daily:
            return None
        return int(daily * max(_days(date - last.date), 1) * self.tolerance) + self.allowance


def judge(points, anchor=None, gauge=None):
    """Give each point without a verdict one, and compute the lives along the way.

    A reading is suspect when the counter showed more before it, or less after it with no reset
    in between, or when it brings more pages than the meter's trend (else its model) explains. A
    lower one is a rollover when the pages over the counter's end are plausible. Nothing is
    refused: people decide on suspects.

    :param list[Point] points: in order of time; those with a verdict are ``COUNTED``
    :param Point anchor: the last counted point before them
    :param Gauge gauge: the meter's; without one only contradictions are suspect
    :return: the last counted point, or None
    """
    gauge = gauge or Gauge()
    counted = [*gauge.past] or ([anchor] if anchor else [])
    for point, ceiling in zip(points, _ceilings(points), strict=True):
        last = counted[-1] if counted else None
        if point.verdict is None:
            _decide(point, last, ceiling, gauge, gauge.highest_usage(counted, point.date))
        _advance(point, last, gauge.capacity)
        if point.verdict in COUNTED:
            counted.append(point)
    return counted[-1] if counted else None


def _decide(point, last, ceiling, gauge, highest):
    """Give one point its verdict, with the reason when it is suspect."""
    usage = point.value - last.value if last else 0
    if ceiling is not None and point.value > ceiling:
        _suspect(point, ABOVE_LATER, ceiling)
    elif usage < 0:
        over = usage + (gauge.capacity or 0)
        if highest is not None and 0 <= over <= highest:
            point.verdict = ROLLOVER
        else:
            _suspect(point, LOWER, last.value)
    elif highest is not None and usage > highest:
        _suspect(point, UNUSUAL, highest)
    else:
        point.verdict = ACCEPTED


def _suspect(point, suspicion, compared):
    point.verdict, point.suspicion, point.compared = SUSPECT, suspicion, compared


def _ceilings(points):
    """For each point, what the counter showed at the next decided reading before a new start."""
    ceilings = []
    ceiling = None
    for point in reversed(points):
        ceilings.append(ceiling)
        if point.verdict in (RESET, ROLLOVER):
            ceiling = None
        elif point.verdict == ACCEPTED:
            ceiling = point.value
    return ceilings[::-1]


def follow(points, anchor=None, capacity=None):
    """Compute life values and usage along ``points``, starting after ``anchor``.

    An accepted point that is lower than the one before it (after somebody rejected the reset
    between them) cannot stay accepted: it becomes suspect, so that life never falls.

    :param list[Point] points: judged, in order of time
    :param Point anchor: the last counted point before them, with its life value
    :param int capacity: where the counter turns over to zero
    :return: the last counted point, or None
    """
    last = anchor
    for point in points:
        _advance(point, last, capacity)
        if point.verdict in COUNTED:
            last = point
    return last


def _advance(point, last, capacity):
    """Compute the life of one point after the last counted one."""
    point.life = point.usage = 0
    if point.verdict not in COUNTED:
        return
    usage = _usage(point, last, capacity) if last else 0
    life = last.life + usage if last else point.value
    if usage < 0:
        _suspect(point, LOWER, last.value)
    elif life > MAX_LIFE:
        _suspect(point, UNUSUAL, MAX_LIFE - last.life)
    else:
        point.life, point.usage = life, usage


def _usage(point, last, capacity):
    """Pages since the last counted point; below zero when the verdict contradicts it."""
    if point.verdict == RESET:
        return point.value
    usage = point.value - last.value
    # A reading taken in between may be the one that turned over: then this one simply goes on.
    if point.verdict == ROLLOVER and usage < 0:
        usage += capacity or 0
    return usage


def _days(span):
    return span.total_seconds() / 86400
