from collections import defaultdict
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
        by_company = defaultdict(dict)
        for index, question in undecided.items():
            by_company[question.company][index] = question
        return {
            index: price
            for company, questions in by_company.items()
            for index, price in self.with_company(company)._company_prices(questions, cases).items()
        }

    def _company_prices(self, undecided, cases):
        """Price questions of the company of this environment: ``{index: Price}``."""
        none = (self.env["service.contract"], self.env["service.coverage"])
        asked = {index: cases.get(index, none) for index in undecided}
        rates = self._rate_prices(
            asked[index][0]
            for index, question in undecided.items()
            if question.item_kind in RATE_KINDS
        )
        lists = self._price_lists(undecided, asked)
        products = self._priced_products(undecided)
        book = PriceBook(
            self.env["product.pricelist"].union(
                *(pricelist for found in lists.values() for _source, pricelist in found)
            ),
            self.env["product.product"].union(*products.values()),
        )
        return {
            index: self._rate_price(question, *asked[index], rates)
            or self._list_price(
                question, products[question.product], asked[index][0], lists[index], book
            )
            for index, question in undecided.items()
        }

    def _priced_products(self, undecided):
        """The products of questions in this environment, read together.

        :return: ``{product: product}``; a browsed record alone would read alone
        """
        asked = {question.product for question in undecided.values()}
        products = self.env["product.product"].union(*asked).with_env(self.env)
        products.fetch(["product_tmpl_id", "product_template_attribute_value_ids"])
        products.product_tmpl_id.fetch(["uom_id", "categ_id", "list_price", "company_id"])
        return {product: product for product in products} | {
            product: product for product in asked if not product
        }

    def _price_lists(self, undecided, asked):
        """Price lists to look into, in order: ``{index: [(source, pricelist)]}``."""
        customers = self.env["res.partner"].union(
            *(question.customer for question in undecided.values())
        )
        customers = customers.with_env(self.env)
        customers.fetch(["specific_property_product_pricelist"])
        # The customer's own list only: a list that merely applies to a country or to all is no
        # agreement with this customer.
        own = {each: each.specific_property_product_pricelist for each in customers}
        found, known = {}, {}
        for index, question in undecided.items():
            contract, coverage = asked[index]
            key = (contract.id, coverage.id, question.customer.id)
            if key not in known:
                source = coverage.price_source or "contract"
                chosen = [("contract", contract.pricelist_id)] if source == "contract" else []
                if source != "general" and question.customer:
                    chosen.append(("customer", own[question.customer]))
                known[key] = [
                    (source, pricelist.with_env(self.env))
                    for source, pricelist in chosen
                    if pricelist.active
                ]
            found[index] = known[key]
        return found

    def _rate_prices(self, contracts):
        """Versions of the rates with their prices of hours and journeys, the newest first.

        :return: ``{contract: [(first day, {kind: price})]}``
        """
        contracts = self.env["service.contract"].union(*contracts)
        rates = self.env["service.rate"].search_fetch(
            [("contract_id", "in", contracts.ids)], ["contract_id", "date_from"]
        )
        lines = self.env["service.rate.line"].search_fetch(
            [("rate_id", "in", rates.ids), ("kind", "in", RATE_KINDS)],
            ["rate_id", "kind", "price_unit", "per"],
        )
        priced = defaultdict(dict)
        for line in lines:
            priced[line.rate_id].setdefault(line.kind, line._unit_price())
        versions = defaultdict(list)
        for rate in rates.sorted("date_from", reverse=True):
            versions[rate.contract_id].append((rate.date_from, priced[rate]))
        return versions

    def _rate_price(self, question, contract, coverage, rates):
        """The price of labour or travel among the contract's rates of the day; None without."""
        if question.item_kind not in RATE_KINDS or contract not in rates:
            return None
        if (coverage.price_source or "contract") != "contract":
            return None
        in_force = next((found for day, found in rates[contract] if day <= question.date), {})
        if question.item_kind not in in_force:
            return None
        price, unit = in_force[question.item_kind], question.product.uom_id
        if question.uom and unit and question.uom != unit:
            # As the prices of a list: for one unit of the product.
            price = unit._compute_price(price, question.uom)
        currency = self._currency(question, contract)
        price = self._convert(question, price, contract.currency_id, currency)
        return Price(price, currency, "contract")

    def _list_price(self, question, product, contract, lists, book):
        """The price of the first list that names the product, else the product's own."""
        currency = self._currency(question, contract)
        if not product:
            return Price(0.0, currency, "general")
        options = {
            "uom": question.uom or product.uom_id,
            "date": question.date,
            "service_price_book": book,
        }
        for source, pricelist in lists:
            if not book.rules(pricelist, product, question.date):
                continue
            # In the list's own currency: core takes a fixed price as it stands in any other.
            found = pricelist._compute_price_rule(product, question.quantity, **options)
            price, rule_id = found[product.id]
            if rule_id:
                price = self._convert(question, price, pricelist.currency_id, currency)
                return Price(price, currency, source)
        general = self.env["product.pricelist"]
        found = general._compute_price_rule(
            product, question.quantity, currency=currency, **options
        )
        return Price(found[product.id][0], currency, "general")

    def _convert(self, question, amount, given, wanted):
        """An amount in another currency, by the rate of the day of performance."""
        if given == wanted:
            return amount
        return given._convert(amount, wanted, question.company, question.date, round=False)

    def _currency(self, question, contract):
        """The currency in which the customer pays."""
        return question.currency or contract.currency_id or question.company.currency_id
