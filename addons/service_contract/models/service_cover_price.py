from dataclasses import dataclass
from typing import Any

from odoo import models

from ..tools.price_book import PriceBook

#: Kinds of items that have a price of their own among a contract's rates.
RATE_KINDS = {"labour", "travel"}


@dataclass(frozen=True, slots=True)
class Price:
    """What one unit of an item costs, and who said so."""

    price_unit: float
    currency: Any
    source: str
    """contract, customer or general."""


class ServiceCover(models.AbstractModel):
    """Prices for what the customer pays: of the contract, of the customer, general."""

    _inherit = "service.cover"

    def _prices(self, undecided, cases):
        """Price questions in a constant number of queries.

        :param dict cases: ``{index: (contract, coverage)}``, see ``_cases``
        :return: ``{index: Price}``
        """
        none = (self.env["service.contract"], self.env["service.coverage"])
        lists = {
            index: self._price_lists(question, *cases.get(index, none))
            for index, question in undecided.items()
        }
        pricelists = self.env["product.pricelist"].union(
            *(pricelist for found in lists.values() for _source, pricelist in found)
        )
        products = self.env["product.product"].union(
            *(question.product for question in undecided.values())
        )
        book = PriceBook(pricelists, products.product_tmpl_id)
        # Read together what is then asked one by one; a browsed record alone reads alone.
        by_id = {product.id: product for product in products}
        prices = {}
        for index, question in undecided.items():
            contract, coverage = cases.get(index, none)
            product = by_id.get(question.product.id, question.product)
            prices[index] = self._rate_price(question, contract, coverage) or self._list_price(
                question, product, contract, lists[index], book
            )
        return prices

    def _price_lists(self, question, contract, coverage):
        """Price lists to look into, in order: ``[(source, pricelist)]``."""
        source = coverage.price_source or "contract"
        found = []
        if source == "contract":
            found.append(("contract", contract.pricelist_id))
        if source in ("contract", "customer"):
            # The customer's own list only: a list that merely applies to a country or to all is
            # no agreement with this customer.
            customer = question.customer.with_company(question.company)
            found.append(("customer", customer.specific_property_product_pricelist))
        return [(source, pricelist) for source, pricelist in found if pricelist.active]

    def _rate_price(self, question, contract, coverage):
        """The price of labour or travel among the contract's rates of the day; None without."""
        source = coverage.price_source or "contract"
        if not contract or source != "contract" or question.item_kind not in RATE_KINDS:
            return None
        lines = contract._get_rate(question.date).line_ids
        line = lines.filtered(lambda line: line.kind == question.item_kind)[:1]
        if not line:
            return None
        price, currency = self._convert(question, contract, line._unit_price())
        return Price(price, currency, "contract")

    def _list_price(self, question, product, contract, lists, book):
        """The price of the first list that names the product, else the product's own."""
        currency = self._currency(question, contract)
        if not product:
            return Price(0.0, currency, "general")
        uom = question.uom or product.uom_id
        options = {
            "currency": currency,
            "uom": uom,
            "date": question.date,
            "service_price_book": book,
        }
        product = product.with_company(question.company)
        for source, pricelist in lists:
            found = pricelist.with_company(question.company)._compute_price_rule(
                product, question.quantity, **options
            )
            price, rule_id = found[product.id]
            if rule_id:
                return Price(price, currency, source)
        general = self.env["product.pricelist"].with_company(question.company)
        price, _rule = general._compute_price_rule(product, question.quantity, **options)[
            product.id
        ]
        return Price(price, currency, "general")

    def _convert(self, question, contract, amount):
        """An amount of the contract in the currency of the answer: ``(amount, currency)``."""
        currency = self._currency(question, contract)
        if currency != contract.currency_id:
            amount = contract.currency_id._convert(
                amount, currency, question.company, question.date, round=False
            )
        return amount, currency

    def _currency(self, question, contract):
        """The currency in which the customer pays."""
        return question.currency or contract.currency_id or question.company.currency_id
