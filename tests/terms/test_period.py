"""Which days are settled together: cases by hand, and any cycle without gap and overlap."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings, strategies as st

from odoo.addons.service_contract.tools.period import Cycle, Period


def days(*texts):
    return [date.fromisoformat(text) for text in texts]


# months, day, anchor, first, stop -> the edges of the periods
CASES = {
    "calendar months": (1, 1, "2026-01-01", "2026-01-01", "2026-04-01")
    + (["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"],),
    "begins in mid-month": (1, 1, "2026-01-15", "2026-01-15", "2026-03-01")
    + (["2026-01-15", "2026-02-01", "2026-03-01"],),
    "ends in mid-month": (1, 1, "2026-01-01", "2026-01-01", "2026-02-11")
    + (["2026-01-01", "2026-02-01", "2026-02-11"],),
    "a day of its own": (1, 20, "2026-01-05", "2026-01-05", "2026-03-20")
    + (["2026-01-05", "2026-01-20", "2026-02-20", "2026-03-20"],),
    "day 31": (1, 31, "2026-01-31", "2026-01-31", "2026-05-31")
    + (["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"],),
    "day 29 in a leap year": (1, 29, "2028-01-29", "2028-01-29", "2028-03-29")
    + (["2028-01-29", "2028-02-29", "2028-03-29"],),
    "quarters from the contract": (3, 1, "2026-02-01", "2026-02-01", "2026-08-01")
    + (["2026-02-01", "2026-05-01", "2026-08-01"],),
    "quarters of the calendar": (3, 1, "2026-01-01", "2026-02-15", "2026-07-01")
    + (["2026-02-15", "2026-04-01", "2026-07-01"],),
    "a year over new year": (12, 1, "2025-10-01", "2025-10-01", "2027-10-01")
    + (["2025-10-01", "2026-10-01", "2027-10-01"],),
    "no day": (1, 1, "2026-01-01", "2026-01-01", "2026-01-01") + (["2026-01-01"],),
}


@pytest.mark.parametrize("case", CASES)
def test_periods_by_hand(case):
    months, day, anchor, first, stop, edges = CASES[case]
    anchor, first, stop = days(anchor, first, stop)
    periods = list(Cycle(months, day, anchor).periods(first, stop))
    assert [first, *(period.stop for period in periods)] == days(*edges)


def test_share_by_days():
    """A device that joined on 16 June has 15 of 30 days, whatever began before it."""
    june = Cycle(1, 1, date(2026, 1, 1)).whole(date(2026, 6, 16))
    assert june == Period(date(2026, 6, 1), date(2026, 7, 1))
    part = june.part(date(2026, 6, 16))
    assert (part.days, part.share) == (15, Fraction(15, 30))
    assert part.part(date(2026, 6, 20), date(2026, 6, 25)).share == Fraction(5, 30)
    assert june.part(date(2026, 7, 1)) is None
    assert june.part(date(2026, 1, 1), date(2027, 1, 1)) is june


def test_due_in_advance_and_in_arrears():
    anchor = date(2026, 1, 1)
    for advance, due in ((True, date(2026, 4, 1)), (False, date(2026, 7, 1))):
        cycle = Cycle(3, 1, anchor, advance)
        assert cycle.due(cycle.whole(date(2026, 5, 9))) == due


DAYS = st.dates(date(1990, 1, 1), date(2060, 1, 1))
CYCLES = st.builds(Cycle, st.sampled_from([1, 2, 3, 4, 5, 6, 12, 24]), st.integers(1, 31), DAYS)


@settings(deadline=None)
@given(CYCLES, DAYS, st.integers(0, 1500))
def test_periods_cover_the_contract_without_gap_or_overlap(cycle, first, length):
    stop = first + timedelta(days=length)
    periods = list(cycle.periods(first, stop))
    edges = [first, *(period.stop for period in periods)]
    assert edges[-1] == stop and edges == sorted(set(edges))
    assert [period.start for period in periods] == edges[:-1]
    # only the first and the last can be parts
    assert all(period.share == 1 for period in periods[1:-1])
    assert all(0 < period.share <= 1 for period in periods)


@given(CYCLES, DAYS)
def test_a_day_lies_in_its_period(cycle, day):
    period = cycle.whole(day)
    assert period.start <= day < period.stop
    assert cycle.whole(period.start) == cycle.whole(period.stop - timedelta(days=1)) == period
    months = (period.stop.year - period.start.year) * 12 + period.stop.month - period.start.month
    assert months == cycle.months
    assert (period.start.month - cycle.anchor.month) % min(cycle.months, 12) in (
        [0] if 12 % cycle.months == 0 else range(12)
    )


@given(CYCLES, DAYS, st.integers(1, 400), st.integers(0, 400))
def test_a_cut_keeps_the_sum(cycle, first, length, cut):
    """A period cut anywhere is settled in full: the shares of its parts add up."""
    whole = cycle.whole(first)
    middle = whole.start + timedelta(days=cut % (whole.days + 1))
    parts = [whole.part(whole.start, middle), whole.part(middle)]
    assert sum(part.share for part in parts if part) == 1
