"""Records of the file's first half: INFO, and the documents with their lines.

The order of the fields is the order in the file. Lengths and meanings are those of format 1.11.
"""

import dataclasses
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from .kinds import Record, byte, day, flag, integer, moment, money, text

# documents whose [ZAWARTOSC] holds goods lines (or VAT rows, for an accounting office)
TRADE_TYPES = frozenset(
    ["FZ", "FR", "FS", "RZ", "RS", "MMW", "PZ", "WZ", "VPZ", "VWZ", "PW", "RW", "ZW", "ZD", "ZK"]
    + ["PA", "FWN", "FWO", "FM"]
)
CORRECTION_TYPES = frozenset(["KFZ", "KFS", "KRZ", "KRS", "KWN", "KWO", "KFM"])
# cash and bank documents: a header only
HEADER_ONLY_TYPES = frozenset(["KP", "KW", "BP", "BW"])

PURPOSE_OFFICE = 0
PURPOSE_OTHER = 3

STATUS_DEFERRED = 0
STATUS_DONE = 1
STATUS_CANCELLED = 2

LINE_GOODS = 1
LINE_SERVICE = 2
LINE_PACKAGING = 4


@dataclass
class Info(Record):
    """Who made the file, when, and for whom: the only record of [INFO]."""

    version: str = text(50, required=True)
    purpose: int = byte(PURPOSE_OTHER, required=True)  # 0 office 1 salesman 2 head office 3 other
    codepage: int = integer(1250, required=True)  # 1250 or 852
    program: str = text(255)
    sender_code: str = text(20)
    sender_short_name: str = text(40)
    sender_long_name: str = text(80)
    sender_city: str = text(30)
    sender_zip: str = text(6)
    sender_street: str = text(50)  # with the number
    sender_nip: str = text(13)
    warehouse_code: str = text(20)  # Subiekt GT looks at three characters
    warehouse_name: str = text(40)
    warehouse_description: str = text(255)
    warehouse_analytics: str = text(5)
    has_period: bool = flag()
    period_from: date | None = day()
    period_to: date | None = day()
    made_by: str = text(35)
    made_at: datetime | None = moment()
    country: str = text(50)
    eu_prefix: str = text(2)
    sender_eu_nip: str = text(20)
    sender_is_eu: bool = flag()


@dataclass
class Header(Record):
    """The header of a trade or warehouse document.

    Subiekt writes ``full_number`` without the type (``5/2025``), other programs with it.
    Totals follow the VAT table, not the sum of the lines, and leave out packaging lines.
    """

    doc_type: str = text(3, required=True)
    status: int = byte()  # 0 deferred 1 done 2 cancelled 3 booked
    fiscal_status: int = byte()  # 0 not registered 1 once 2 many times 128 error
    number: int = integer()
    supplier_number: str = text(20)
    number_suffix: str = text(10)
    full_number: str = text(30)
    corrected_number: str = text(30)
    corrected_date: date | None = day()
    order_number: str = text(30)
    target_warehouse: str = text(3)
    partner_code: str = text(20)
    partner_short_name: str = text(40)
    partner_full_name: str = text(255)
    partner_city: str = text(30)
    partner_zip: str = text(6)
    partner_street: str = text(50)
    partner_nip: str = text(20)
    category: str = text(30)
    category_subtitle: str = text(50)
    place_of_issue: str = text(30)
    issue_date: date | None = day(required=True)
    sale_date: date | None = day()
    received_date: date | None = day()
    line_count: int = integer(required=True)
    net_prices: bool = flag(True)  # computed from net prices, else from gross ones
    price_level: str = text(20)
    total_net: Decimal = money()
    total_vat: Decimal = money()
    total_gross: Decimal = money()
    total_cost: Decimal = money()
    discount_name: str = text(30)
    discount_percent: Decimal = money()
    payment_form: str = text(30)  # must exist at the receiver
    payment_due: date | None = day()
    paid_on_receipt: Decimal = money()
    amount_due: Decimal = money()
    due_rounding: int = byte()  # 0: 0.01 1: 0.10 2: 1.00
    vat_rounding: int = byte()
    auto_vat: bool = flag(True)
    extended_status: int = byte()
    issued_by: str = text(35)  # Subiekt writes a semicolon before the name
    received_by: str = text(35)
    issue_basis: str = text(35)
    packaging_out: Decimal = money()
    packaging_in: Decimal = money()
    currency: str = text(3)
    currency_rate: Decimal = money()
    notes: str = text(255)
    comment: str = text(50)
    subtitle: str = text(50)
    unused: str = text(50)
    import_flags: int = byte()  # 1 in the ledger 2 in the VAT register
    export_document: bool = flag()
    vat_transaction: int = byte()  # 0 domestic
    card_name: str = text(50)
    card_amount: Decimal = money()
    credit_name: str = text(50)
    credit_amount: Decimal = money()
    partner_country: str = text(50)
    partner_eu_prefix: str = text(2)
    partner_is_eu: bool = flag()


@dataclass
class Line(Record):
    """A goods line. Prices are before the line's discount, values after it.

    ``vat_percent`` below zero stands for exempt (-1), export (-2), intra-EU (-3) and so on.
    """

    line_no: int = integer()
    product_type: int = byte(LINE_GOODS)  # 1 goods 2 service 4 packaging 8 kit 16 charge
    product_code: str = text(20)  # empty for a one-off service
    discount_is_percent: bool = flag(True)
    discount_from_price: bool = flag(True)
    discount_cumulates: bool = flag()
    discount_locked: bool = flag()
    discount_amount: Decimal = money()
    discount_percent: Decimal = money()
    unit: str = text(10)
    qty: Decimal = money()
    qty_stock_unit: Decimal = money()
    stock_price: Decimal = money()
    price_net: Decimal = money()
    price_gross: Decimal = money()
    vat_percent: Decimal = money()
    value_net: Decimal = money()
    value_vat: Decimal = money()
    value_gross: Decimal = money()
    cost: Decimal = money()
    oneoff_description: str = text(250)
    oneoff_name: str = text(50)


@dataclass
class CorrectionLine(Line):
    """A line of a correction: the line as it is now, then as it was before."""

    old_price_a: Decimal = money()  # net or gross, as the document is computed
    old_price_b: Decimal = money()
    old_vat_percent: Decimal = money()
    old_qty: Decimal = money()
    old_unit: str = text(10)
    old_discount: Decimal = money()
    old_value_net: Decimal = money()
    old_value_vat: Decimal = money()
    old_value_gross: Decimal = money()


@dataclass
class VatRow(Record):
    """A row of the VAT table, which documents hold instead of lines for an accounting office.

    Older versions of the format end after the fifth or the fourteenth field.
    """

    vat_symbol: str = text(6)
    vat_percent: Decimal = money()
    net: Decimal = money()
    vat: Decimal = money()
    gross: Decimal = money()
    final_net: Decimal | None = money(optional=True)
    final_vat: Decimal | None = money(optional=True)
    final_gross: Decimal | None = money(optional=True)
    prev_advance_net: Decimal | None = money(optional=True)
    prev_advance_vat: Decimal | None = money(optional=True)
    prev_advance_gross: Decimal | None = money(optional=True)
    prev_advance_net_pln: Decimal | None = money(optional=True)
    prev_advance_vat_pln: Decimal | None = money(optional=True)
    prev_advance_gross_pln: Decimal | None = money(optional=True)
    margin_net: Decimal | None = money(optional=True)
    margin_vat: Decimal | None = money(optional=True)
    margin_gross: Decimal | None = money(optional=True)
    purchase_value: Decimal | None = money(optional=True)


@dataclass
class Document:
    """A trade or warehouse document: its header and its lines (VAT rows in an office file)."""

    header: Header
    lines: list = dataclasses.field(default_factory=list)

    @property
    def key(self):
        """How helper sections name the document: type, space, number without the type."""
        number = self.header.full_number.removeprefix(self.header.doc_type).strip()
        return f"{self.header.doc_type} {number}"


def content_record(purpose, doc_type):
    """Return the class of the records in a document's [ZAWARTOSC]."""
    if purpose == PURPOSE_OFFICE:
        return VatRow
    return CorrectionLine if doc_type in CORRECTION_TYPES else Line
