from odoo import fields, models


class ServiceDeviceProtocol(models.Model):
    """The papers of the workshop: what was received in which state, and what was given back."""

    _inherit = "service.device.protocol"

    kind = fields.Selection(
        selection_add=[("receipt", "Workshop Receipt"), ("release", "Workshop Return Protocol")],
        ondelete={"receipt": "cascade", "release": "cascade"},
    )
    order_id = fields.Many2one(
        "service.order",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    condition = fields.Text(
        "Received Condition", readonly=True, help="What the device looked like when it came."
    )
    accessory_ids = fields.Many2many("service.accessory", string="Accessories", readonly=True)
    photo_ids = fields.Many2many("ir.attachment", string="Photos", copy=False)

    def _get_qr_devices(self):
        """Devices whose QR code may stand on the paper: some customers want none."""
        self.ensure_one()
        return self.line_ids.device_id if not self.customer_id.service_qr_off else None
