"""Changes of prices by a percentage or an amount: cases counted by hand, and what always holds."""

from decimal import ROUND_FLOOR, Decimal

import pytest
from hypothesis import given, strategies as st

from odoo.addons.service_contract.tools.indexation import Change, limited

# percent, kind, before, after by hand
CASES = {
    # 310 x 1.036 = 321.16
    "fee": ("3.6", "fee", "310", "321.16"),
    # 0.0285 x 1.036 = 0.029526
    "page": ("3.6", "page", "0.0285", "0.0295"),
    # 150 x 1.036 = 155.4
    "hour": ("3.6", "money", "150", "155.40"),
    # half up: 0.125 x 1.2 = 0.15; 2.5 x 1.01 = 2.525
    "half up": ("1", "money", "2.50", "2.53"),
    # prices may fall: 200 x 0.985
    "down": ("-1.5", "fee", "200", "197.00"),
    "nothing": ("3.6", "fee", "0", "0.00"),
}


@pytest.mark.parametrize("case", CASES)
def test_percent_by_hand(case):
    percent, kind, before, after = CASES[case]
    assert getattr(Change(Decimal(percent)), kind)(Decimal(before)) == Decimal(after)


def test_price_of_many_pages_has_fewer_decimals():
    change = Change(Decimal("3.6"), decimals=4)
    assert change.page(Decimal("0.0295")) == Decimal("0.0306")  # 0.030562
    assert change.page(Decimal("2.95"), 100) == Decimal("3.06")  # 3.0562
    assert change.page(Decimal("29.5"), 1000) == Decimal("30.56")  # 30.562
    assert Change(Decimal("3.6"), decimals=6).page(Decimal("2.95"), 100) == Decimal("3.0562")


@pytest.mark.parametrize(("step", "after"), [("0.01", "321.16"), ("0.10", "321.20"), ("1", "321")])
def test_fees_are_multiples_of_a_step(step, after):
    assert Change(Decimal("3.6"), step=Decimal(step)).fee(Decimal(310)) == Decimal(after)


def test_an_amount_is_for_fees_only():
    change = Change(amount=Decimal(15))
    assert change.fee(Decimal("310.50")) == Decimal("325.50")
    assert change.money(Decimal(150)) == Decimal(150)
    assert change.page(Decimal("0.0285")) == Decimal("0.0285")


def test_floor_and_cap():
    zero, five, six = Decimal(0), Decimal(5), Decimal(6)
    assert limited(six, zero, five) == five
    assert limited(Decimal("-1.5"), zero, five) == zero
    assert limited(Decimal("-1.5"), None, None) == Decimal("-1.5")
    assert limited(six, zero, None) == six


PERCENTS = st.decimals(-50, 100, places=2)


def expected(before, exact, step):
    """The nearest multiple of a step; a finer price stays where that would turn it round."""
    if before == exact:
        return before
    nearest = (exact / step + Decimal("0.5")).to_integral_value(ROUND_FLOOR) * step
    return before if (nearest - before) * (exact - before) < 0 else nearest


@given(PERCENTS, st.decimals(0, 10_000, places=2), st.sampled_from(["0.01", "0.10", "1"]))
def test_rounding_moves_a_price_by_half_a_step_at_most(percent, value, step):
    change, exact = Change(percent, step=Decimal(step)), value * (100 + percent) / 100
    for after in (change.fee(value), change.money(value)):
        assert after == expected(value, exact, Decimal(step))


@given(PERCENTS, st.decimals(0, 1, places=6), st.integers(2, 6), st.sampled_from([1, 100, 1000]))
def test_a_page_keeps_its_decimals(percent, value, decimals, per):
    before = value * per
    step = Decimal(1).scaleb(-max(decimals - len(str(per)) + 1, 2))
    after = Change(percent, decimals=decimals).page(before, per)
    assert after == expected(before, before * (100 + percent) / 100, step)
