"""Working time of a calendar, for many clocks at once."""

from bisect import bisect_left, bisect_right
from datetime import timedelta

import pytz

#: How much of a calendar is read at once, and how far ahead work is looked for at all.
PIECE, HORIZON = timedelta(days=92), timedelta(days=366 * 3)
MINUTE = timedelta(minutes=1)


class WorkTime:
    """The working hours of one calendar from a moment on, days off left out.

    The calendar is read piece by piece, as far as somebody asks, and each piece once: thousands of
    clocks cost as many queries as one. Moments are naive UTC; hours are those that really pass, so
    a shift over the change of the clocks is an hour shorter or longer.
    """

    def __init__(self, calendar, begin):
        """Begin to read a calendar; an empty one works round the clock.

        :param calendar: `resource.calendar`
        :param datetime begin: the earliest moment that will be asked for
        """
        self._calendar = calendar
        # Pieces begin at whole hours, so that whole minutes fit into them.
        self._begin = self._read_to = begin.replace(minute=0, second=0, microsecond=0)
        self._starts, self._ends, self._before, self._total = [], [], [], timedelta()

    def between(self, start, stop):
        """How much work there is between two moments."""
        return self._until(stop) - self._until(start)

    def after(self, moment, work):
        """The moment at which so much work has passed since another one.

        :param timedelta work: more than nothing
        :return: None when the calendar has no work within three years
        """
        goal = self._until(moment) + work
        limit = max(moment, self._begin) + HORIZON
        while self._total < goal:
            if self._read_to >= limit:
                return None
            self._read()
        place = bisect_left(self._before, goal) - 1
        return self._starts[place] + goal - self._before[place]

    def _until(self, moment):
        """Work from the beginning to a moment."""
        while self._read_to < moment:
            self._read()
        place = bisect_right(self._starts, moment) - 1
        if place < 0:
            return timedelta()
        return self._before[place] + min(moment, self._ends[place]) - self._starts[place]

    def _read(self):
        """Read the next piece of the calendar."""
        start, self._read_to = self._read_to, self._read_to + PIECE
        for begin, end in self._intervals(start, self._read_to):
            if begin < end:
                self._starts.append(begin)
                self._ends.append(end)
                self._before.append(self._total)
                self._total += end - begin

    def _intervals(self, start, stop):
        if not self._calendar:
            return [(start, stop)]
        # Calendars say 23:59:59 and mean midnight.
        work = self._calendar._work_intervals_batch(
            pytz.utc.localize(start), pytz.utc.localize(stop)
        )
        return [
            (max(_whole_minute(begin), start), min(_whole_minute(end), stop))
            for begin, end, _attendance in work[False]
        ]


def _whole_minute(moment):
    """The nearest whole minute of a moment, in naive UTC."""
    naive = moment.astimezone(pytz.utc).replace(tzinfo=None) + MINUTE / 2
    return naive.replace(second=0, microsecond=0)
