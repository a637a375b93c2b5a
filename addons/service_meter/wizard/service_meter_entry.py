from odoo import api, fields, models
from odoo.fields import Command


class ServiceMeterEntry(models.TransientModel):
    """The form in which staff enter what a device's counters show."""

    _name = "service.meter.entry"
    _description = "Take Meter Readings"

    device_id = fields.Many2one("service.device", required=True, readonly=True)
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    note = fields.Char()
    photo_ids = fields.Many2many("ir.attachment", string="Photos")
    line_ids = fields.One2many(
        "service.meter.entry.line",
        "entry_id",
        string="Readings",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )

    @api.depends("device_id")
    def _compute_line_ids(self):
        """One line for each meter of the device."""
        for entry in self:
            entry.line_ids = [Command.clear()] + [
                Command.create({"meter_id": meter.id})
                for meter in entry.device_id.meter_ids._physical()
            ]

    def action_take(self):
        """Take the readings that were entered."""
        self.ensure_one()
        taken = self.device_id._take_readings(
            self.line_ids._values(),
            date=self.date,
            source=self._get_source(),
            photos=self.photo_ids,
            note=self.note,
        )
        return self._tell_suspects(taken.reading_ids)

    def _tell_suspects(self, readings):
        """Close the form; say what is kept to be explained, and why: a typo is seen at once."""
        close = {"type": "ir.actions.act_window_close"}
        suspects = readings.filtered(lambda reading: reading.verdict == "suspect")
        if not suspects:
            return close
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "title": self.env._("Saved, to be explained"),
                "message": "\n".join(
                    f"{reading.type_id.name}: {reading.suspicion_words}" for reading in suspects
                ),
                "next": close,
            },
        }

    def _get_source(self):
        """Technicians read counters themselves; the others type what they were told."""
        user = self.env.user
        is_technician = user.has_group("service_customer.group_service_technician")
        is_more = user.has_group("service_customer.group_service_dispatcher")
        return "technician" if is_technician and not is_more else "staff"


class ServiceMeterEntryLine(models.TransientModel):
    """One counter in the form."""

    _name = "service.meter.entry.line"
    _description = "Take Meter Readings: Counter"
    _inherit = ["service.meter.input"]

    entry_id = fields.Many2one("service.meter.entry", required=True, index=True, ondelete="cascade")
