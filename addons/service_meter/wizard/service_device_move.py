from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command

#: Operations after which the device is no longer where its counters were read.
CLOSING_OPERATIONS = ("courier", "workshop", "take_back", "owner", "scrap")


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

    @api.depends("moved_device_ids")
    def _compute_reading_line_ids(self):
        """One line for each meter of the devices; what was typed already stays."""
        for move in self:
            meters = move.moved_device_ids.meter_ids._origin._physical()
            lines = move.reading_line_ids
            kept = lines.filtered_domain([("meter_id", "in", meters.ids)])
            move.reading_line_ids = [
                *(Command.unlink(line.id) for line in lines - kept),
                *(Command.create({"meter_id": meter.id}) for meter in meters - kept.meter_id),
            ]

    def _apply(self):
        # EXTENDS service_device
        placements = super()._apply()
        read = self.reading_line_ids.filtered("value")
        self.env["service.meter.reading.set"]._take(
            [
                {
                    "device": device,
                    "values": lines._values(),
                    "date": self._get_reading_date(device),
                    "source": "installation",
                    "note": self.note,
                }
                for device, lines in read.grouped("device_id").items()
            ]
        )
        return placements

    def _get_reading_date(self, device):
        """What is read when a device leaves belongs to the place that it leaves."""
        closing = self.operation in CLOSING_OPERATIONS or (
            self.operation == "swap" and not self._is_incoming(device)
        )
        return self.date - timedelta(seconds=1) if closing else self.date


class ServiceDeviceMoveReading(models.TransientModel):
    """What one counter showed when its device was moved."""

    _name = "service.device.move.reading"
    _description = "Move Devices: Reading"
    _inherit = ["service.meter.input"]

    move_id = fields.Many2one("service.device.move", required=True, index=True, ondelete="cascade")
    device_id = fields.Many2one(related="meter_id.device_id")
