from datetime import timedelta

from odoo import models
from odoo.tools import format_date

from ..tools.ledger import ESTIMATE, READING, Edge, estimate, trend
from ..tools.statement import Posting, Problem


class ServiceBillingRating(models.AbstractModel):
    """Where the pages of a period begin and end: by readings, by days or by an estimate."""

    _inherit = "service.billing.rating"

    def _read(self, statement, facts, stay, meter, segment):
        """The pages of one meter in a part of a period, as rows of its ledger.

        :param Stay stay: the device's
        :return: ``[Posting]``, or None when a reading is missing
        """
        chain = facts.chain(meter)
        if chain.stay != stay.id and not self._begin(statement, facts, stay, meter):
            return None
        edge = statement.terms.edge(stay, segment.stop, facts.midnight)
        mark = self._find(facts, meter, edge, chain.last)
        if mark is None:
            mark = self._estimated(statement, facts, stay, meter, edge)
        if mark is None:
            self._miss(statement, facts, stay, meter, edge)
            return None
        if segment.stop == stay.stop or _is_long_unused(chain.last, mark, stay.record):
            # What was estimated too high is given back by a correction, not by fewer pages.
            statement.postings += [Posting(entry, stay.record) for entry in chain.give_back(mark)]
        postings = [Posting(entry, stay.record) for entry in chain.extend(mark)]
        statement.postings += postings
        return postings

    def _find(self, facts, meter, edge, since):
        """The boundary at an edge by readings; None when they do not tell it, or one that does
        waits to be explained."""
        mark = facts.timelines[meter].find(edge, since)
        is_read = mark and (mark is since or mark.how == READING)
        return mark if is_read or not _around(facts, meter, edge) else None

    # ------------------------------------------------------------------ the beginning of a stay

    def _begin(self, statement, facts, stay, meter):
        """Begin the ledger of a device that has joined the contract; whether it can be begun."""
        earlier = self._earlier(statement, facts, stay, meter)
        if earlier:
            self._wait_for(statement, stay, earlier)
            return False
        chain = facts.chain(meter)
        before = stay.record.browse(chain.stay)
        if before:
            self._return_beyond(statement, facts, before, meter)
        edge = statement.terms.edge(stay, stay.start, facts.midnight)
        mark = self._first_mark(facts, stay, meter, edge)
        if mark is None:
            self._miss(statement, facts, stay, meter, edge)
            return False
        if before and chain.last.how == ESTIMATE:
            statement.postings += [Posting(entry, before) for entry in chain.give_back(mark)]
        statement.postings += [Posting(entry) for entry in chain.open(mark, stay.id)]
        return True

    def _first_mark(self, facts, stay, meter, edge):
        """Where a stay begins: where the one before it ended that very day, else by readings."""
        last = facts.chain(meter).last
        if not last or last.how == ESTIMATE:
            # An estimate is what the one before pays for, not what was true.
            timeline = facts.timelines[meter]
            return self._find(facts, meter, edge, last and timeline.known(last.moment, None))
        known = facts.stays.get(stay.device, stay.record)
        before = known.filtered(lambda each: each.id == facts.chain(meter).stay)
        if before and before._stop() == edge.day:
            return last
        return self._find(facts, meter, edge, last)

    def _wait_for(self, statement, stay, earlier):
        """Say that another contract has to be settled first; the same one just is not due yet."""
        if earlier.contract_id == statement.contract:
            return
        env = statement.contract.env  # In the language of those who settle, not of who pays.
        text = env._(
            "%(device)s: its pages until %(day)s are to be settled under contract %(contract)s "
            "first.",
            device=stay.record.device_id.display_name,
            day=format_date(env, earlier._stop()),
            contract=earlier.contract_id.display_name,
        )
        statement.problems.append(Problem("missing", text, earlier.contract_id))
        statement.after.add(earlier.contract_id)

    # ------------------------------------------------------------------ after the end of a stay

    def _return_beyond(self, statement, facts, stay, meter):
        """Give back what a stay was settled beyond its end: it was estimated too high, or it was
        told later that the device had left before.

        A correction is proposed for whoever paid; the next one goes on where the stay ended.

        :param stay: ``service.contract.device``, also of another contract
        """
        stop, chain = stay._stop(), facts.chain(meter)
        is_beyond = chain.last and (chain.last.how == ESTIMATE or chain.last.day > stop)
        if chain.stay != stay.id or stop > statement.day or not is_beyond:
            return
        edge = Edge(stop, facts.midnight(stop), *statement.terms.window, is_cut=True)
        if mark := self._find(facts, meter, edge, None):
            statement.postings += [Posting(entry, stay) for entry in chain.give_back(mark)]

    # ------------------------------------------------------------------ without a reading

    def _estimated(self, statement, facts, stay, meter, edge):
        """The boundary where nobody read the counter in time; None where it is not agreed."""
        contract, chain = statement.contract, facts.chain(meter)
        late = statement.day > edge.day + timedelta(days=edge.after)
        if not late or contract.estimate_policy == "none":
            return None
        if chain.estimates >= contract.estimate_max or _around(facts, meter, edge):
            return None
        timeline = facts.timelines[meter]
        daily = 0
        if contract.estimate_policy != "minimum":
            usual = contract._usual_daily(self.env["service.meter"].browse(meter))
            daily = usual
            if contract.estimate_policy == "trend":
                known = trend(timeline.marks, edge.midnight)
                daily = usual if known is None else known
        return estimate(timeline.known(edge.midnight, chain.last), edge, daily)

    def _miss(self, statement, facts, stay, meter, edge):
        """Say which reading is missing, or waits to be explained."""
        env, device = statement.contract.env, stay.record.device_id
        words = {
            "meter": env["service.meter"].browse(meter).display_name,
            "device": device.display_name,
            "day": format_date(env, edge.day),
        }
        if _around(facts, meter, edge):
            text = env._(
                "%(device)s: the reading of %(meter)s around %(day)s waits to be explained.",
                **words,
            )
            statement.problems.append(Problem("suspect", text, device))
            return
        text = env._("%(device)s: a reading of %(meter)s around %(day)s is missing.", **words)
        statement.problems.append(Problem("missing", text, device))


def _around(facts, meter, edge):
    """Days near an edge of readings that wait to be explained."""
    early = edge.day - timedelta(days=edge.before)
    late = edge.day + timedelta(days=edge.after)
    return [day for day in facts.suspects.get(meter, ()) if early <= day <= late]


def _is_long_unused(last, mark, stay):
    """Whether what was estimated too high was not used up in as many periods as agreed.

    :param Mark last: where the ledger ends
    :param Mark mark: the end of the period
    """
    if last.how != ESTIMATE or mark.how == ESTIMATE:
        return False
    agreed = stay.contract_id.estimate_periods
    return agreed and len([*stay._usage_cycle().periods(last.day, mark.day)]) >= agreed
