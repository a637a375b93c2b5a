from datetime import date as Date, timedelta

from odoo import models

from odoo.addons.service_contract.models.service_contract import FORCE_STATES

from ..tools.statement import Part, Problem, Statement, Unit
from ..tools.terms import Terms


class ServiceBillingRating(models.AbstractModel):
    """Which pages are due: periods and units."""

    _inherit = "service.billing.rating"

    def _statements(self, contracts, day):
        """What is due under contracts until a day, and what stands against it; nothing is stored.

        :param contracts: ``service.contract`` records
        :param date day: what is due that day or before is settled
        :return: ``{contract: Statement}``
        """
        statements = {}
        findings = contracts._billing_lint(day)
        for _company, mine in contracts.grouped("company_id").items():
            facts = self._facts(mine)
            for contract in mine:
                rating = self.with_context(lang=contract._bill_lang())
                statement = statements[contract] = Statement(contract, day, facts=facts)
                statement.problems += [
                    Problem("error", finding.text, finding.record)
                    for finding in findings.get(contract, ())
                ]
                if not statement.problems:
                    rating._fill(statement, facts)
        return statements

    def _fill(self, statement, facts):
        """Find what is due under one contract."""
        contract = statement.contract
        facts.begin()
        stays = contract.device_ids.filtered(lambda stay: stay.state in FORCE_STATES)
        # In the order of time: a device may have left and joined again.
        stays = stays.sorted(lambda stay: (stay.date_start, stay.id))
        terms = statement.terms = Terms(contract, stays)
        self._rate_fees(statement, facts)
        if terms.has_block:
            self._rate_first_blocks(statement, facts)
        units = {}
        for stay in terms.stays:
            self._collect_stay(statement, facts, stay, units)
        for unit in sorted(units.values(), key=lambda unit: (unit.segment.start, unit.key)):
            self._rate_unit(statement, facts, unit)
        if terms.has_block and not statement.problems:
            self._renew_blocks(statement, facts)

    def _collect_stay(self, statement, facts, stay, units):
        """Put the pages of one device that are due into their units."""
        terms = statement.terms
        if stay.start >= stay.stop:
            return
        prices, open_from = self._open_prices(terms, facts, stay)
        for whole, segments in terms.periods(stay, open_from, statement.day):
            for segment, rate in segments:
                for price, key, meter, done in prices.get(rate, ()):
                    if segment.start >= done:
                        days = self._days_of_unit(terms, price, stay, segment, whole)
                        unit = units.get((key, days.start))
                        unit = unit or Unit(key, price, stay.group, days)
                        if self._collect(statement, facts, stay, unit, meter, segment):
                            units[key, days.start] = unit
        if stay.stop <= statement.day:
            for meter in {meter for mine in prices.values() for _, _, meter, _ in mine}:
                self._return_beyond(statement, facts, stay.record, meter)

    def _open_prices(self, terms, facts, stay):
        """The prices of pages by which a device is settled, and from which day on.

        :return: ``({id of a version: [(price, unit, meter id, first open day)]}, first day)``
        """
        prices, days = {}, []
        of_group = terms.prices(stay.group)
        for first, last, rate in terms.versions(stay.start, stay.stop):
            mine = prices[rate] = []
            for price in of_group[rate]:
                meter = facts.meters.get((stay.device, price.meter_type))
                if meter:
                    key = _unit_key(price, stay.record)
                    done = facts.done.get((key, "pages"), Date.min)
                    mine.append((price, key, meter, done))
                    if done < last:
                        days.append(max(done, first))
        return prices, min(days, default=stay.stop)

    def _days_of_unit(self, terms, price, stay, segment, whole):
        """The days of the unit in which a part of a period of one device is."""
        if price.level == "device":
            return segment
        first, last = terms.span(price.level, stay.group)
        rate = price.line.rate_id.id
        versions = terms.versions(max(whole.start, first), min(whole.stop, last))
        return next(whole.part(a, b) for a, b, each in versions if each == rate)

    def _collect(self, statement, facts, stay, unit, meter, segment):
        """Put the pages of one meter in one part of a period into its unit; whether they are
        known."""
        postings = self._read(statement, facts, stay, meter, segment)
        if postings is None:
            return False
        facts.reached[stay.id, meter] = segment.stop
        unit.parts.append(Part(stay, postings))
        if statement.terms.has_minimum and not unit.turn:
            unit.turn = statement.terms.turn(unit.price, stay, unit.segment)
        return True

    def _earlier(self, statement, facts, stay, meter):
        """The device's stay before this one whose pages are still to be settled, if there is one.

        Else these would be nobody's.
        """
        last = facts.chain(meter).last
        known = facts.stays.get(stay.device)
        if not known:
            return None
        for other in known.filtered(lambda each: each.date_start < stay.record.date_start):
            # What ended long ago was settled long ago.
            is_over = other._stop() < statement.day - timedelta(days=425)
            is_over |= bool(last) and last.moment >= facts.midnight(other._stop())
            if not is_over and not self._is_settled(facts, other, meter):
                return other
        return None

    def _is_settled(self, facts, stay, meter):
        """Whether all pages of a meter in a stay, on whatever contract, were settled."""
        terms = Terms(stay.contract_id, stay)
        [here] = terms.stays
        for first, last, rate in reversed(terms.versions(here.start, here.stop)):
            for price in terms.prices(here.group)[rate]:
                if price.meter_type == self.env["service.meter"].browse(meter).type_id.id:
                    done = facts.done.get((_unit_key(price, stay), "pages"), first)
                    return max(done, facts.reached.get((stay.id, meter), first)) >= last
        return True


def _unit_key(price, stay):
    """What the pages of a device are counted in: itself, its group or the contract; the meter."""
    if price.level == "device":
        return f"stay/{stay.id}/{price.meter_type}"
    scope = stay.group_id if price.level == "group" else stay.contract_id
    return f"{price.level}/{scope.id}/{price.meter_type}"
