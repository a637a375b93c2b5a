from odoo import fields, models

WIPE_METHODS = [
    ("none", "No Data Carrier"),
    ("reset", "Factory Reset"),
    ("overwritten", "Overwritten"),
    ("removed", "Disk Left with the Customer"),
    ("destroyed", "Disk Destroyed"),
    ("later", "To Be Done in the Workshop"),
]


class ServiceDeviceProtocolLine(models.Model):
    """One device on a protocol, and what happened to the data on it."""

    _name = "service.device.protocol.line"
    _description = "Device on a Protocol"
    _order = "protocol_id, id"

    protocol_id = fields.Many2one(
        "service.device.protocol", required=True, index=True, ondelete="cascade"
    )
    placement_id = fields.Many2one(
        "service.device.placement",
        index="btree_not_null",
        ondelete="set null",
        help="The placement with which the device changed hands.",
    )
    device_id = fields.Many2one("service.device", required=True, index=True, ondelete="restrict")
    wipe_method = fields.Selection(WIPE_METHODS, string="Data Wipe")
    wipe_user_id = fields.Many2one(
        "res.users", string="Wiped by", index="btree_not_null", ondelete="restrict"
    )
    disk_serial = fields.Char(string="Disk Serial Number")

    def write(self, vals):
        self.protocol_id._check_unsigned()
        return super().write(vals)
