"""Which pages of a meter belong to which days: pure functions on readings, without a database.

Usage runs from reading to reading. Only the beginning or end of a stay, a change of prices and a
change of payer cut between two readings: by a reading of that day, else by days, and marked.
"""

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from datetime import date as Date, datetime, timedelta

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


@dataclass(frozen=True, slots=True)
class Mark:
    """A boundary in the life of a meter: all pages up to it belong before, all others after."""

    day: Date
    """The local day."""
    moment: datetime
    """UTC."""
    life: int
    how: str = READING
    reading: int | None = None
    """Id of the reading that it is, or that follows the days between which it lies."""


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

    def _holds(self, mark):
        early, late = self.day - timedelta(days=self.before), self.day + timedelta(days=self.after)
        return early <= mark.day <= late

    def _distance(self, mark):
        return abs(mark.moment - self.midnight)


@dataclass(slots=True)
class Timeline:
    """The counted readings of one meter, in order of time."""

    marks: list[Mark]

    def find(self, edge, since=None):
        """The boundary at an edge; None when no reading tells it.

        :param Edge edge: where
        :param Mark since: the boundary before it; only later readings count
        """
        if since and since.moment >= edge.midnight:
            return since
        later = [mark for mark in self.marks if not since or mark.moment > since.moment]
        if edge.is_cut:
            return self._cut(edge, later, since)
        near = [mark for mark in later if edge._holds(mark)]
        return min(near, key=edge._distance, default=None)

    def _cut(self, edge, later, since):
        """By a reading of that day or the evening before, else by days, else by one shortly before
        after which nothing is known."""
        of_day = [mark for mark in later if ONE_DAY >= edge.day - mark.day >= timedelta(0)]
        if of_day:
            return min(of_day, key=edge._distance)
        index = bisect_right([mark.moment for mark in later], edge.midnight)
        previous = later[index - 1] if index else since
        if index == len(later):
            held = previous and previous is not since and edge._holds(previous)
            return previous if held else None
        return self._between(edge, previous, later[index])

    @staticmethod
    def _between(edge, previous, following):
        """The boundary by days between two readings; by the first one when nothing was before."""
        if not previous:
            return following if edge._holds(following) else None
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


@dataclass(frozen=True, slots=True)
class Entry:
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
    """(moment, pages) of test prints that no row has yet."""

    def open(self, mark):
        """Begin at a boundary: what was printed before it is nobody's.

        :return: the rows up to it
        """
        if self.last is None:
            self.last = mark
            return []
        return self.extend(mark, OUT)

    def extend(self, mark, kind=BILLABLE):
        """Go on until a boundary.

        :return: the rows: none while an estimate has not been reached; test prints apart
        """
        if mark.moment <= self.last.moment or mark.life < self.last.life:
            # Known already; or more was billed than has been printed: nothing until the true value
            # passes it.
            return []
        pages = mark.life - self.last.life
        tests = min(self._tests_until(mark.moment), pages) if kind == BILLABLE else 0
        if mark.how == ESTIMATE:
            rows = [self._row(mark, mark.life, ESTIMATE)]
        else:
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
        self.last = replace(mark, life=life)
        return row

    def _tests_until(self, moment):
        """Take the test prints up to a moment off the list; how many pages they were."""
        taken = sum(pages for date, pages in self.tests if date <= moment)
        self.tests = [test for test in self.tests if test[0] > moment]
        return taken


def estimate(since, edge, daily):
    """The boundary at an edge where nobody has read the counter.

    :param Mark since: the boundary before it
    :param Edge edge: where
    :param float daily: pages a day; 0 for none
    """
    days = max((edge.day - since.day).days, 0)
    # Pages, not money: there is no half page.
    pages = round(daily * days)
    return Mark(edge.day, edge.midnight, since.life + pages, ESTIMATE)


def trend(marks, moment, months=12):
    """Pages a day before a moment, by the readings of so many months; None when they tell nothing.

    :param list[Mark] marks: in order of time
    """
    window = [
        mark for mark in marks if moment - timedelta(days=30.4 * months) <= mark.moment <= moment
    ]
    if len(window) < 2 or window[-1].day <= window[0].day:
        return None
    return (window[-1].life - window[0].life) / (window[-1].day - window[0].day).days
