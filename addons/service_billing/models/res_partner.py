from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    service_to_bill_count = fields.Integer(
        string="To Bill",
        compute="_compute_service_to_bill_count",
        groups="service_customer.group_service_dispatcher,service_customer.group_service_accounting",
    )

    def _compute_service_to_bill_count(self):
        counts = dict(
            self.env["service.charge"]._read_group(
                [("customer_id", "in", self.ids), ("state", "=", "to_bill")],
                ["customer_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.service_to_bill_count = counts.get(partner, 0)

    def action_open_service_charges(self):
        """Open the charges of this customer."""
        self.ensure_one()
        return self.env["service.charge"]._get_charges_action(customer_id=self.id)
