"""Pages per month as bars, for the small charts of the panel."""

from typing import NamedTuple

from dateutil.relativedelta import relativedelta

#: A month without pages is still a bar one can point at.
LOWEST = 3


class Bar(NamedTuple):
    """One month: its first day, the pages counted in it, and the bar's height in percent."""

    month: object
    pages: int
    height: int


def monthly_bars(pages, today, months=8):
    """Lay out the pages of the last months.

    :param pages: dict of first day of a month -> pages
    :param today: the date whose month is the last bar
    :param months: how many bars
    :return: list of :class:`Bar`, oldest first; empty when fewer than two months have pages, as
        one bar compares with nothing
    """
    first = today.replace(day=1)
    shown = [first - relativedelta(months=ago) for ago in reversed(range(months))]
    counts = [max(pages.get(month) or 0, 0) for month in shown]
    if sum(1 for count in counts if count) < 2:
        return []
    top = max(counts)
    return [
        Bar(month, count, max(100 * count // top, LOWEST))
        for month, count in zip(shown, counts, strict=True)
    ]
