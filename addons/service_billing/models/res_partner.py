from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    service_to_bill_count = fields.Integer(
        string="To Bill",
        compute="_compute_service_to_bill_count",
        groups="service_customer.group_service_dispatcher,service_customer.group_service_accounting",
    )

    service_balance_known = fields.Boolean(
        compute="_compute_service_balance_known",
        help="Invoices paid elsewhere stay open here: only the issuer's books know the balance.",
    )

    @api.depends_context("company")
    def _compute_service_balance_known(self):
        self.service_balance_known = self.env.company.service_issuer != "external"

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

    def action_open_service_balance(self):
        """Open the customer's invoices that are not paid in full."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )
        return dict(
            action,
            domain=[
                ("commercial_partner_id", "=", self.commercial_partner_id.id),
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("state", "=", "posted"),
                ("payment_state", "in", ("not_paid", "partial", "in_payment")),
            ],
            context={"default_move_type": "out_invoice", "default_partner_id": self.id},
        )
