"""Records of the file's second half: partners, products, prices and the helper sections.

``RECORDS`` names the class of each section; a section not in it is kept as raw lines.
``SECTIONS`` is the order in which Subiekt GT 1.11 writes them, empty ones included.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .kinds import Record, byte, day, flag, integer, money, text

PARTNERS = "KONTRAHENCI"
PARTNER_GROUPS = "GRUPYKONTRAHENTOW"
PRODUCTS = "TOWARY"
PRICES = "CENNIK"
PRODUCT_GROUPS = "GRUPYTOWAROW"

PRODUCT_GOODS = 1
PRODUCT_SERVICE = 2


@dataclass
class Partner(Record):
    """A partner's card. The NIP is not unique: branches and schools of one commune share it."""

    type: int = byte()  # 0 both 1 supplier 2 customer 3 retail; 4-6 and 7-9 persons
    code: str = text(20, required=True)
    short_name: str = text(40)
    full_name: str = text(80)
    city: str = text(30)
    zip: str = text(6)
    street: str = text(50)  # with the number
    nip: str = text(20)
    regon: str = text(20)
    phone: str = text(50)
    fax: str = text(50)
    telex: str = text(50)
    email: str = text(50)
    www: str = text(50)
    contact_person: str = text(50)
    supplier_analytics: str = text(5)
    customer_analytics: str = text(5)
    user_field_1: str = text(50)
    user_field_2: str = text(50)
    user_field_3: str = text(50)
    user_field_4: str = text(50)
    user_field_5: str = text(50)
    user_field_6: str = text(50)
    user_field_7: str = text(50)
    user_field_8: str = text(50)
    bank_name: str = text(50)
    bank_account: str = text(50)
    country: str = text(50)
    eu_prefix: str = text(2)
    is_eu: bool = flag()
    iso_country: str | None = text(2, optional=True)  # described, but not written by GT


@dataclass
class Product(Record):
    """A product's card. The format has the minimum stock only, never the stock itself."""

    type: int = byte(PRODUCT_GOODS)  # 1 goods 2 service 4 packaging 8 kit 16 charge
    code: str = text(20, required=True)
    supplier_code: str = text(20)
    barcode: str = text(20)
    name: str = text(50)
    description: str = text(255)
    fiscal_name: str = text(50)
    sww_ku: str = text(20)
    pkwiu: str = text(20)
    base_unit: str = text(10)
    vat_symbol_sale: str = text(6)
    vat_percent_sale: Decimal = money()
    vat_symbol_purchase: str = text(6)
    vat_percent_purchase: Decimal = money()
    last_purchase_net: Decimal = money()  # PLN per base unit
    purchase_price_currency: Decimal = money()
    purchase_unit: str = text(10)
    calc_rate: int = byte()
    currency: str = text(3)
    packaging_code: str = text(20)
    min_stock_unit: str = text(10)
    min_stock: Decimal = money()
    delivery_days: int = integer()
    supplier: str = text(20)
    expiry_date: date | None = day()
    expiry_days: int = integer()
    volume_unit: str = text(10)
    volume: Decimal = money()
    work_hours: Decimal = money()
    work_hours_kind: str = text(50)
    open_price: bool = flag()
    notes: str = text(255)
    price_basis: int = byte()  # 0 markup 1 margin 2 profit
    weighed: bool = flag()
    user_field_1: str = text(50)
    user_field_2: str = text(50)
    user_field_3: str = text(50)
    user_field_4: str = text(50)
    user_field_5: str = text(50)
    user_field_6: str = text(50)
    user_field_7: str = text(50)
    user_field_8: str = text(50)


@dataclass
class Price(Record):
    """The price of one product on one level."""

    product_code: str = text(20, required=True)
    level: str = text(20, required=True)
    net: Decimal = money()
    gross: Decimal = money()
    markup_percent: Decimal = money()
    margin_percent: Decimal = money()
    profit: Decimal = money()


@dataclass
class PartnerGroup(Record):
    """A partner's group; the partners' features (CECHY) have the same shape."""

    partner_code: str = text(20, required=True)
    name: str = text(50)


@dataclass
class PartnerExtra(Record):
    partner_code: str = text(20, required=True)
    excise_status: int = byte()  # 0 not set 1 intermediary 2 final buyer
    excise_tax: int = byte()  # 0 no 1 per product 2 exempt 3 charge
    cash_basis: bool = flag()
    active_vat_reverse_charge: bool = flag()
    assignment: bool | None = flag(optional=True)  # real files of 1.11 have two more flags
    no_split_payment: bool | None = flag(optional=True)


@dataclass
class ProductGroup(Record):
    product_code: str = text(20, required=True)
    name: str = text(50)
    analytics: str = text(3)


@dataclass
class ProductFeature(Record):
    product_code: str = text(20, required=True)
    name: str = text(50)


@dataclass
class ProductExtra(Record):
    product_code: str = text(20, required=True)
    excise: bool = flag()
    mark_excise: bool = flag()
    excise_per_unit: Decimal = money()
    margin_vat: bool = flag()
    reverse_charge: bool = flag()
    split_payment: bool | None = flag(optional=True)  # one more flag in real files of 1.11


@dataclass
class ProductCn(Record):
    product_code: str = text(20, required=True)
    cn_code: str = text(10)  # eight digits, written with two spaces


@dataclass
class ProductGtu(Record):
    """The JPK groups GTU_01 to GTU_13 of a product."""

    product_code: str = text(20, required=True)
    gtu_01: bool = flag()
    gtu_02: bool = flag()
    gtu_03: bool = flag()
    gtu_04: bool = flag()
    gtu_05: bool = flag()
    gtu_06: bool = flag()
    gtu_07: bool = flag()
    gtu_08: bool = flag()
    gtu_09: bool = flag()
    gtu_10: bool = flag()
    gtu_11: bool = flag()
    gtu_12: bool = flag()
    gtu_13: bool = flag()


@dataclass
class DocumentDate(Record):
    """The day a delivery or service of a document ended."""

    doc_key: str = text(30, required=True)
    end_date: date | None = day()


@dataclass
class DocumentFlag(Record):
    """One mark of a document: fiscal for a VAT payer, or split payment."""

    doc_key: str = text(30, required=True)
    value: bool = flag()


@dataclass
class BuyerNumber(Record):
    doc_key: str = text(30, required=True)
    id_type: int = byte()  # 1 NIP 2 REGON 3 PESEL
    number: str = text(20)


@dataclass
class CorrectionReason(Record):
    doc_key: str = text(30, required=True)
    line_no: int = integer()
    reason: str = text(255)


RECORDS = {
    PARTNERS: Partner,
    PARTNER_GROUPS: PartnerGroup,
    "CECHYKONTRAHENTOW": PartnerGroup,
    "DODATKOWEKONTRAHENTOW": PartnerExtra,
    PRODUCTS: Product,
    PRICES: Price,
    PRODUCT_GROUPS: ProductGroup,
    "CECHYTOWAROW": ProductFeature,
    "DODATKOWETOWAROW": ProductExtra,
    "TOWARYKODYCN": ProductCn,
    "TOWARYGRUPYJPKVAT": ProductGtu,
    "DATYZAKONCZENIA": DocumentDate,
    "NUMERYIDENTYFIKACYJNENABYWCOW": BuyerNumber,
    "PRZYCZYNYKOREKT": CorrectionReason,
    "DOKUMENTYFISKALNEVAT": DocumentFlag,
    "WYMAGALNOSCMPP": DocumentFlag,
}

SECTIONS = (
    PARTNERS,
    PARTNER_GROUPS,
    "CECHYKONTRAHENTOW",
    "DODATKOWEKONTRAHENTOW",
    PRODUCTS,
    PRICES,
    PRODUCT_GROUPS,
    "CECHYTOWAROW",
    "DODATKOWETOWAROW",
    "TOWARYKODYCN",
    "TOWARYGRUPYJPKVAT",
    "DATYZAKONCZENIA",
    "NUMERYIDENTYFIKACYJNENABYWCOW",
    "PRZYCZYNYKOREKT",
    "DOKUMENTYFISKALNEVAT",
    "OPLATYDODATKOWE",
    "WYMAGALNOSCMPP",
    "OPLATACUKROWA",
    "DOKUMENTYZNACZNIKIJPKVAT",
    "INFORMACJEWSTO",
    "DATYUJECIAKOREKT",
)
