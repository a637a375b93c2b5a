"""What a sales document must say so that Subiekt can issue its invoice."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

PLACES = Decimal("0.0001")
PRICE_PLACES = Decimal("0.000001")


def amount(value, places=PLACES):
    """Return a float, int or Decimal as a Decimal of four places, rounded half up.

    The shortest text of a float is what was meant by it: 0.1 is a tenth.
    """
    return Decimal(str(value)).quantize(places, ROUND_HALF_UP)


def price(value):
    """Return a price as a Decimal of six places: page prices are that fine."""
    return amount(value, PRICE_PLACES)


@dataclass(frozen=True)
class SalesLine:
    """One line. Money, quantities and percentages are `Decimal`.

    ``price_net`` is for one ``unit`` and before the discount, the values are after it. It may have
    six places: what the file cannot carry so, it says otherwise.
    ``product_code`` is a symbol of Subiekt; without a card of that symbol there, the line goes
    as a one-off service called ``name``. ``vat_percent`` -1 means exempt.
    """

    name: str
    qty: Decimal
    price_net: Decimal
    vat_percent: Decimal
    value_net: Decimal
    value_vat: Decimal
    value_gross: Decimal
    product_code: str = ""
    unit: str = "szt."
    discount_percent: Decimal = Decimal(0)


@dataclass(frozen=True)
class SalesDocument:
    """A sales document for Subiekt to issue.

    ``key`` names it for ever: the same key never makes a second document. ``partner`` is the
    ``res.partner`` who gets the invoice; ``res_model`` and ``res_id`` are where it comes from.
    """

    key: str
    partner: object
    issue_date: date
    sale_date: date
    payment_due: date
    lines: list
    total_net: Decimal
    total_vat: Decimal
    total_gross: Decimal
    currency: str = "PLN"
    order_number: str = ""
    notes: str = ""
    split_payment: bool = False
    res_model: str = ""
    res_id: int = 0
