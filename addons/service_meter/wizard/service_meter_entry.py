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
                Command.create({"meter_id": meter.id}) for meter in entry.device_id.meter_ids
            ]

    def action_take(self):
        """Take the readings that were entered."""
        self.ensure_one()
        self.device_id._take_readings(
            self.line_ids._values(), date=self.date, photos=self.photo_ids, note=self.note
        )
        return {"type": "ir.actions.act_window_close"}


class ServiceMeterEntryLine(models.TransientModel):
    """One counter in the form; a counter that was not read stays unticked."""

    _name = "service.meter.entry.line"
    _description = "Take Meter Readings: Counter"

    entry_id = fields.Many2one("service.meter.entry", required=True, index=True, ondelete="cascade")
    meter_id = fields.Many2one("service.meter", required=True, readonly=True, ondelete="cascade")
    counter_value = fields.Integer("Previous", related="meter_id.counter_value")
    last_date = fields.Datetime("Previously On", related="meter_id.last_date")
    value = fields.Integer("Reading")
    is_read = fields.Boolean(
        "Read",
        compute="_compute_is_read",
        store=True,
        readonly=False,
        help="Tick it for a counter that shows zero; other values tick it by themselves.",
    )

    @api.depends("value")
    def _compute_is_read(self):
        for line in self:
            line.is_read = bool(line.value) or line.is_read

    def _values(self):
        """``{meter: value}`` of the counters that were read."""
        return {line.meter_id: line.value for line in self if line.is_read}
