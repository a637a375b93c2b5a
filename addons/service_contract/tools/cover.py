"""The words in which addons ask and answer who pays for what: plain values, no logic."""

from dataclasses import dataclass
from datetime import date as Date
from typing import Any


@dataclass(frozen=True, slots=True)
class Question:
    """Who pays for this item, performed on this day? Records may be empty, or None."""

    company: Any
    """res.company that performs."""
    customer: Any
    """res.partner of the customer."""
    location: Any
    """res.partner of type location."""
    device: Any
    """service.device."""
    date: Date
    """Day of performance, in the company's time zone."""
    item_kind: str
    """Key of service.coverage.item_kind."""
    product: Any
    """product.product."""
    quantity: float
    uom: Any
    """uom.uom in which the quantity is counted; the product's when empty."""
    fault: bool = False
    """Whether it is needed by the customer's fault."""
    currency: Any = None
    """res.currency wanted; the contract's, else the company's, when empty."""


@dataclass(frozen=True, slots=True)
class Share:
    """The part of an item that one payer pays."""

    payer: str
    """customer, own, manufacturer, insurer or lessor."""
    partner: Any
    """res.partner who is charged."""
    quantity: float
    price_unit: float
    """For one unit of the question's uom, before discount and without taxes."""
    currency: Any
    discount: float = 0.0
    """Percent."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Who pays, why, and which rule said so."""

    covered: bool
    """The customer pays nothing."""
    shares: list[Share]
    reason: str
    """A sentence in the language of the one who asked."""
    rule: str
    """Name of the deciding rule: fault, complaint, warranty, contract, limit (the contract's is
    used up), customer_price or general_price."""
    contract: Any
    """service.contract in force for the device that day, possibly empty."""
    coverage: Any = None
    """service.coverage whose limit it consumes, or nothing."""
    used: float = 0.0
    """How much of that limit, in the limit's own measure."""
