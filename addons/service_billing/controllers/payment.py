from odoo.http import request

from odoo.addons.account_payment.controllers.payment import PaymentPortal


class ServicePaymentPortal(PaymentPortal):
    """Payment links: whoever is logged in pays what the roles open, whatever the link says."""

    def _get_extra_payment_form_values(self, invoice_id=None, **kwargs):
        # EXTENDS 'account_payment', which passes the document's own token on to the payer.
        if invoice_id and request.env.user._is_service_person():
            request.env["account.move"].browse(int(invoice_id)).check_access("read")
        return super()._get_extra_payment_form_values(invoice_id=invoice_id, **kwargs)
