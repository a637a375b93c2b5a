from odoo import api, fields, models

# Plain internal users have no access to devices: the fields must not stop them from reading the
# record as a whole.
STAFF_GROUPS = ",".join(
    f"service_customer.group_service_{role}"
    for role in ("technician", "dispatcher", "warehouse", "accounting")
)


class ResPartner(models.Model):
    _inherit = "res.partner"

    service_device_ids = fields.One2many(
        "service.device", "customer_id", string="Devices at the Customer", groups=STAFF_GROUPS
    )
    service_qr_off = fields.Boolean(
        string="No QR Codes on Devices",
        groups=STAFF_GROUPS,
        help="Labels of this customer's devices carry no QR code, and codes printed before answer"
        " our own people only.",
    )
    service_device_count = fields.Integer(
        string="Number of Devices", compute="_compute_service_device_count", groups=STAFF_GROUPS
    )

    @api.depends("service_device_ids")
    def _compute_service_device_count(self):
        """Devices at the customer; on a location, those of it and of all that is below it."""
        Device = self.env["service.device"]
        counts = dict(
            Device._read_group([("customer_id", "in", self.ids)], ["customer_id"], ["__count"])
        )
        for partner in self:
            if partner.type == "location" and partner.ids:
                partner.service_device_count = Device.search_count(
                    partner._get_service_device_domain()
                )
            else:
                partner.service_device_count = counts.get(partner._origin, 0)

    def _get_service_device_domain(self):
        """The devices shown on this partner's card: a customer's, or those of a location's tree."""
        self.ensure_one()
        if self.type == "location":
            return [("location_id", "child_of", self.ids)]
        return [("customer_id", "in", self.ids)]

    def action_open_service_devices(self):
        """Open the devices of this customer or location."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_device.service_device_action"
        )
        return action | {"domain": self._get_service_device_domain(), "context": {}}
