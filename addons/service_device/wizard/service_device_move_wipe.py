from odoo import fields, models

from ..models.service_device_protocol_line import WIPE_METHODS


class ServiceDeviceMoveWipe(models.TransientModel):
    """What was done with the data on one device that comes back."""

    _name = "service.device.move.wipe"
    _description = "Move Devices: Data Wipe"

    move_id = fields.Many2one("service.device.move", required=True, index=True, ondelete="cascade")
    device_id = fields.Many2one("service.device", required=True, readonly=True, ondelete="cascade")
    method = fields.Selection(WIPE_METHODS)
    user_id = fields.Many2one(
        "res.users", string="Wiped by", default=lambda self: self.env.user, ondelete="cascade"
    )
    disk_serial = fields.Char(string="Disk Serial Number")

    def _prepare_wipe_vals(self):
        """Values for the protocol; none when nothing was said."""
        if not self.method:
            return {}
        return {
            "wipe_method": self.method,
            "wipe_user_id": self.user_id.id if self.method not in ("none", "later") else False,
            "disk_serial": self.disk_serial,
        }
