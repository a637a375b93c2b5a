from odoo import models


class ResCompany(models.Model):
    _inherit = "res.company"

    def write(self, vals):
        # EXTENDS 'service_billing': the connections of the company declare the same issuer.
        result = super().write(vals)
        if issuer := vals.get("service_issuer"):
            # Superuser: the company's setting decides, its writer need not manage connections.
            backends = self.env["subiekt.backend"].sudo().search([("company_id", "in", self.ids)])
            backends.filtered(lambda one: one.issuer != issuer).issuer = issuer
        return result
