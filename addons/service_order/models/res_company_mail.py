from odoo import api, fields, models


class ResCompany(models.Model):
    """The address to which customers mail their requests."""

    _inherit = "res.company"

    service_order_alias_id = fields.Many2one(
        "mail.alias", "Alias of Requests", ondelete="set null", copy=False
    )
    service_order_alias_name = fields.Char(
        "Address for Requests",
        compute="_compute_service_order_alias_name",
        inverse="_inverse_service_order_alias_name",
        help="A mail to this address becomes an order. Empty: none does.",
    )

    @api.depends("service_order_alias_id.alias_name")
    def _compute_service_order_alias_name(self):
        for company in self:
            # sudo: who may change the settings need not be allowed to see all addresses.
            company.service_order_alias_name = company.sudo().service_order_alias_id.alias_name

    def _inverse_service_order_alias_name(self):
        # sudo: as above; core, too, keeps the addresses of its documents this way.
        for company in self.sudo():
            name, alias = company.service_order_alias_name, company.service_order_alias_id
            if alias:
                alias.alias_name = name
            elif name:
                company.service_order_alias_id = alias.create(
                    {
                        "alias_name": name,
                        "alias_domain_id": company.alias_domain_id.id,
                        "alias_model_id": self.env["ir.model"]._get_id("service.order"),
                        "alias_contact": "everyone",
                        "alias_defaults": repr({"company_id": company.id}),
                    }
                )


class ResConfigSettings(models.TransientModel):
    """The address to which customers mail their requests."""

    _inherit = "res.config.settings"

    service_order_alias_name = fields.Char(
        related="company_id.service_order_alias_name", readonly=False
    )
    service_order_alias_domain = fields.Char(
        "Mail Domain", related="company_id.alias_domain_id.name"
    )
