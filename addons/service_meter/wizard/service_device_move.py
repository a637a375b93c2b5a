from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command

#: Operations after which the device is no longer where its counters were read.
CLOSING_OPERATIONS = ("workshop", "take_back", "scrap")


class ServiceDeviceMove(models.TransientModel):
    """Moving a device takes its readings, too: they end one use and begin the next."""

    _inherit = "service.device.move"

    reading_line_ids = fields.One2many(
        "service.device.move.reading",
        "move_id",
        string="Readings",
        compute="_compute_reading_line_ids",
        store=True,
        readonly=False,
    )

    @api.depends("device_ids")
    def _compute_reading_line_ids(self):
        """One line for each meter of the devices; what was typed already stays."""
        for move in self:
            meters = move.device_ids.meter_ids._origin
            lines = move.reading_line_ids
            kept = lines.filtered_domain([("meter_id", "in", meters.ids)])
            move.reading_line_ids = [
                *(Command.unlink(line.id) for line in lines - kept),
                *(Command.create({"meter_id": meter.id}) for meter in meters - kept.meter_id),
            ]

    def _apply(self):
        # EXTENDS service_device
        placements = super()._apply()
        # What is read when a device leaves belongs to the place that it leaves.
        closing = self.operation in CLOSING_OPERATIONS
        date = self.date - timedelta(seconds=1) if closing else self.date
        read = self.reading_line_ids.filtered("is_read")
        self.env["service.meter.reading.set"]._take(
            [
                {
                    "device": device,
                    "values": {line.meter_id: line.value for line in lines},
                    "date": date,
                    "source": "installation",
                    "note": self.note,
                }
                for device, lines in read.grouped("device_id").items()
            ]
        )
        return placements


class ServiceDeviceMoveReading(models.TransientModel):
    """What one counter showed when its device was moved."""

    _name = "service.device.move.reading"
    _description = "Move Devices: Reading"

    move_id = fields.Many2one("service.device.move", required=True, index=True, ondelete="cascade")
    meter_id = fields.Many2one("service.meter", required=True, readonly=True, ondelete="cascade")
    device_id = fields.Many2one(related="meter_id.device_id")
    counter_value = fields.Integer("Previous", related="meter_id.counter_value")
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
