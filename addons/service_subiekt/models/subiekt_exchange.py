from odoo import models


class SubiektExchange(models.Model):
    _inherit = "subiekt.exchange"

    def _on_document_matched(self, header):
        # EXTENDS 'connector_subiekt': the settlement learns the number of its invoice.
        result = super()._on_document_matched(header)
        if self.res_model == "account.move":
            self.env["account.move"].browse(self.res_id)._receive_subiekt_number(self)
        return result
