from odoo import api, models


class SubiektBackend(models.Model):
    _inherit = "subiekt.backend"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS 'connector_subiekt': a new connection takes the company's issuer, or sets it.
        for vals in vals_list:
            company = self.env["res.company"].browse(vals.get("company_id")) or self.env.company
            vals.setdefault("issuer", company.service_issuer)
        backends = super().create(vals_list)
        backends._set_company_issuer()
        return backends

    def write(self, vals):
        # EXTENDS 'connector_subiekt'
        result = super().write(vals)
        if vals.keys() & {"issuer", "company_id"}:
            self._set_company_issuer()
        return result

    def _set_company_issuer(self):
        """Let billing know who issues the invoices."""
        for backend in self.filtered(lambda one: one.company_id.service_issuer != one.issuer):
            # Superuser: one setting in two places; whoever may change the connection may change it.
            backend.sudo().company_id.service_issuer = backend.issuer
