from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    service_to_bill_count = fields.Integer(
        string="To Bill",
        compute="_compute_service_to_bill_count",
        groups="service_customer.group_service_dispatcher,service_customer.group_service_accounting",
    )

    def _asset_difference_search(self, account_type, operator, operand):
        # EXTENDS 'account': searching by a balance tells it as surely as reading it.
        if not self.env.su:
            self._check_field_access(self._fields["credit"], "read")
        return super()._asset_difference_search(account_type, operator, operand)

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
        return self.env["service.charge"]._get_charges_action("customer_id", self)
