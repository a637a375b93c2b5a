"""Cycles and their periods: which days are settled together. Pure functions on dates.

Periods are half-open, ``[start, stop)``.
"""

import calendar
from dataclasses import dataclass
from datetime import date as Date
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Period:
    """Days that are settled together: a whole turn of a cycle, or the part of one."""

    start: Date
    stop: Date
    whole: "Period | None" = None
    """The whole turn of which this is a part; None when it is whole."""

    @property
    def days(self):
        """How many days it has."""
        return (self.stop - self.start).days

    @property
    def share(self):
        """How much of the whole turn it is, by days: 1 for a whole one."""
        return Fraction(self.days, (self.whole or self).days)

    def part(self, first, stop=None):
        """The days of it from ``first`` on and before ``stop``; None when there are none."""
        start = max(self.start, first)
        end = min(self.stop, stop) if stop else self.stop
        if start >= end:
            return None
        if (start, end) == (self.start, self.stop):
            return self
        return Period(start, end, self.whole or self)


@dataclass(frozen=True, slots=True)
class Cycle:
    """Every so many months, on a day of the month; the last one where a month is shorter."""

    months: int
    day: int
    anchor: Date
    """A day in a month in which a turn begins."""
    advance: bool = False
    """Whether a turn is due when it begins, not when it is over."""

    def whole(self, day):
        """The turn in which a day lies."""
        index = (_month(day) - _month(self.anchor)) // self.months
        if day < self._edge(index):
            index -= 1
        return Period(self._edge(index), self._edge(index + 1))

    def periods(self, first, stop):
        """The periods from a day on until another, without gap or overlap; the ends may be parts.

        :param date first: the first day to settle
        :param date stop: the first day no longer to settle
        """
        while first < stop:
            period = self.whole(first).part(first, stop)
            yield period
            first = period.stop

    def due(self, period):
        """The day on which a period can be settled."""
        return period.start if self.advance else period.stop

    def _edge(self, index):
        return day_in_month(_month(self.anchor) + index * self.months, self.day)


def day_in_month(month, day):
    """A day of a month, or its last one when the month is shorter.

    :param int month: months since the year 0
    """
    year, month = divmod(month, 12)
    return Date(year, month + 1, min(day, calendar.monthrange(year, month + 1)[1]))


def _month(day):
    return day.year * 12 + day.month - 1
