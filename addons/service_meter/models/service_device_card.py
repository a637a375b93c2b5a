from odoo import fields, models
from odoo.tools import format_date

from .service_meter import DAYS_OF_MONTH


class ServiceDevice(models.Model):
    """The card says what each counter showed last, and how much it counts in a month."""

    _inherit = "service.device"

    def _card_facts(self):
        # EXTENDS service_device
        return [*super()._card_facts(), *self._card_facts_meters()]

    def _card_facts_meters(self):
        meters = self.meter_ids
        now = fields.Datetime.now()
        starts = meters._trend_starts(dict.fromkeys(meters, now))
        return [meter._card_fact(starts.get(meter.id)) for meter in meters]


class ServiceMeter(models.Model):
    """A meter at a glance, for the card of its device."""

    _inherit = "service.meter"

    def _card_fact(self, start):
        """What the card says of this meter.

        :param Point start: the first counted reading of the trend, or None
        :return: see ``service.device._card_facts``
        """
        self.ensure_one()
        fact = {"order": 30, "icon": "fa-tachometer", "label": self.display_name}
        if not self.last_date:
            return fact | {"value": self.env._("Not read yet"), "tone": "warning"}
        day = fields.Datetime.context_timestamp(self, self.last_date).date()
        notes = [format_date(self.env, day), self._trend_in_words(start)]
        return fact | {
            "value": self._in_thousands(self.counter_value),
            "note": ", ".join(note for note in notes if note),
        }

    def _trend_in_words(self, start):
        """Pages a month since the start of the trend; empty when there is none yet."""
        days = (self.last_date - start.date).days if start else 0
        if not days:
            return ""
        # round: pages are whole, and this is told to people only.
        pages = round((self.value - start.life) / days * DAYS_OF_MONTH)
        return self.env._("%s a month", self._in_thousands(pages))

    def _in_thousands(self, number):
        """A whole number in the user's way of writing."""
        return self.env["ir.qweb.field.integer"].value_to_html(number, {})
