from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from odoo import models
from odoo.tools import format_date, formatLang

from odoo.addons.service_contract.tools import page_price

from ..tools.statement import dump, fits, price_of, shortage


class ServiceBillingRating(models.AbstractModel):
    """What fees and pages cost: values of charges, each with its key and its arithmetic."""

    _inherit = "service.billing.rating"

    # ------------------------------------------------------------------ fees

    def _rate_fees(self, statement, facts):
        """Charge the base fees that are due: of the contract, its groups and its devices."""
        contract, stays = statement.contract, statement.terms.stays
        known = dict.fromkeys(stay.group.id for stay in stays if stay.group)
        groups = contract.group_ids.browse(known)
        scopes = [("contract", contract, contract.group_ids[:1])]
        scopes += [("group", group, group) for group in groups]
        scopes += [("device", stay, stay.group) for stay in stays]
        for level, scope, group in scopes:
            fees = statement.terms.fees(group, level)
            if fees:
                self._rate_scope(statement, facts, level, scope, group, fees)

    def _rate_scope(self, statement, facts, level, scope, group, fees):
        """Charge the fee of one contract, group or device for each period that is due."""
        terms = statement.terms
        stay = scope if level == "device" else None
        start, stop = terms.span(level, group, stay)
        key = f"{'stay' if level == 'device' else level}/{scope.id}"
        cycle = group._base_cycle()
        for period in cycle.periods(max(facts.done.get((key, "fee"), start), start), stop):
            # As pages: what ends within a period waits for the end of it.
            whole = (period.whole or period).part(terms.start, terms.stop)
            if cycle.due(period if cycle.advance else whole) > statement.day:
                break
            for begin, end, rate in terms.versions(period.start, period.stop):
                if rate in fees:
                    part = period.part(begin, end)
                    self._charge_fee(statement, key, fees[rate], group, part, stay)

    def _charge_fee(self, statement, unit, line, group, period, stay):
        """Charge one fee for one period, or the days of it in which it was due."""
        exact = line._base_fee(period, group.base_months)
        price = exact if period.share == 1 and fits(exact) else page_price.rounded(exact)
        name = self.env._(
            "%(fee)s, %(period)s",
            fee=self._fee_name(line),
            period=self._days(statement, period),
        )
        vals = self._charge_vals(statement, f"fee/{unit}/{period.start}", line, period, stay)
        charges = statement.ahead if group.base_timing == "advance" else statement.charges
        charges.append(
            vals
            | {
                "name": name,
                "kind": "fee",
                "role": "fee",
                "unit": unit,
                "quantity": 1.0,
                "price_unit": float(price),
                "product_id": self._product(statement, "fee"),
                "share": str(line._share(group.base_months) * period.share),
                "arithmetic": [],
            }
        )

    def _fee_name(self, line):
        """What a fee is called on documents."""
        if line.level == "device":
            return self.env._("Base fee per device")
        return self.env._("Base fee")

    # ------------------------------------------------------------------ pages

    def _rate_unit(self, statement, facts, unit):
        """Charge the pages of one unit, its prepaid block, and at the end of a turn the minimum."""
        price, pages, left = unit.price, unit.pages, False
        share, agreed = unit.part
        if price.block:
            # The first one was charged as it began.
            known = facts.blocks.get(unit.key, 0)
            beyond = agreed.tiers[0].price
            rows, left = price.block.rows(pages, known, beyond)
            facts.blocks[unit.key] = left
        else:
            rows = agreed.rows(pages)
        bought = [row for row in rows if row.kind == page_price.BLOCK]
        used = [row for row in rows if row.kind != page_price.BLOCK]
        self._charge_pages(statement, unit, used, left, pages, share)
        for row in bought:
            statement.charges.append(self._block_vals(statement, facts, unit, row))
        if unit.turn:
            self._settle_minimum(statement, facts, unit, share, page_price.total(used))

    def _charge_pages(self, statement, unit, rows, left, pages, share):
        """Charge the pages of one unit; free ones have a charge, too, that says so."""
        quantity, price, as_sum = price_of(rows)
        key = f"pages/{unit.key}/{unit.segment.start}"
        vals = self._charge_vals(statement, key, unit.line, unit.segment, unit.stay)
        free = not price
        statement.charges.append(
            vals
            | {
                "name": self._pages_name(statement, unit, as_sum),
                "kind": "pages",
                "role": "pages",
                "unit": unit.key,
                "quantity": float(quantity),
                "price_unit": float(price),
                "covered": free,
                "reason": free and self._free_reason(unit, left),
                "product_id": self._product(statement, "pages"),
                "pages": pages,
                "share": str(share),
                "block_left": left,
                "arithmetic": dump(rows),
            }
        )
        for posting in unit.postings:
            posting.charge = key

    def _settle_minimum(self, statement, facts, unit, share, amount):
        """Charge what is missing to the minimum, when its turn is over."""
        paid = page_price.rounded(amount)
        here = (unit.segment.start, unit.line.id, str(share), unit.pages, paid)
        segments = facts.segments.setdefault(unit.key, [])
        segments.append(here)
        if unit.segment.stop != unit.turn.stop:
            return
        # A turn that seemed to be over, as its last device left, may go on with another device.
        first = max(unit.turn.start, facts.done.get((unit.key, "minimum"), unit.turn.start))
        in_turn = [
            (self.env["service.rate.line"].browse(line), Fraction(share), pages, Decimal(paid))
            for start, line, share, pages, paid in segments
            if start >= first and share
        ]
        with_minimum = [each[0] for each in in_turn if each[0]._has_minimum()]
        if with_minimum:
            for row in shortage(with_minimum[-1], in_turn):
                self._charge_minimum(statement, unit, row, unit.turn.part(first))

    def _charge_minimum(self, statement, unit, row, turn):
        """Charge one shortage."""
        key = f"minimum/{unit.key}/{turn.start}"
        vals = self._charge_vals(statement, key, unit.line, turn, unit.stay)
        by_pages = bool(row.pages) and fits(row.price)
        statement.charges.append(
            vals
            | {
                "name": self.env._(
                    "%(meter)s: up to the minimum, %(period)s",
                    meter=self._meter_name(unit),
                    period=self._days(statement, turn),
                ),
                "kind": "pages",
                "role": "minimum",
                "unit": unit.key,
                "quantity": float(row.pages if by_pages else 1),
                "price_unit": float(row.price if by_pages else page_price.rounded(row.amount)),
                "product_id": self._product(statement, "pages"),
                "arithmetic": dump([row]),
            }
        )

    def _meter_name(self, unit):
        """What a meter is called in the language of the document."""
        return unit.line.meter_type_id.with_context(lang=self.env.lang).name

    def _pages_name(self, statement, unit, as_sum):
        """What pages are called on documents: alike for all devices, so that they are one line."""
        days = unit.segment
        key = self.env.lang, unit.price.meter_type, days.start, days.stop, as_sum
        names = statement.facts.words
        if key not in names:
            words = {"meter": self._meter_name(unit), "period": self._days(statement, days)}
            if as_sum:
                names[key] = self.env._(
                    "%(meter)s, %(period)s, by the enclosed settlement", **words
                )
            else:
                names[key] = self.env._("%(meter)s, %(period)s", **words)
        return names[key]

    def _free_reason(self, unit, left):
        """Why pages cost nothing."""
        if left is not False:
            return self.env._(
                "from the prepaid block, %s pages left", formatLang(self.env, left, digits=0)
            )
        if not unit.pages:
            return self.env._("no pages in this period")
        return self.env._("included in the base fee")

    # ------------------------------------------------------------------ all charges of periods

    def _charge_vals(self, statement, key, line, period, stay):
        """What all charges of a period have in common."""
        place = stay and statement.facts.place(stay.device, period.stop, statement.terms.customer)
        return {
            **self._contract_vals(statement, place),
            "key": key,
            "device_id": stay.device if stay else False,
            "stay_id": stay.id if stay else False,
            "date": period.stop - timedelta(days=1),
            "period_start": period.start,
            "period_stop": period.stop,
            "rate_line_id": line.id,
        }

    def _product(self, statement, kind):
        """Id of the product as which fees or pages of a contract stand on documents."""
        known = statement.terms.known
        if kind not in known:
            known[kind] = statement.contract._period_product(kind).id
        return known[kind]

    def _contract_vals(self, statement, place):
        """What all charges of a contract have in common at one location."""
        known = statement.terms.known
        if ("place", place) not in known:
            contract = statement.contract
            location = contract.env["res.partner"].browse(place)
            known["place", place] = {
                "company_id": contract.company_id.id,
                "currency_id": contract.currency_id.id,
                "customer_id": contract.customer_id.id,
                "location_id": location.id,
                "partner_id": contract._get_invoice_partner(contract.customer_id, location).id,
                "contract_id": contract.id,
                "res_model": "service.contract",
                "res_id": contract.id,
            }
        return known["place", place]

    def _days(self, statement, period):
        """A period in words: its first and its last day."""
        key = self.env.lang, period.start, period.stop
        words = statement.facts.words
        if key not in words:
            first, last = period.start, period.stop - timedelta(days=1)
            words[key] = f"{format_date(self.env, first)} – {format_date(self.env, last)}"
        return words[key]
