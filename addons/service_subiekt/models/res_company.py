from odoo import models


class ResCompany(models.Model):
    _inherit = "res.company"

    def write(self, vals):
        # EXTENDS 'service_billing': the connections of the company declare the same issuer.
        result = super().write(vals)
        if "service_issuer" in vals:
            # Superuser: the company's setting decides, its writer need not manage connections.
            backends = self.env["subiekt.backend"].sudo().search([("company_id", "in", self.ids)])
            others = backends.filtered(lambda b: b.issuer != vals["service_issuer"])
            others.write({"issuer": vals["service_issuer"]})
        return result
