from odoo.tests import Form, tagged

from .common import ServiceBillingCommon


@tagged("post_install", "-at_install")
class TestAccountant(ServiceBillingCommon):
    def test_accountant_without_a_service_role_is_not_hindered(self):
        """Our fields on invoices refuse nobody who works with invoices only."""
        accountant = self._user("billing_accountant", "account.group_account_invoice")
        with Form(
            self.env["account.move"]
            .with_user(accountant)
            .with_context(default_move_type="out_invoice")
        ) as form:
            form.partner_id = self.customer
            with form.invoice_line_ids.new() as line:
                line.product_id = self.pages
        invoice = form.save()
        self.assertTrue(invoice.read() and invoice.invoice_line_ids.read())
        invoice.action_post()
