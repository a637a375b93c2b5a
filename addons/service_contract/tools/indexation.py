"""By how much prices change in a year: exact arithmetic on decimals, without a database."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
HUNDRED = Decimal(100)
#: A price of several pages has fewer decimals than one of a page, but money has two at least.
FEWEST_DECIMALS = 2


@dataclass(frozen=True, slots=True)
class Change:
    """A change of prices, and how what comes of it is rounded: half up."""

    percent: Decimal = ZERO
    amount: Decimal = ZERO
    """What is added to each base fee, after the percentage."""
    step: Decimal = Decimal("0.01")
    """Fees, hours, journeys and other money are multiples of it."""
    decimals: int = 4
    """Of the price of one page."""

    def __bool__(self):
        return bool(self.percent or self.amount)

    def fee(self, value):
        """A base fee after the change."""
        return self.money(value) if not self.amount else self._multiple(value + self.amount)

    def money(self, value):
        """An hour, a journey, a minimum or a block after the change."""
        if not self.percent:
            return value
        return self._directed(value, self._multiple(self._changed(value)))

    def page(self, value, per=1):
        """The price of so many pages after the change.

        :param int per: 1, 100 or 1000 pages
        """
        if not self.percent:
            return value
        decimals = max(self.decimals - (len(str(per)) - 1), FEWEST_DECIMALS)
        rounded = self._changed(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        return self._directed(value, rounded)

    def _changed(self, value):
        return value * (HUNDRED + self.percent) / HUNDRED

    def _directed(self, value, rounded):
        """A price that was finer than the rounding stays rather than move the other way."""
        return max(value, rounded) if self.percent > 0 else min(value, rounded)

    def _multiple(self, value):
        return (value / self.step).quantize(Decimal(1), ROUND_HALF_UP) * self.step


def limited(percent, floor, cap):
    """A percentage between the lowest and the highest agreed one.

    :param Decimal floor: nothing below it counts; None: prices may fall as much as they do
    :param Decimal cap: nothing above it counts; None: no limit
    """
    if cap is not None:
        percent = min(percent, cap)
    return percent if floor is None else max(percent, floor)
