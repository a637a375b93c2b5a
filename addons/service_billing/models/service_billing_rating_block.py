from odoo import models
from odoo.tools import formatLang

from odoo.addons.service_contract.tools import page_price

from ..tools.statement import Part, Unit, dump
from .service_billing_rating import _unit_key


class ServiceBillingRating(models.AbstractModel):
    """Prepaid blocks: each is charged when it begins, before its pages are printed."""

    _inherit = "service.billing.rating"

    def _rate_first_blocks(self, statement, facts):
        """Charge the first block of each unit in the period in which it was agreed."""
        terms = statement.terms
        for stay in terms.stays:
            for first, last, rate in terms.versions(stay.start, stay.stop):
                if first > statement.day:
                    break
                for price, _meter in self._with_block(terms, facts, stay, rate):
                    unit = self._block_unit(terms, stay, price, first, (first, last))
                    if unit.key not in facts.blocks:
                        self._charge_ahead(statement, facts, unit, 0)

    def _renew_blocks(self, statement, facts):
        """Charge the next block as soon as readings show that the one in use is used up.

        What was printed beyond it before anybody has read is charged with the pages of the period.
        """
        terms, day, units, printed = statement.terms, statement.day, {}, {}
        for stay in terms.stays:
            for first, last, rate in terms.versions(stay.start, stay.stop):
                if not first <= day < last:
                    continue
                for price, meter in self._with_block(terms, facts, stay, rate):
                    unit = self._block_unit(terms, stay, price, day, (first, last))
                    units.setdefault(unit.key, unit)
                    pages = self._printed(statement, facts, stay, meter)
                    printed[unit.key] = printed.get(unit.key, 0) + pages
        for key, unit in units.items():
            if unit.price.block.renews and facts.blocks[key] <= printed[key]:
                self._charge_ahead(statement, facts, unit, printed[key])

    def _with_block(self, terms, facts, stay, rate):
        """The prices with a block of a device, each with the id of the counter."""
        found = []
        for price in terms.prices(stay.group)[rate]:
            meter = facts.meters.get((stay.device, price.meter_type))
            if price.block and meter:
                found.append((price, meter))
        return found

    def _printed(self, statement, facts, stay, meter):
        """Pages that readings until this day show, and that no settlement has."""
        chain = facts.chain(meter)
        begin = chain.last
        if chain.stay != stay.id:
            edge = statement.terms.edge(stay, stay.start, facts.midnight)
            begin = self._first_mark(facts, stay, meter, edge)
        read = [mark for mark in facts.timelines[meter].marks if mark.day <= statement.day]
        if not begin or not read:
            return 0
        tests = sum(pages for moment, pages in chain.tests if moment <= read[-1].moment)
        return max(read[-1].life - begin.life - tests, 0)

    def _charge_ahead(self, statement, facts, unit, printed):
        """Charge as many blocks as are begun by so many pages: one of them is in use."""
        block, left = unit.price.block, facts.blocks.get(unit.key, 0)
        count = max(printed - left, 0) // block.pages + 1
        pages = count * block.pages
        row = page_price.Row(
            page_price.BLOCK, pages, block.price, count * block.price, blocks=count
        )
        facts.blocks[unit.key] = left + pages
        statement.ahead.append(self._block_vals(statement, facts, unit, row))

    def _block_vals(self, statement, facts, unit, row):
        """Values of the charge of prepaid blocks that are begun, numbered in their unit."""
        number = facts.block_counts[unit.key] = facts.block_counts.get(unit.key, 0) + 1
        key = f"block/{unit.key}/{number}"
        vals = self._charge_vals(statement, key, unit.line, unit.segment, unit.stay)
        return vals | {
            "name": self.env._(
                "%(meter)s: prepaid block of %(pages)s pages, %(period)s",
                meter=self._meter_name(unit),
                pages=formatLang(self.env, unit.line.block_pages, digits=0),
                period=self._days(statement, unit.segment),
            ),
            "kind": "pages",
            "role": "block",
            "unit": unit.key,
            "quantity": float(row.blocks),
            "price_unit": float(row.price),
            "product_id": self._product(statement, "pages"),
            "arithmetic": dump([row]),
        }

    def _block_unit(self, terms, stay, price, day, days):
        """The unit of a device's pages in the period of a day.

        :param tuple days: the first day and the first day no longer of the device in one version of
            the prices
        """
        whole = stay.record._usage_cycle().whole(day)
        period = self._days_of_unit(terms, price, stay, whole.part(*days), whole)
        return Unit(
            _unit_key(price, stay.record), price, stay.group, period, parts=[Part(stay, [])]
        )
