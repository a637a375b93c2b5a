import base64

from odoo import api, fields, models


class SubiektImport(models.TransientModel):
    """Import of a file exported from Subiekt: cards and prices, or issued invoices."""

    _name = "subiekt.import"
    _description = "Import from Subiekt"

    backend_id = fields.Many2one(
        "subiekt.backend",
        "Connection",
        required=True,
        default=lambda self: self._default_backend(),
        domain="[('company_id', 'in', allowed_company_ids)]",
        ondelete="cascade",
    )
    file = fields.Binary(required=True, attachment=False)
    filename = fields.Char()

    @api.model
    def _default_backend(self):
        return self.env["subiekt.backend"]._for_company(self.env.company)

    def action_import(self):
        """Import the file and open its exchange, which says what came of it."""
        self.ensure_one()
        exchange = self.backend_id._import_epp(
            base64.b64decode(self.file), self.filename or "export.epp"
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "subiekt.exchange",
            "res_id": exchange.id,
            "views": [(False, "form")],
        }
