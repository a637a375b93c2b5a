"""Which pages of a meter belong to which days: pure functions on readings, without a database.

Usage runs from reading to reading. Only the beginning or end of a stay, a change of prices and a
change of payer cut between two readings: by a reading of that day, else by days, and marked.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import date as Date, datetime, timedelta
from fractions import Fraction
from operator import attrgetter
from typing import NamedTuple

#: How a boundary was found.
READING = "reading"
DAYS = "days"
ESTIMATE = "estimate"

#: Kinds of rows.
BILLABLE = "billable"
TEST = "test"
OUT = "out"
GIVE_BACK = "give_back"

ONE_DAY = timedelta(days=1)


class Mark(NamedTuple):
    """A boundary in the life of a meter: all pages up to it belong before, all others after."""

    day: Date
    """The local day."""
    moment: datetime
    """UTC."""
    life: int
    how: str = READING
    reading: int | None = None
    """Id of the reading that it is, or that follows the days between which it lies."""


DAY, MOMENT = attrgetter("day"), attrgetter("moment")


@dataclass(frozen=True, slots=True)
class Edge:
    """A day at whose beginning something ends, and how far from it a reading may be taken."""

    day: Date
    midnight: datetime
    """UTC."""
    before: int = 0
    after: int = 0
    is_cut: bool = False
    """Whether the day itself counts, also between two readings."""
    limit: Date = Date.max
    """The day of the next cut: what is read later belongs behind that one."""

    @property
    def first(self):
        """The first day on which a reading may be taken for it."""
        return self.day - timedelta(days=self.before)

    @property
    def last(self):
        """The last day on which a reading may be taken for it."""
        return min(self.day + timedelta(days=self.after), self.limit)

    def holds(self, mark):
        """Whether a boundary is near enough."""
        return self.first <= mark.day <= self.last

    def distance(self, mark):
        """How far a boundary is from it."""
        return abs(mark.moment - self.midnight)


class Timeline:
    """The counted readings of one meter, in order of time."""

    __slots__ = ("marks",)

    def __init__(self, marks):
        self.marks = marks

    def find(self, edge, since=None):
        """The boundary at an edge; None when no reading tells it.

        :param Edge edge: where
        :param Mark since: the boundary before it; only later readings count
        """
        if since and since.moment >= edge.midnight:
            return since
        # Of a cut: the evening before or the day itself. Of other edges: the days around.
        first, last = (edge.day - ONE_DAY, edge.day) if edge.is_cut else (edge.first, edge.last)
        near = self._between_days(first, last, since)
        if near:
            return min(near, key=edge.distance)
        is_read = since and since.how == READING
        if is_read and (first <= since.day if edge.is_cut else edge.holds(since)):
            return since
        return self._by_days(edge, since)

    def _between_days(self, first, last, since):
        """Readings from a day on until another, both included, after a boundary."""
        start = bisect_left(self.marks, first, key=DAY)
        if since:
            start = max(start, self._after(since.moment))
        return self.marks[start : bisect_right(self.marks, last, key=DAY)]

    def _after(self, moment):
        """The place of the first reading after a moment."""
        return bisect_right(self.marks, moment, key=MOMENT)

    def known(self, moment, since):
        """The last true boundary until a moment: a reading, or the boundary before unless that is
        an estimate that a reading could correct.

        :param datetime moment: UTC
        :param Mark since: the boundary before; None for none
        """
        index = self._after(moment)
        read = self.marks[index - 1] if index else None
        if not since or (read and (since.how == ESTIMATE or read.moment > since.moment)):
            return read
        return since

    def _by_days(self, edge, since):
        """The boundary by days between two readings; where nothing is known after it, a reading
        shortly before; where nothing was before it, one shortly after."""
        previous = self.known(edge.midnight, since)
        index = self._after(edge.midnight)
        following = self.marks[index] if index < len(self.marks) else None
        if not previous:
            return following if following and edge.holds(following) else None
        if not following:
            is_near = edge.is_cut and previous.how == READING and edge.holds(previous)
            return previous if is_near else None
        days = max((following.day - previous.day).days, 1)
        pages = max(following.life - previous.life, 0)
        passed = (edge.day - previous.day).days
        return Mark(
            edge.day,
            edge.midnight,
            previous.life + (2 * pages * passed + days) // (2 * days),
            DAYS,
            following.reading,
        )


class Entry(NamedTuple):
    """A row of the ledger that is still to be written."""

    meter: int
    seq: int
    start: Mark
    stop: Mark
    life_from: int
    life_to: int
    kind: str
    estimates: int = 0
    """How many estimates follow each other up to this row."""

    @property
    def pages(self):
        """Pages from life value to life value; below zero when they are given back."""
        return self.life_to - self.life_from


@dataclass(slots=True)
class Chain:
    """The ledger of one meter, of which the last row is known, going on without gap or overlap."""

    meter: int
    last: Mark | None = None
    """The end of the last row; None when the meter has none."""
    seq: int = 0
    estimates: int = 0
    tests: list[tuple[datetime, int]] = field(default_factory=list)
    """(moment, pages) of test prints that no row has yet, in order of time."""
    stay: int | None = None
    """Id of the stay whose the last row is; None: nobody's."""

    def open(self, mark, stay=None):
        """Begin a stay at a boundary: what was printed before it is nobody's.

        :param Mark mark: where
        :param int stay: whose the following rows are
        :return: the rows up to it
        """
        self.stay = stay
        # Nobody pays for what is before: there is nothing to deduct from.
        self.tests = [test for test in self.tests if test[0] > mark.moment]
        if self.last is None:
            self.last = mark
            return []
        if self.last.how == ESTIMATE and mark.life > self.last.life:
            # Too low an estimate of the one before: the next one does not pay for the difference.
            moment = max(mark.moment, self.last.moment)
            return [self._row(mark._replace(moment=moment), mark.life, OUT)]
        return self.extend(mark, OUT)

    def extend(self, mark, kind=BILLABLE):
        """Go on until a boundary.

        :return: the rows: none while an estimate has not been reached; test prints apart
        """
        if mark.moment <= self.last.moment or mark.life < self.last.life:
            # Known already; or more was billed than has been printed: nothing until the true value
            # passes it.
            return []
        if mark.how == ESTIMATE:
            return [self._row(mark, mark.life, ESTIMATE)]
        tests = self._take_tests(mark) if kind == BILLABLE else 0
        rows = [self._row(mark, mark.life - tests, kind)]
        if tests:
            rows.append(self._row(mark, mark.life, TEST))
        return rows

    def give_back(self, mark):
        """End with what is true where an estimate was too high.

        :return: one row that takes the difference back, or none
        """
        if mark.life >= self.last.life:
            return []
        return [self._row(mark, mark.life, GIVE_BACK)]

    def _row(self, mark, life, kind):
        self.estimates = self.estimates + 1 if kind == ESTIMATE else 0
        self.seq += 1
        start = self.last
        row = Entry(self.meter, self.seq, start, mark, start.life, life, kind, self.estimates)
        self.last = mark if life == mark.life else mark._replace(life=life)
        return row

    def _take_tests(self, mark):
        """Take the test prints up to a boundary off the list, at most as many pages as there are;
        the others wait for the next row.

        :return: how many pages they are
        """
        pages, waiting = mark.life - self.last.life, []
        for moment, count in self.tests:
            taken = min(count, pages) if moment <= mark.moment else 0
            pages -= taken
            if taken < count:
                waiting.append((moment, count - taken))
        self.tests = waiting
        return mark.life - self.last.life - pages


def estimate(since, edge, daily):
    """The boundary at an edge where nobody has read the counter.

    :param Mark since: what is known before it
    :param Edge edge: where
    :param Fraction daily: pages a day; 0 for none
    """
    days = max((edge.day - since.day).days, 0)
    # Half up, as all pages are rounded.
    pages = int((Fraction(daily) * days + Fraction(1, 2)) // 1)
    return Mark(edge.day, edge.midnight, since.life + pages, ESTIMATE)


def trend(marks, moment, months=12):
    """Pages a day before a moment, by the readings of so many months; None when they tell nothing.

    :param list[Mark] marks: in order of time
    """
    early = moment - timedelta(days=30.4 * months)
    window = [mark for mark in marks if early <= mark.moment <= moment]
    if len(window) < 2 or window[-1].day <= window[0].day:
        return None
    return Fraction(window[-1].life - window[0].life, (window[-1].day - window[0].day).days)
