from odoo import api, fields, models


class ResPartner(models.Model):
    """How much an order may cost a customer before somebody there is asked."""

    _inherit = "res.partner"

    service_agreement_limit = fields.Float(
        "Costs Nobody Is Asked About",
        company_dependent=True,
        groups="base.group_user",
        help="An order may cost the customer so much, without tax, before one of its decision "
        "makers is asked. 0: each cost is to be agreed.",
    )


class ResConfigSettings(models.TransientModel):
    """The limit of customers who have none of their own."""

    _inherit = "res.config.settings"

    service_agreement_limit = fields.Monetary(
        "Costs Nobody Is Asked About",
        currency_field="company_currency_id",
        compute="_compute_service_agreement_limit",
        inverse="_inverse_service_agreement_limit",
        readonly=False,
    )

    @api.depends("company_id")
    def _compute_service_agreement_limit(self):
        for settings in self:
            partners = self.env["res.partner"].with_company(settings.company_id)
            field = partners._fields["service_agreement_limit"]
            settings.service_agreement_limit = field.get_company_dependent_fallback(partners)

    def _inverse_service_agreement_limit(self):
        for settings in self:
            self.env["ir.default"].set(
                "res.partner",
                "service_agreement_limit",
                settings.service_agreement_limit,
                company_id=settings.company_id.id,
            )
