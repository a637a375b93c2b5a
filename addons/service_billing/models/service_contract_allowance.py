from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from markupsafe import Markup

from odoo import fields, models
from odoo.tools import formatLang

from odoo.addons.service_contract.tools.page_price import whole_pages

from ..tools.ledger import Edge, trend
from ..tools.terms import Price
from .account_move import CHARGE_GROUPS
from .service_billing_rating import _unit_key

GOING_STATES = ("active", "notice")


@dataclass(slots=True)
class Allowance:
    """Pages that are paid for already, and how far they are used today."""

    line: Any
    """``service.rate.line``"""
    scope: str
    allowed: int
    used: float
    day: int
    days: int
    daily: float = 0.0
    """Pages a day, as far as the readings tell."""

    @property
    def percent(self):
        """How much of them is used."""
        return 100 * self.used / self.allowed

    @property
    def at_end(self):
        """How many will be used at the end of the period."""
        return self.used + self.daily * (self.days - self.day)


class ServiceContract(models.Model):
    """How far included pages and prepaid blocks are used, before the bill says it."""

    _inherit = "service.contract"

    allowance_percent = fields.Float(
        "Included Pages Used",
        compute="_compute_allowance",
        groups=CHARGE_GROUPS,
        help="Of included pages or a prepaid block, today, by readings and usual usage; the "
        "largest of the contract.",
    )
    allowance_html = fields.Html(
        "Included Pages and Blocks",
        compute="_compute_allowance",
        groups=CHARGE_GROUPS,
        sanitize=False,
    )

    def _compute_allowance(self):
        found = self._allowances()
        for contract in self:
            mine = found.get(contract, [])
            contract.allowance_percent = max((each.percent for each in mine), default=0)
            contract.allowance_html = mine and self.env["ir.qweb"]._render(
                "service_billing.contract_allowance",
                {"rows": [contract._allowance_in_words(each) for each in mine]},
            )

    def _allowances(self):
        """What is included or prepaid in the contracts in force: ``{contract: [Allowance]}``."""
        today = fields.Date.context_today(self)
        result = {}
        going = self.filtered(lambda contract: contract.state in GOING_STATES)
        for mine in going.grouped("company_id").values():
            lines = {each: each._allowance_lines(today) for each in mine}
            having = mine.filtered(lambda each, lines=lines: lines[each])
            if having:
                facts = self.env["service.billing.rating"]._facts(having, trend=True)
                for contract in having:
                    units = contract._allowances_of(lines[contract], facts, today)
                    result[contract] = sorted(units, key=lambda unit: -unit.percent)
        return result

    def _allowance_lines(self, day):
        """Prices of that day with included pages or a block."""
        return self._get_rate(day).line_ids.filtered(
            lambda line: line.kind == "pages" and (line.included_pages or line.block_pages)
        )

    def _allowances_of(self, lines, facts, today):
        """One ``Allowance`` for each unit of this contract."""
        units = {}
        for stay in self.device_ids.filtered(lambda stay: stay._covers(today)):
            for line in lines & lines.rate_id._lines_for(stay.group_id):
                meter = facts.meters.get((stay.device_id.id, line.meter_type_id.id))
                if not meter:
                    continue
                price = Price(line, line.level, line.meter_type_id.id, None, None)
                key = _unit_key(price, stay)
                first = self._billing_start()
                if line.level == "device":
                    first = max(first, stay.date_start)
                period = stay._usage_cycle().whole(today).part(first, self._stop())
                if not period:
                    continue
                if key not in units:
                    units[key] = self._allowance(line, stay, period, facts.blocks.get(key), today)
                used, daily = self._used_pages(facts, stay, meter, period.start, today)
                units[key].used += used
                units[key].daily += daily
        return [unit for unit in units.values() if unit.allowed]

    def _allowance(self, line, stay, period, left, today):
        """What one unit may use; what a block has lost before this period counts already."""
        share = line._share(stay.group_id.usage_months) * period.share
        allowed = line.block_pages or whole_pages(line.included_pages * share)
        used = line.block_pages - left if line.block_pages and left is not None else 0
        names = {
            "device": stay.device_id.display_name,
            "group": stay.group_id.name,
            "contract": self.env._("whole contract"),
        }
        day = (today - period.start).days + 1
        return Allowance(line, names[line.level], allowed, used, day, period.days)

    def _used_pages(self, facts, stay, meter, start, today):
        """Pages of a meter since a day: by readings, after the last one by the usual usage.

        :return: (pages, pages a day)
        """
        marks, last = facts.timelines[meter].marks, facts.chain(meter).last
        before, after = self._reading_window()
        edge = Edge(start, facts.midnight(start), before, after)
        settled = last and last.day >= start - timedelta(days=before)
        begin = last if settled else facts.timelines[meter].find(edge)
        daily = trend(marks, facts.midnight(today))
        if daily is None:
            daily = self._usual_daily(self.env["service.meter"].browse(meter))
        if begin is None:
            return daily * (today - start).days, daily
        end = marks[-1] if marks and marks[-1].moment > begin.moment else begin
        later = max((today - end.day).days, 0)
        return max(end.life - begin.life, 0) + daily * later, daily

    def _allowance_in_words(self, unit):
        """One row for people."""
        number = lambda pages: formatLang(self.env, pages, digits=0)  # noqa: E731
        words = {
            "used": number(unit.used),
            "allowed": number(unit.allowed),
            "day": unit.day,
            "days": unit.days,
            "end": number(unit.at_end),
        }
        if unit.line.block_pages:
            text = self.env._("about %(used)s of a block of %(allowed)s pages", **words)
        else:
            text = self.env._(
                "about %(used)s of %(allowed)s pages, day %(day)s of %(days)s; at the end about "
                "%(end)s",
                **words,
            )
        return {
            "title": Markup("%s, %s") % (unit.line.meter_type_id.name, unit.scope),
            "percent": int(unit.percent),
            "text": text,
            "is_over": unit.at_end > unit.allowed,
        }
