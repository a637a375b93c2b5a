"""What pages cost: cases counted by hand, and a page-by-page count for any terms."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings, strategies as st

from odoo.addons.service_contract.tools import page_price
from odoo.addons.service_contract.tools.page_price import Block, PageTerms, Tier, rounded, total


def terms(*tiers, **more):
    """Terms with tiers ``(first page, price)``."""
    return PageTerms(tuple(Tier(first, Decimal(price)) for first, price in tiers), **more)


LADDER = ((1, "0.05"), (5001, "0.04"), (20001, "0.03"))

# pages, terms, amount by hand
CASES = {
    "one price": (12_500, terms((1, "0.0285")), "356.25"),
    "no page": (0, terms((1, "0.0285")), "0.00"),
    "six decimals a page": (1_000_003, terms((1, "0.028512")), "28512.09"),
    # 12 500 - 6 000 = 6 500 x 0.0285
    "included": (12_500, terms((1, "0.0285"), included=6000), "185.25"),
    "all included": (5_999, terms((1, "0.0285"), included=6000), "0.00"),
    # 5 000 x 0.05 + 15 000 x 0.04 + 2 500 x 0.03
    "stepped": (22_500, terms(*LADDER), "925.00"),
    "stepped, last page of a tier": (5_000, terms(*LADDER), "250.00"),
    "stepped, first page of a tier": (5_001, terms(*LADDER), "250.04"),
    # 22 500 x 0.03
    "whole volume": (22_500, terms(*LADDER, whole=True), "675.00"),
    "whole volume, last page of a tier": (5_000, terms(*LADDER, whole=True), "250.00"),
    # one page more is cheaper: 5 001 x 0.04
    "whole volume, first page of a tier": (5_001, terms(*LADDER, whole=True), "200.04"),
    # 7 000 included; 13 000 x 0.04 + 2 500 x 0.03
    "included beyond a tier": (22_500, terms(*LADDER, included=7000), "595.00"),
    # the price of 22 500 pages for the 15 500 that are not included
    "whole volume, included": (22_500, terms(*LADDER, included=7000, whole=True), "465.00"),
}

# pages, terms, what the minimum adds by hand
MINIMA = {
    # 2 000 missing x 0.05
    "pages": (8_000, terms(*LADDER, minimum_pages=10_000), "100.00"),
    "pages reached": (10_000, terms(*LADDER, minimum_pages=10_000), "0.00"),
    # 10 000 - 6 000 included = 4 000 missing, not 8 000
    "pages, included": (2_000, terms(*LADDER, included=6000, minimum_pages=10_000), "200.00"),
    # 300 - 250
    "money": (5_000, terms(*LADDER, minimum_amount=Decimal(300)), "50.00"),
    "money reached": (6_250, terms(*LADDER, minimum_amount=Decimal(300)), "0.00"),
}


@pytest.mark.parametrize("case", CASES)
def test_amount_by_hand(case):
    pages, agreed, amount = CASES[case]
    assert rounded(total(agreed.rows(pages))) == Decimal(amount)


@pytest.mark.parametrize("case", MINIMA)
def test_minimum_by_hand(case):
    pages, agreed, amount = MINIMA[case]
    rows = agreed.shortage(pages, total(agreed.rows(pages)))
    assert rounded(total(rows)) == Decimal(amount)


def test_rows_say_where_each_page_went():
    rows = terms(*LADDER, included=7000).rows(22_500)
    assert [(row.kind, row.first, row.last, row.pages, str(row.price)) for row in rows] == [
        ("included", 1, 7000, 7000, "0"),
        ("pages", 7001, 20_000, 13_000, "0.04"),
        ("pages", 20_001, 22_500, 2500, "0.03"),
    ]


def test_rounding_only_of_the_sum():
    rows = terms((1, "0.005"), (2, "0.005"), (3, "0.005")).rows(3)
    assert [row.amount for row in rows] == [Decimal("0.005")] * 3
    assert rounded(total(rows)) == Decimal("0.02")  # 0.015; each by itself would give 0.03


def test_a_quarter_settles_three_months_together():
    """Good months make up for bad ones; the same months settled one by one would not."""
    monthly = terms((1, "0.05"), minimum_pages=10_000)
    months = [6_000, 14_000, 9_000]
    alone = sum(total(monthly.shortage(pages, total(monthly.rows(pages)))) for pages in months)
    amount = sum(total(monthly.rows(pages)) for pages in months)
    together = total(monthly.scaled(Fraction(3)).shortage(sum(months), amount))
    assert (alone, together) == (Decimal("250.00"), Decimal("50.00"))


# ---------------------------------------------------------------- a part of a period


def test_half_a_month_has_half_of_everything():
    half = terms(*LADDER, included=6000, minimum_pages=10_000).scaled(Fraction(15, 30))
    assert half == terms(
        (1, "0.05"), (2501, "0.04"), (10_001, "0.03"), included=3000, minimum_pages=5000
    )


def test_tiers_that_fall_together_leave_the_last():
    assert terms((1, "3"), (2, "2"), (3, "1")).scaled(Fraction(1, 31)) == terms((1, "1"))


@pytest.mark.parametrize("share", ["1/3", "1/31", "17/30", "5/92"])
def test_days_of_a_fee_add_up(share):
    """What is left of the month costs what is left of the fee, to the last grosz after rounding."""
    fee, share = Decimal("310"), Fraction(share)
    parts = page_price.portion(fee, share) + page_price.portion(fee, 1 - share)
    assert rounded(parts, 12) == fee


# ---------------------------------------------------------------- prepaid blocks

# pages, left before, block -> (blocks bought, pages beyond, left after)
BLOCKS = {
    "from what is left": (300, 500, True, (0, 0, 200)),
    "exactly what is left": (500, 500, True, (0, 0, 0)),
    "a new block": (600, 500, True, (1, 0, 4900)),
    "several": (12_000, 500, True, (3, 0, 3500)),
    "no renewal": (600, 500, False, (0, 100, 0)),
    "nothing printed": (0, 0, True, (0, 0, 0)),
    "the first block": (0, None, True, (1, 0, 5000)),
    "the first block and another": (5001, None, True, (2, 0, 4999)),
    "the only block": (5001, None, False, (1, 1, 0)),
}


@pytest.mark.parametrize("case", BLOCKS)
def test_prepaid_block(case):
    pages, left, renews, expected = BLOCKS[case]
    rows, after = Block(5000, Decimal("180"), renews).rows(pages, left, Decimal("0.05"))
    bought = sum(row.blocks for row in rows)
    beyond = sum(row.pages for row in rows if row.kind == page_price.PAGES)
    assert (bought, beyond, after) == expected
    assert total(rows) == bought * 180 + beyond * Decimal("0.05")
    assert (left or 0) + bought * 5000 + beyond == pages + after


# ---------------------------------------------------------------- any terms

PRICES = st.decimals(0, 1, places=6)
LADDERS = st.lists(st.tuples(st.integers(2, 400), PRICES), max_size=5, unique_by=lambda t: t[0])


@st.composite
def any_terms(draw):
    """Tiers, mode and included pages as they could be agreed."""
    tiers = [(1, draw(PRICES)), *sorted(draw(LADDERS))]
    return terms(*tiers, whole=draw(st.booleans()), included=draw(st.integers(0, 300)))


def naive(agreed, pages):
    """Page by page, as one would count on one's fingers."""

    def price(page):
        return [tier.price for tier in agreed.tiers if tier.first <= page][-1]

    return sum(
        (
            price(pages if agreed.whole else page)
            for page in range(1, pages + 1)
            if page > agreed.included
        ),
        Decimal(0),
    )


@settings(deadline=None)
@given(any_terms(), st.integers(0, 600))
def test_sum_of_tiers_is_the_page_by_page_count(agreed, pages):
    rows = agreed.rows(pages)
    assert total(rows) == naive(agreed, pages)
    # every page is in exactly one row
    counted = [page for row in rows for page in range(row.first, row.last + 1)]
    assert counted == list(range(1, pages + 1))
    assert all(row.pages == row.last - row.first + 1 for row in rows)


@settings(deadline=None)
@given(any_terms(), st.lists(st.integers(0, 200), max_size=6))
def test_a_pool_counts_as_one_device_that_printed_it_all(agreed, devices):
    """How the pages are spread over the devices of a pool does not matter."""
    pooled = naive(agreed, sum(devices))
    assert total(agreed.rows(sum(devices))) == pooled
    if len(agreed.tiers) == 1 and not agreed.included:
        assert pooled == sum((total(agreed.rows(pages)) for pages in devices), Decimal(0))
    if not agreed.whole and len(agreed.tiers) == 1:
        # One allowance for all is less than one for each.
        assert pooled >= sum((total(agreed.rows(pages)) for pages in devices), Decimal(0))


@given(any_terms(), st.integers(0, 600), st.integers(0, 900))
def test_a_minimum_is_paid_and_no_more(agreed, pages, minimum):
    agreed = PageTerms(agreed.tiers, agreed.whole, agreed.included, minimum_pages=minimum)
    [missing] = [row.pages for row in agreed.shortage(pages, Decimal(0))] or [0]
    assert max(pages, agreed.included) + missing == max(pages, agreed.included, minimum)


@given(any_terms(), st.integers(0, 600), st.decimals(0, 500, places=2))
def test_a_minimum_of_money_is_reached_exactly(agreed, pages, minimum):
    agreed = PageTerms(agreed.tiers, agreed.whole, agreed.included, minimum_amount=minimum)
    amount = total(agreed.rows(pages))
    assert amount + total(agreed.shortage(pages, amount)) == max(amount, minimum)


@given(st.lists(st.integers(0, 9000), max_size=12), st.integers(1, 5000))
def test_blocks_lose_no_page(months, size):
    block, left, bought, used = Block(size, Decimal(1)), 0, 0, 0
    for pages in months:
        rows, left = block.rows(pages, left, Decimal(0))
        bought += sum(row.pages for row in rows if row.kind == page_price.BLOCK)
        used += sum(row.pages for row in rows if row.kind == page_price.FROM_BLOCK)
        assert 0 <= left < size
    assert used == sum(months) and bought == used + left


@given(any_terms(), st.fractions(0, 12))
def test_any_share_gives_terms_that_hold(agreed, share):
    scaled = agreed.scaled(share)
    assert scaled.tiers[0].first == 1
    assert abs(scaled.included - agreed.included * share) <= Fraction(1, 2)


@pytest.mark.parametrize("firsts", [[], [2], [1, 5, 5], [1, 9, 5]])
def test_tiers_with_a_gap_or_overlap_are_none(firsts):
    with pytest.raises(ValueError, match="tiers begin at page 1 and rise"):
        terms(*((first, "1") for first in firsts))
