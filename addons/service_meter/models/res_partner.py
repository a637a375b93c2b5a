from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_open_service_usage(self):
        """Open the pages of this customer's or location's devices, month by month."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_meter.service_meter_usage_action"
        )
        field = "location_id" if self.type == "location" else "customer_id"
        domain = [(field, "child_of", self.ids), ("meter_id.kind", "=", "physical")]
        return action | {"domain": domain}
