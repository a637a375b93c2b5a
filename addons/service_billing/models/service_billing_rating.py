from datetime import date as Date, timedelta

from odoo import models
from odoo.tools import format_date

from odoo.addons.service_contract.models.service_contract import FORCE_STATES

from ..tools.ledger import Edge, estimate, trend
from ..tools.statement import Part, Posting, Problem, Statement, Unit


class ServiceBillingRating(models.AbstractModel):
    """Which pages are due: periods, boundaries and units."""

    _inherit = "service.billing.rating"

    def _statements(self, contracts, day):
        """What is due under contracts until a day, and what stands against it; nothing is stored.

        :param contracts: ``service.contract`` records
        :param date day: what is due that day or before is settled
        :return: ``{contract: Statement}``
        """
        statements = {}
        # In the order in which they began, so that a device's earlier contract goes first.
        ordered = contracts.sorted(lambda contract: (contract.date_start, contract.id))
        for _company, mine in ordered.grouped("company_id").items():
            facts = self._facts(mine)
            for contract in mine:
                rating = self.with_context(lang=contract._bill_lang())
                statements[contract] = rating._statement(contract, facts, day)
        return statements

    def _statement(self, contract, facts, day):
        """What is due under one contract (``Statement``)."""
        statement = Statement(contract, day)
        statement.problems += [
            Problem("error", finding.text, finding.record)
            for finding in contract._billing_lint(day)
        ]
        if statement.problems:
            return statement
        self._rate_fees(statement, facts)
        units = {}
        for stay in contract.device_ids.filtered(lambda stay: stay.state in FORCE_STATES):
            self._collect_stay(statement, facts, stay, units)
        for unit in sorted(units.values(), key=lambda unit: (unit.segment.start, unit.key)):
            self._rate_unit(statement, facts, unit)
        return statement

    def _versions(self, contract, start, stop):
        """The versions of the rates in force in some days: ``[(start, stop, rate)]``."""
        rates = contract.rate_ids.sorted("date_from")
        found = []
        for index, rate in enumerate(rates):
            following = rates[index + 1].date_from if index + 1 < len(rates) else Date.max
            first, last = max(start, rate.date_from), min(stop, following)
            if first < last:
                found.append((first, last, rate))
        return found

    # ------------------------------------------------------------------ pages

    def _collect_stay(self, statement, facts, stay, units):
        """Put the pages of one device that are due into their units."""
        contract = statement.contract
        start, stop = max(stay.date_start, contract._billing_start()), stay._stop()
        if start >= stop:
            return
        prices = contract._page_prices(stay.group_id)
        done = [
            facts.done.get((_unit_key(line, stay), "pages"), start)
            for lines in prices.values()
            for line in lines
        ]
        cycle = stay._usage_cycle()
        for period in cycle.periods(max(min(done, default=start), start), stop):
            whole = (period.whole or period).part(contract._billing_start(), contract._stop())
            if whole.stop > statement.day:
                break
            for first, last, rate in self._versions(contract, period.start, period.stop):
                segment = period.part(first, last)
                for line in prices.get(rate, ()):
                    self._collect(statement, facts, stay, line, segment, whole, units)

    def _collect(self, statement, facts, stay, line, segment, whole, units):
        """Put the pages of one meter in one part of a period into its unit."""
        meter = facts.meters.get((stay.device_id.id, line.meter_type_id.id))
        key = _unit_key(line, stay)
        if not meter or segment.start < facts.done.get((key, "pages"), Date.min):
            return
        postings = self._read(statement, facts, stay, meter, segment)
        if postings is None:
            return
        if line.level != "device":
            rate = line.rate_id
            versions = self._versions(statement.contract, whole.start, whole.stop)
            segment = next(whole.part(a, b) for a, b, version in versions if version == rate)
        index = (key, segment.start)
        if index not in units:
            turn = self._turn(line, stay, segment)
            units[index] = Unit(key, line, stay.group_id, segment, turn)
        units[index].parts.append(Part(stay, postings))

    def _turn(self, line, stay, segment):
        """In which settlement of the minimum a part of a period lies."""
        whole = stay.group_id._settlement_cycle(stay.billing_day).whole(segment.start)
        if line.level == "device":
            return whole.part(stay.date_start, stay._stop())
        return whole.part(stay.contract_id._billing_start(), stay.contract_id._stop())

    def _read(self, statement, facts, stay, meter, segment):
        """The pages of one meter in a part of a period, as rows of its ledger.

        :return: ``[Posting]``, or None when a reading is missing
        """
        chain, timeline = facts.chains[meter], facts.timelines[meter]
        contract = statement.contract
        if facts.stays.get(meter) != stay.id and not self._begin(statement, facts, stay, meter):
            return None
        before, after = contract._reading_window()
        is_cut = segment.stop == stay._stop() or segment.stop in contract.rate_ids.mapped(
            "date_from"
        )
        edge = Edge(segment.stop, facts.midnight(segment.stop), before, after, is_cut)
        mark = timeline.find(edge, chain.last)
        if mark is None:
            mark = self._estimated(statement, facts, stay, meter, edge)
        if mark is None:
            self._miss(statement, facts, stay, meter, segment.stop)
            return None
        if segment.stop == stay._stop():
            # What was estimated too high is given back by a correction, not by fewer pages.
            statement.postings += [Posting(entry, stay) for entry in chain.give_back(mark)]
        postings = [Posting(entry, stay) for entry in chain.extend(mark)]
        statement.postings += postings
        return postings

    def _begin(self, statement, facts, stay, meter):
        """Begin the ledger of a device that has joined the contract; whether it can be begun."""
        chain, start = (
            facts.chains[meter],
            max(stay.date_start, statement.contract._billing_start()),
        )
        before, after = statement.contract._reading_window()
        edge = Edge(start, facts.midnight(start), before, after, is_cut=True)
        mark = facts.timelines[meter].find(edge, chain.last)
        if mark is None:
            self._miss(statement, facts, stay, meter, start)
            return False
        statement.postings += [Posting(entry) for entry in chain.open(mark)]
        facts.stays[meter] = stay.id
        return True

    def _estimated(self, statement, facts, stay, meter, edge):
        """The boundary where nobody read the counter in time; None where it is not agreed."""
        contract, chain = statement.contract, facts.chains[meter]
        late = statement.day >= edge.day + timedelta(days=edge.after)
        if not late or contract.estimate_policy == "none":
            return None
        if chain.estimates >= contract.estimate_max or edge.day in _around(facts, meter, edge):
            return None
        daily = 0
        if contract.estimate_policy != "minimum":
            usual = contract._usual_daily(stay.device_id, self.env["service.meter"].browse(meter))
            daily = usual
            if contract.estimate_policy == "trend":
                known = trend(facts.timelines[meter].marks, edge.midnight)
                daily = usual if known is None else known
        return estimate(chain.last, edge, daily)

    def _miss(self, statement, facts, stay, meter, day):
        """Say which reading is missing, or waits to be explained."""
        before, after = statement.contract._reading_window()
        edge = Edge(day, facts.midnight(day), before, after)
        record = self.env["service.meter"].browse(meter)
        words = {
            "meter": record.display_name,
            "device": stay.device_id.display_name,
            "day": format_date(self.env, day),
        }
        if _around(facts, meter, edge):
            text = self.env._(
                "%(device)s: the reading of %(meter)s around %(day)s waits to be explained.",
                **words,
            )
            statement.problems.append(Problem("suspect", text, stay.device_id))
            return
        text = self.env._("%(device)s: a reading of %(meter)s around %(day)s is missing.", **words)
        statement.problems.append(Problem("missing", text, stay.device_id))


def _around(facts, meter, edge):
    """Days near an edge of readings that wait to be explained."""
    early = edge.day - timedelta(days=edge.before)
    late = edge.day + timedelta(days=edge.after)
    return [day for day in facts.suspects.get(meter, ()) if early <= day <= late]


def _unit_key(line, stay):
    """What the pages of a device are counted in: itself, its group or the contract; the meter."""
    scope = {"device": stay, "group": stay.group_id, "contract": stay.contract_id}[line.level]
    name = "stay" if line.level == "device" else line.level
    return f"{name}/{scope.id}/{line.meter_type_id.id}"
