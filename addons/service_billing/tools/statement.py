"""What is due under a contract until a day, before anything of it is stored."""

from dataclasses import dataclass, field
from datetime import date as Date
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from odoo.addons.service_contract.tools import page_price
from odoo.addons.service_contract.tools.period import Period

from .ledger import TEST, Entry

#: States of a contract in a run, from what stops everything to what needs nothing.
STATES = ("error", "suspect", "missing", "ready", "nothing")
#: Prices with more decimals are on a document as one sum.
PRICE_DIGITS = 6


class Problem(NamedTuple):
    """What has to be done before a contract can be settled."""

    state: str
    text: str
    """A sentence for people: where it is, and what to do."""
    record: Any = None


@dataclass(slots=True)
class Posting:
    """A row of the ledger, whose it is, and what bills it."""

    entry: Entry
    stay: Any = None
    """``service.contract.device``; None: nobody pays."""
    charge: str | None = None
    """The key of the charge."""


@dataclass(slots=True)
class Part:
    """Pages of one meter in one unit: what a charge is made of."""

    stay: Any
    """``Stay``"""
    postings: list[Posting]

    @property
    def pages(self):
        """Pages that count; test prints do not."""
        return sum(each.entry.pages for each in self.postings if each.entry.kind != TEST)


@dataclass(slots=True)
class Unit:
    """Pages that are counted together in one part of a period, by one price."""

    key: str
    price: Any
    """``Price``"""
    group: Any
    segment: Period
    turn: Period | None = None
    """The settlement of the minimum in which it lies, as far as the unit exists in it."""
    parts: list[Part] = field(default_factory=list)

    @property
    def line(self):
        """``service.rate.line``"""
        return self.price.line

    @property
    def pages(self):
        """Pages of all its meters."""
        return sum(part.pages for part in self.parts)

    @property
    def stay(self):
        """The stay of the only device that it can have; None for a pool."""
        return self.parts[0].stay if self.price.level == "device" and self.parts else None

    @property
    def postings(self):
        """Rows of the ledger of all its meters."""
        return [posting for part in self.parts for posting in part.postings]

    @property
    def part(self):
        """How many of the agreed periods it is, and what was agreed for it (see ``Price.part``)."""
        return self.price.part(self.group.usage_months, self.segment)


@dataclass(slots=True)
class Statement:
    """What is due under one contract, or why it cannot be settled yet."""

    contract: Any
    day: Date
    charges: list[dict] = field(default_factory=list)
    postings: list[Posting] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ahead: list[dict] = field(default_factory=list)
    """Fees in advance: they wait for no reading."""
    after: set = field(default_factory=set)
    """Contracts that have to be settled before it."""
    terms: Any = None
    """``Terms`` of the contract."""
    facts: Any = None
    """``Facts`` of all contracts that are settled with it."""

    def settled(self):
        """What of it can be settled now: all, or the fees in advance while readings are missing.

        :return: (values of charges, rows of the ledger)
        """
        if not self.problems:
            return self.ahead + self.charges, self.postings
        if self._is_exchange():
            return self.ahead + self._of_devices(), self.postings
        waits = all(problem.state in ("missing", "suspect") for problem in self.problems)
        return (self.ahead if waits else []), []

    def _is_exchange(self):
        """Whether it waits only for contracts that wait for it, too: devices were exchanged with
        them, or one came back. Else none of them could ever be settled.
        """
        if not self.after or any(problem.record not in self.after for problem in self.problems):
            return False
        mine = self._of_devices()
        paying = {vals["key"] for vals in mine} | {None}
        if any(posting.charge not in paying for posting in self.postings):
            return False
        leaving = {vals["stay_id"] for vals in mine if vals["role"] == "pages"}
        gone = {
            later.contract_id
            for stay in self.terms.stays
            if stay.id in leaving
            for later in self.facts.stays.get(stay.device, ())
            if later.date_start >= stay.stop
        }
        return self.after <= gone

    def _of_devices(self):
        """Values of the charges of single devices, which no other device changes."""
        return [vals for vals in self.charges if vals["unit"].startswith("stay/")]

    @property
    def due(self):
        """Values of all charges that are due, also of those that wait."""
        return self.ahead + self.charges

    @property
    def state(self):
        """One of ``STATES``."""
        found = {problem.state for problem in self.problems}
        if not found:
            return "ready" if self.due else "nothing"
        return next(state for state in STATES if state in found)


def price_of(rows):
    """How pages stand on a document.

    :return: (quantity, exact unit price, whether it is a sum): one price for all that cost
        something, or one sum where there is no single price (`trade.md` 10)
    """
    if is_sum(rows):
        return 1, page_price.rounded(page_price.total(rows)), True
    for row in rows:
        if row.price:
            return row.pages, row.price, False
    return sum(row.pages for row in rows), page_price.ZERO, False


def is_sum(rows):
    """Whether there is no single price, so that the rows stand as one sum."""
    priced = [row for row in rows if row.price]
    return len(priced) > 1 or any(not fits(row.price) for row in priced)


def fits(price):
    """Whether a price keeps within the decimals of a document's price."""
    return -price.normalize().as_tuple().exponent <= PRICE_DIGITS


def dump(rows):
    """The rows of the arithmetic as kept on a charge."""
    return [
        [row.kind, row.pages, str(row.price), str(row.amount), row.first, row.last, row.blocks]
        for row in rows
    ]


def load(data):
    """The rows of the arithmetic of a charge (``page_price.Row``)."""
    return [
        page_price.Row(kind, pages, Decimal(price), Decimal(amount), first, last, blocks)
        for kind, pages, price, amount, first, last, blocks in data or ()
    ]


def shortage(line, segments):
    """What the minimum adds to all segments that are settled together.

    :param line: the last one's ``service.rate.line``
    :param list segments: ``(line, share, pages, amount)`` of each
    :return: rows, none when the minimum was reached
    """
    minimum = sum(
        (Fraction(each.minimum_pages) * share for each, share, *_ in segments), Fraction()
    )
    included = sum(
        (Fraction(each.included_pages) * share for each, share, *_ in segments), Fraction()
    )
    amount = sum(
        (
            page_price.portion(each._amount(each.minimum_amount), share)
            for each, share, *_ in segments
        ),
        Decimal(0),
    )
    terms = page_price.PageTerms(
        line._page_terms().tiers[:1],
        included=page_price.whole_pages(included),
        minimum_pages=page_price.whole_pages(minimum),
        minimum_amount=page_price.rounded(amount),
    )
    pages = sum(pages for _line, _share, pages, _amount in segments)
    return terms.shortage(pages, sum((paid for *_, paid in segments), Decimal(0)))
