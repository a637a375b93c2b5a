from collections import defaultdict
from datetime import date as Date, timedelta

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date


class ServiceContractDevice(models.Model):
    """When the pages of a device are settled, and by which of its counters."""

    _inherit = "service.contract.device"

    def _leave(self, date):
        """EXTENDS service_contract: what was charged is explained by the stay, which remains.

        :raise UserError: a device that was charged would be off from its first day on
        """
        never = self.filtered(lambda stay: stay.date_start >= date)
        # Superuser: whoever moves a device need not see charges.
        charged = self.env["service.charge"].sudo().search([("stay_id", "in", never.ids)]).stay_id
        rows = self.env["service.consumption"].sudo().search([("stay_id", "in", never.ids)])
        if stay := (charged | rows.stay_id)[:1].with_env(self.env):
            raise UserError(
                self.env._(
                    "%(device)s was charged under contract %(contract)s from %(date)s on. Let it "
                    "leave on a later day; a correction gives back what is too much.",
                    device=stay.device_id.display_name,
                    contract=stay.contract_id.name,
                    date=format_date(self.env, stay.date_start),
                )
            )
        return super()._leave(date)

    def _reading_edges(self, day):
        """The days of settlement for which a reading of this device would be asked on a day.

        :param date day: the company's day
        :return: list of dates; the first day on the contract is none, it settles nothing
        """
        self.ensure_one()
        contract, stop = self.contract_id, self._stop()
        turn = self._usage_cycle().whole(day)
        edges = {turn.start, turn.stop, stop} - {Date.max}
        before = timedelta(days=contract.reading_ask_days)
        after = timedelta(days=contract.reading_days_after)
        return sorted(
            edge
            for edge in edges
            if self.date_start < edge <= stop and edge - before <= day <= edge + after
        )

    def _page_prices(self, day):
        """The prices at which pages of these devices are billed on a day.

        :param date day: a day on the contract
        :return: ``{stay: service.rate.line records}``, none for a device whose pages cost nothing
        """
        found = {}
        result = {}
        for stay in self:
            contract, group = stay.contract_id, stay.group_id
            if contract not in found:
                found[contract] = contract._get_rate(day)
            if (contract, group) not in found:
                lines = found[contract]._lines_for(group)
                found[contract, group] = lines.filtered(lambda line: line.kind == "pages")
            types = stay.device_id.meter_ids.type_id
            result[stay] = found[contract, group].filtered(
                lambda line, types=types: line.meter_type_id in types
            )
        return result

    def _billed_counters(self, prices):
        """The counters that have to be read, so that pages can be billed.

        :param dict prices: see ``_page_prices``
        :return: ``{stay: service.meter records}``, all physical
        """
        result = {}
        for stay in self:
            types = prices[stay].meter_type_id
            computed = types.filtered(lambda kind: kind.kind == "computed")
            parts = computed.part_type_ids
            parts |= computed.filtered("is_a4").part_type_ids.a3_type_id
            meters = stay.device_id.meter_ids._physical()
            result[stay] = meters.filtered(lambda meter, all_=types | parts: meter.type_id in all_)
        return result

    def _expected_amounts(self, prices, moment):
        """What the pages of a period will cost about, by the trend of each device.

        A device without a trend makes what is usual for its model.

        :param dict prices: see ``_page_prices``
        :param datetime moment: now, in UTC
        :return: ``{stay: amount}``
        """
        meters = {
            (stay, line): stay.device_id.meter_ids.filtered(
                lambda meter, line=line: meter.type_id == line.meter_type_id
            )
            for stay in self
            for line in prices[stay]
        }
        all_meters = self.env["service.meter"].union(*meters.values())
        starts = all_meters._trend_starts(dict.fromkeys(all_meters, moment))
        usual = all_meters._model_lines()
        amounts = defaultdict(float)
        for (stay, line), meter in meters.items():
            start = starts.get(meter.id)
            days = (meter.last_date - start.date).days if start else 0
            monthly = usual[meter].monthly_pages
            if days:
                monthly = (meter.value - start.life) / days * 365 / 12
            amounts[stay] += monthly * stay.group_id.usage_months * float(line._page_price())
        return amounts
