from odoo import models


class SubiektExchange(models.Model):
    _inherit = "subiekt.exchange"

    def action_open_shared_cards(self):
        """Open the customers with cards in this Subiekt that share a tax number, to join them."""
        self.ensure_one()
        bindings = self.env["subiekt.binding"].search(
            [("backend_id", "=", self.backend_id.id), ("kind", "=", "partner")]
        )
        domain = [("id", "in", bindings.mapped("res_id"))]
        return self.env["res.partner"].action_open_service_shared_vat(domain)

    def _process_file(self, file):
        # EXTENDS 'connector_subiekt': say which cards may be one customer; people decide.
        result = super()._process_file(file)
        shared = self.env["res.partner"].search(self.action_open_shared_cards()["domain"])
        for vat, partners in shared.grouped("vat").items():
            self._say(
                self.env._(
                    "%(count)s customers share the tax number %(vat)s. They may be one customer"
                    " with locations: see Cards with One Tax Number.",
                    count=len(partners),
                    vat=vat,
                ),
                "info",
            )
        return result
