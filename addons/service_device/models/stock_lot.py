from odoo import api, fields, models

from .res_partner import STAFF_GROUPS


class StockLot(models.Model):
    _inherit = "stock.lot"

    service_device_ids = fields.One2many(
        "service.device", "lot_id", string="Devices", groups=STAFF_GROUPS
    )
    service_device_id = fields.Many2one(
        "service.device",
        string="Device",
        compute="_compute_service_device_id",
        search="_search_service_device_id",
        compute_sudo=True,
        groups=STAFF_GROUPS,
        help="The device that carries this serial number.",
    )

    @api.depends("service_device_ids")
    def _compute_service_device_id(self):
        # An archived device still is the device of its serial number.
        for lot in self.with_context(active_test=False):
            lot.service_device_id = lot.service_device_ids[:1]

    def _search_service_device_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("service_device_ids", "in", value)]
