from odoo import fields, models


class ServiceDeviceManufacturer(models.Model):
    """What a maker pays of repairs under its warranty."""

    _inherit = "service.device.manufacturer"

    warranty_partner_id = fields.Many2one(
        "res.partner",
        string="Warranty Claims To",
        ondelete="restrict",
        index="btree_not_null",
        help="Who is to pay what is done under the manufacturer's warranty.",
    )
    warranty_labour = fields.Boolean(
        "Pays Labour", default=True, help="Under warranty; parts are always paid."
    )
    warranty_travel = fields.Boolean("Pays Travel", help="Under warranty.")
