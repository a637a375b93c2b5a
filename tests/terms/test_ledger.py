"""The ledger of a meter: each page is in one row, whatever is read, estimated or handed over."""

from datetime import date, datetime, time, timedelta
from fractions import Fraction

from hypothesis import HealthCheck, given, settings, strategies as st

from odoo.addons.service_billing.tools.ledger import (
    BILLABLE,
    DAYS,
    ESTIMATE,
    GIVE_BACK,
    OUT,
    READING,
    TEST,
    Chain,
    Edge,
    Mark,
    Timeline,
    estimate,
    trend,
)
from odoo.addons.service_meter.tools import life

START = date(2026, 1, 1)


def midnight(day):
    return datetime.combine(day, time.min)


def mark(days, pages, hour=12, reading=None):
    """A reading so many days after the first of January."""
    day = START + timedelta(days=days)
    return Mark(day, midnight(day) + timedelta(hours=hour), pages, reading=reading)


def edge(days, is_cut=False, **more):
    day = START + timedelta(days=days)
    return Edge(day, midnight(day), 5, 10, is_cut, **more)


# ------------------------------------------------------------------ by hand


def test_an_edge_takes_the_nearest_reading_of_its_window():
    timeline = Timeline([mark(0, 100), mark(27, 300), mark(33, 360), mark(60, 500)])
    assert timeline.find(edge(31), mark(0, 100)).life == 360
    assert timeline.find(edge(29), mark(0, 100)).life == 300


def test_a_cut_takes_the_reading_of_its_day_else_the_days():
    timeline = Timeline([mark(0, 100), mark(27, 300), mark(33, 360)])
    assert timeline.find(edge(33, is_cut=True), mark(0, 100)).life == 360
    found = timeline.find(edge(31, is_cut=True), mark(0, 100))
    assert (found.life, found.how) == (340, DAYS)


def test_nothing_is_known_beyond_the_window_or_a_cut():
    timeline = Timeline([mark(0, 100), mark(20, 300)])
    assert timeline.find(edge(31), mark(0, 100)) is None
    far = Timeline([mark(0, 100), mark(35, 450)])
    limit = START + timedelta(days=33)
    assert far.find(edge(31), mark(0, 100)).how == READING
    assert far.find(edge(31, limit=limit), mark(0, 100)).how == DAYS


def test_test_prints_never_exceed_the_pages_of_their_row():
    chain = Chain(1, mark(0, 100), tests=[(mark(5, 0).moment, 30), (mark(8, 0).moment, 50)])
    rows = chain.extend(mark(10, 140))
    assert [(row.kind, row.pages) for row in rows] == [(BILLABLE, 0), (TEST, 40)]
    rows = chain.extend(mark(20, 300))
    assert [(row.kind, row.pages) for row in rows] == [(BILLABLE, 120), (TEST, 40)]
    assert not chain.tests


def test_an_estimate_deducts_no_test_prints():
    chain = Chain(1, mark(0, 100), tests=[(mark(5, 0).moment, 30)])
    rows = chain.extend(estimate(chain.last, edge(31), 10))
    assert [(row.kind, row.pages, row.estimates) for row in rows] == [(ESTIMATE, 310, 1)]
    rows = chain.extend(mark(40, 500))
    assert [(row.kind, row.pages) for row in rows] == [(BILLABLE, 60), (TEST, 30)]


# ------------------------------------------------------------------ any life of a meter

#: Days since the reading before, what the counter printed since, and whether it was reset before.
READINGS = st.lists(
    st.tuples(st.integers(0, 25), st.integers(0, 900), st.sampled_from(["", "", "", "reset"])),
    min_size=2,
    max_size=20,
)
#: Days since the edge before, what ends there, how many days later it is settled.
EDGES = st.lists(
    st.tuples(
        st.integers(1, 35),
        st.sampled_from(["month", "month", "price", "leave", "swap"]),
        st.integers(0, 30),
    ),
    min_size=1,
    max_size=15,
)
TESTS = st.lists(st.tuples(st.integers(0, 200), st.integers(1, 300)), max_size=4)


def counted(readings, edges):
    """The counted readings of a counter that prints, stands still and is reset; the last one after
    all edges."""
    points, value, moment = [], 0, midnight(START) + timedelta(hours=9)
    for days, pages, event in readings:
        value = pages if event == "reset" and points else value + pages
        moment += timedelta(days=days, hours=1)
        verdict = life.RESET if event == "reset" and points else life.ACCEPTED
        points.append(life.Point(moment, value, verdict))
    stop = midnight(START + timedelta(days=sum(days for days, *_ in edges) + 1))
    points.append(life.Point(max(moment, stop) + timedelta(hours=1), value, life.ACCEPTED))
    life.follow(points)
    return [
        Mark(point.date.date(), point.date, point.life, reading=number)
        for number, point in enumerate(points, 1)
    ]


def cuts(edges):
    """The edges with the day of the next cut behind each."""
    day, found = START, []
    for days, kind, later in edges:
        day += timedelta(days=days)
        found.append((day, kind, later))
    for number, (day, kind, later) in enumerate(found):
        limit = next((cut for cut, what, _ in found[number + 1 :] if what != "month"), date.max)
        yield Edge(day, midnight(day), 5, 10, kind != "month", limit), kind, later


def settle(marks, edges, tests, policy):
    """Settle a meter edge by edge, each with the readings that are known by then."""
    moments = sorted((mark(days, 0).moment, pages) for days, pages in tests)
    chain = Chain(1, tests=moments)
    chain.open(marks[0], 1)
    rows, is_off = [], False
    for where, kind, later in cuts(edges):
        known = [each for each in marks if each.day <= where.day + timedelta(days=later)]
        found = Timeline(known).find(where, chain.last)
        if found is None and policy and later >= where.after:
            since = Timeline(known).known(where.midnight, chain.last)
            found = estimate(since, where, trend(known, where.midnight) or policy)
        if found is None:
            continue
        rows += chain.open(found, chain.seq) if is_off else chain.extend(found)
        is_off = kind == "leave"
    # In the end somebody reads the counter: what was estimated too high is given back.
    rows += chain.give_back(marks[-1]) or chain.extend(marks[-1])
    return rows


@given(READINGS, EDGES, TESTS, st.sampled_from([0, 10, Fraction(100, 3)]))
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_each_page_is_in_one_row(readings, edges, tests, policy):
    marks = counted(readings, edges)
    rows = settle(marks, edges, tests, policy)
    end = (marks[0].life, marks[0].moment)
    for number, row in enumerate(rows, 1):
        assert row.seq == number
        assert (row.life_from, row.start.moment) == end, "no gap, no overlap"
        assert row.stop.moment >= row.start.moment
        assert (row.pages < 0) == (row.kind == GIVE_BACK)
        end = row.life_to, row.stop.moment
    assert sum(row.pages for row in rows) == marks[-1].life - marks[0].life


@given(READINGS, EDGES, TESTS)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_rows_keep_to_what_was_read(readings, edges, tests):
    marks = counted(readings, edges)
    by_id = {each.reading: each for each in marks}
    rows = settle(marks, edges, tests, 0)
    for row in rows:
        read = by_id[row.stop.reading]
        if row.stop.how == READING and row.kind in (OUT, BILLABLE):
            tested = sum(each.pages for each in rows if each.kind == TEST and each.stop == row.stop)
            assert row.life_to in (read.life, read.life - tested)
        after = next(each for each in marks if each.moment >= row.stop.moment)
        assert row.life_to <= after.life
    deducted = sum(row.pages for row in rows if row.kind == TEST)
    assert deducted <= sum(pages for _days, pages in tests)
