from odoo import api, models
from odoo.exceptions import ValidationError


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    @api.constrains("invoice_ids")
    def _check_invoices_may_be_paid_online(self):
        """Whatever way leads here (portal, payment link, a call by hand), the rule is one.

        :raise ValidationError: for a settlement, or a document that is not fiscally complete
        """
        for move in self.invoice_ids.filtered(lambda m: m.is_sale_document(include_receipts=True)):
            if not move._may_be_paid_online():
                raise ValidationError(move._get_online_payment_error())
