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
        statement.terms = Terms(contract, stays)
        self._rate_fees(statement, facts)
        units = {}
        for stay in stays:
            self._collect_stay(statement, facts, stay, units)
        for unit in sorted(units.values(), key=lambda unit: (unit.segment.start, unit.key)):
            self._rate_unit(statement, facts, unit)

    def _collect_stay(self, statement, facts, stay, units):
        """Put the pages of one device that are due into their units."""
        terms = statement.terms
        start, stop = terms.days(stay)
        if start >= stop:
            return
        prices, open_from = self._open_prices(terms, facts, stay)
        for period in stay._usage_cycle().periods(open_from, stop):
            whole = (period.whole or period).part(terms.start, terms.stop)
            if whole.stop > statement.day:
                break
            for first, last, rate in terms.versions(period.start, period.stop):
                segment = period.part(first, last)
                for line, key, meter in prices.get(rate, ()):
                    if segment.start >= facts.done.get((key, "pages"), Date.min):
                        index = self._index(terms, line, key, stay, segment, whole)
                        self._collect(statement, facts, stay, index, meter, segment, units)

    def _open_prices(self, terms, facts, stay):
        """The prices of pages by which a device is settled, and from which day on.

        :return: ``({version: [(price, unit, meter id)]}, first day)``
        """
        start, stop = terms.days(stay)
        prices, days = {}, []
        of_group = terms.prices(stay.group_id)
        for first, last, rate in terms.versions(start, stop):
            mine = prices[rate] = []
            for line in of_group[rate]:
                meter = facts.meters.get((stay.device_id.id, line.meter_type_id.id))
                if meter:
                    key = _unit_key(line, stay)
                    mine.append((line, key, meter))
                    days.append(max(facts.done.get((key, "pages"), first), first))
                    if days[-1] >= last:
                        days.pop()
        return prices, min(days, default=stop)

    def _index(self, terms, line, key, stay, segment, whole):
        """Which unit a part of a period of one device is in: its price, key and days."""
        if line.level == "device":
            return line, key, segment
        first, last = terms.span(line.level, stay.group_id)
        rate = line.rate_id
        versions = terms.versions(max(whole.start, first), min(whole.stop, last))
        return line, key, next(whole.part(a, b) for a, b, each in versions if each == rate)

    def _collect(self, statement, facts, stay, index, meter, segment, units):
        """Put the pages of one meter in one part of a period into its unit."""
        postings = self._read(statement, facts, stay, meter, segment)
        if postings is None:
            return
        facts.reached[stay, meter] = segment.stop
        line, key, days = index
        if (key, days.start) not in units:
            turn = statement.terms.turn(line, stay, days)
            units[key, days.start] = Unit(key, line, stay.group_id, days, turn)
        units[key, days.start].parts.append(Part(stay, postings))

    def _earlier(self, statement, facts, stay, meter):
        """The device's stay before this one whose pages are still to be settled, if there is one.

        Else these would be nobody's.
        """
        last = facts.chain(meter).last
        known = facts.stays.get(stay.device_id.id, stay.browse())
        for other in known.filtered(lambda each: each.date_start < stay.date_start):
            # What ended long ago was settled long ago.
            is_over = other._stop() < statement.day - timedelta(days=425)
            is_over |= bool(last) and last.moment >= facts.midnight(other._stop())
            if not is_over and not self._is_settled(facts, other, meter):
                return other
        return None

    def _is_settled(self, facts, stay, meter):
        """Whether all pages of a meter in a stay, on whatever contract, were settled."""
        terms = Terms(stay.contract_id, stay)
        start, stop = terms.days(stay)
        for first, last, rate in reversed(terms.versions(start, stop) if start < stop else []):
            for line in terms.prices(stay.group_id)[rate]:
                if line.meter_type_id == self.env["service.meter"].browse(meter).type_id:
                    done = facts.done.get((_unit_key(line, stay), "pages"), first)
                    return max(done, facts.reached.get((stay, meter), first)) >= last
        return True


def _unit_key(line, stay):
    """What the pages of a device are counted in: itself, its group or the contract; the meter."""
    scope = {"device": stay, "group": stay.group_id, "contract": stay.contract_id}[line.level]
    name = "stay" if line.level == "device" else line.level
    return f"{name}/{scope.id}/{line.meter_type_id.id}"
