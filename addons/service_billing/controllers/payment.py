from odoo.exceptions import ValidationError
from odoo.http import request, route

from odoo.addons.account_payment.controllers.payment import PaymentPortal


class ServicePaymentPortal(PaymentPortal):
    """Payment links: whoever is logged in pays what the roles open, whatever the link says."""

    def _get_extra_payment_form_values(self, invoice_id=None, **kwargs):
        # EXTENDS 'account_payment', which passes the document's own token on to the payer.
        if invoice_id and request.env.user._is_service_person():
            request.env["account.move"].browse(int(invoice_id)).check_access("read")
        return super()._get_extra_payment_form_values(invoice_id=invoice_id, **kwargs)

    @route()
    def overdue_invoices_transaction(self, *args, **kwargs):
        # EXTENDS 'account_payment', which would pay the debts of several customers as one.
        if self._is_overdue_mixed():
            raise ValidationError(
                request.env._(
                    "These invoices are of several companies. Pay them one by one: open an invoice"
                    " and press Pay Now."
                )
            )
        return super().overdue_invoices_transaction(*args, **kwargs)

    def _is_overdue_mixed(self):
        """:return: whether the person's late invoices have several payers, issuers or currencies"""
        invoices = request.env["account.move"]
        if not request.env.user._is_service_person() or not invoices.has_access("read"):
            return False
        late = invoices.search(self._get_overdue_invoices_domain())
        return len(late.grouped(lambda one: (one.partner_id, one.company_id, one.currency_id))) > 1
