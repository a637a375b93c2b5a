"""What pages cost: exact arithmetic on decimals, without a database.

Every amount comes with its arithmetic as rows, so that whoever pays can follow it. Amounts are
exact; only the sum of a document is rounded, by `rounded`.
"""

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import NamedTuple

#: Kinds of rows: what a price is for.
INCLUDED = "included"
PAGES = "pages"
MINIMUM = "minimum"
FROM_BLOCK = "from_block"
BLOCK = "block"

ZERO = Decimal(0)


class Row(NamedTuple):
    """One line of the arithmetic: some pages at one price."""

    kind: str
    pages: int
    price: Decimal
    """Of one page; of one block for ``BLOCK``."""
    amount: Decimal
    first: int = 0
    """The first of these pages, counted from 1 in the settled period; 0: they have no place."""
    last: int = 0
    blocks: int = 0


@dataclass(frozen=True, slots=True)
class Tier:
    """From which page on a page costs this."""

    first: int
    price: Decimal


@dataclass(frozen=True, slots=True)
class PageTerms:
    """What was agreed about the pages of one settled period.

    All pages of the period are counted: the included ones are the first, tiers begin at a page of
    this count, and the minimum is one of all of them.
    """

    tiers: tuple[Tier, ...]
    whole: bool = False
    """Whether the tier in which the last page falls prices all pages, not only its own."""
    included: int = 0
    minimum_pages: int = 0
    minimum_amount: Decimal = ZERO

    def __post_init__(self):
        firsts = [tier.first for tier in self.tiers]
        if firsts[:1] != [1] or firsts != sorted(set(firsts)):
            raise ValueError(f"tiers begin at page 1 and rise: {firsts}")

    def scaled(self, share):
        """The same terms for a longer or shorter period; pages are rounded half up.

        :param Fraction share: how many of the agreed periods it is, such as 15/30 or 3
        """
        # Tiers that fall together in a short period: the one agreed for more pages remains.
        tiers = {
            1 + whole_pages((tier.first - 1) * share): replace(
                tier, first=1 + whole_pages((tier.first - 1) * share)
            )
            for tier in self.tiers
        }
        return replace(
            self,
            tiers=tuple(tiers.values()),
            included=whole_pages(self.included * share),
            minimum_pages=whole_pages(self.minimum_pages * share),
            minimum_amount=portion(self.minimum_amount, share),
        )

    def rows(self, pages):
        """The arithmetic of so many pages, the minimum left aside."""
        included = min(pages, self.included)
        rows = [Row(INCLUDED, included, ZERO, ZERO, 1, included)] if included else []
        if self.whole:
            price = next(tier.price for tier in reversed(self.tiers) if tier.first <= max(pages, 1))
            return rows + self._priced(price, included + 1, pages)
        stops = [tier.first - 1 for tier in self.tiers[1:]] + [pages]
        for tier, stop in zip(self.tiers, stops, strict=True):
            rows += self._priced(tier.price, max(tier.first, included + 1), min(stop, pages))
        return rows

    def shortage(self, pages, amount):
        """What the minimum adds to the pages and the amount of a whole settlement.

        Missing pages cost what the first tier costs.

        :param int pages: pages of all periods that are settled together
        :param Decimal amount: what they cost
        """
        missing = self.minimum_pages - max(pages, self.included)
        if missing > 0:
            price = self.tiers[0].price
            return [Row(MINIMUM, missing, price, missing * price)]
        if amount < self.minimum_amount:
            return [Row(MINIMUM, 0, ZERO, self.minimum_amount - amount)]
        return []

    @staticmethod
    def _priced(price, first, last):
        """One row, or none when no page is left for it."""
        pages = last - first + 1
        return [Row(PAGES, pages, price, pages * price, first, last)] if pages > 0 else []


@dataclass(frozen=True, slots=True)
class Block:
    """Pages that are paid for together, before they are printed."""

    pages: int
    price: Decimal
    renews: bool = True
    """Whether the next block follows by itself; else further pages cost the page price."""

    def rows(self, pages, left, page_price):
        """The arithmetic of so many pages: from the block in use, from new ones, beyond.

        :param left: pages that were paid for and not printed yet; None before the first block,
            which is paid even when nothing is printed
        :param Decimal page_price: of a page beyond the block
        :return: (rows, pages left for the next period)
        """
        bought = 1 if left is None else 0
        paid = (left or 0) + bought * self.pages
        if self.renews:
            more = -(-max(pages - paid, 0) // self.pages)
            bought, paid = bought + more, paid + more * self.pages
        used = min(pages, paid)
        rows = []
        if bought:
            rows.append(
                Row(
                    BLOCK,
                    bought * self.pages,
                    self.price,
                    bought * self.price,
                    blocks=bought,
                )
            )
        if used:
            rows.append(Row(FROM_BLOCK, used, ZERO, ZERO, 1, used))
        if pages > used:
            beyond = pages - used
            rows.append(Row(PAGES, beyond, page_price, beyond * page_price, used + 1, pages))
        return rows, paid - used


def total(rows):
    """The exact sum of some rows."""
    return sum((row.amount for row in rows), ZERO)


def rounded(amount, places=2):
    """An amount of money: half up, as invoices are rounded."""
    return amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def portion(amount, share):
    """A fraction of an amount; exact to far beyond a grosz.

    :param Decimal amount: the whole
    :param Fraction share: how much of it
    """
    return amount * share.numerator / share.denominator


def whole_pages(pages):
    """A number of pages, half up; there is no half page.

    :param Fraction pages: at least 0
    """
    return int((Fraction(pages) + Fraction(1, 2)) // 1)
