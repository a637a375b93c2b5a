from datetime import UTC, datetime, time

from pytz import timezone

from odoo import models
from odoo.tools import format_date

from ..tools.cover import Answer, Share


class ServiceCover(models.AbstractModel):
    """The manufacturer's warranty of a device: until a day, and until so many pages."""

    _inherit = "service.cover"

    def _decide_warranty(self, undecided):
        """Parts, labour and travel that the device's manufacturer pays on the day of performance.

        Never the customer's fault, also where the contract forgives it.
        The warranty of a fitted part is decided where parts are known: upper addons extend this.
        """
        devices = self.env["service.device"].union(*(each.device for each in undecided.values()))
        devices.fetch(["warranty_date", "warranty_pages", "model_id"])
        claimed = {
            index: question
            for index, question in undecided.items()
            if question.device and not question.fault and self._manufacturer_pays(question)
        }
        if not claimed:
            return {}
        over = self._warranty_pages_over(claimed)
        claimed = {index: question for index, question in claimed.items() if index not in over}
        prices = self._prices(claimed, {})
        cases = self._cases(claimed)
        return {
            index: self._warranty_answer(question, cases[index][0], prices[index])
            for index, question in claimed.items()
        }

    def _manufacturer_pays(self, question):
        """Whether the device is under warranty by date, and its maker pays this kind of item."""
        device = question.device
        if not device.warranty_date or question.date > device.warranty_date:
            return False
        manufacturer = device.model_id.manufacturer_id
        return bool(manufacturer) and {
            "part": True,
            "labour": manufacturer.warranty_labour,
            "travel": manufacturer.warranty_travel,
        }.get(question.item_kind, False)

    def _warranty_pages_over(self, claimed):
        """Questions about devices that had passed the pages of their warranty on that day.

        What the device printed afterwards does not matter: work is often settled weeks later.
        """
        moments = {
            index: (question.device, self._end_of_day(question))
            for index, question in claimed.items()
            if question.device.warranty_pages
        }
        pages = self.env["service.device"]._get_life_pages(set(moments.values()))
        return {
            index
            for index, (device, moment) in moments.items()
            if pages[device, moment] > device.warranty_pages
        }

    def _end_of_day(self, question):
        """The last moment, in UTC, of the day on which a question's item is performed."""
        zone = timezone(question.company._get_service_tz())
        local = zone.localize(datetime.combine(question.date, time.max.replace(microsecond=0)))
        return local.astimezone(UTC).replace(tzinfo=None)

    def _warranty_answer(self, question, contract, price):
        """The customer pays nothing: the manufacturer is asked for it, at our general prices."""
        manufacturer = question.device.model_id.manufacturer_id
        payer = manufacturer.warranty_partner_id or question.company.partner_id
        share = Share("manufacturer", payer, question.quantity, price.price_unit, price.currency)
        reason = self.env._(
            "manufacturer's warranty of %(device)s until %(date)s",
            device=question.device.name,
            date=format_date(self.env, question.device.warranty_date),
        )
        return Answer(True, [share], reason, "warranty", contract)
