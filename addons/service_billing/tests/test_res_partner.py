from odoo.tests import tagged

from .common import ServiceBillingCommon


@tagged("post_install", "-at_install")
class TestResPartner(ServiceBillingCommon):
    def _card(self, role):
        partners = self.env["res.partner"].with_user(self._staff(role))
        return partners.get_view(self.env.ref("base.view_partner_form").id, "form")["arch"]

    def test_balance_is_for_accounting_only(self):
        self.assertIn("action_open_service_balance", self._card("accounting"))
        for role in ("technician", "dispatcher"):
            self.assertNotIn("action_open_service_balance", self._card(role))

    def test_balance_opens_what_is_not_paid(self):
        invoice = self._posted()
        customer = self.customer.with_user(self._staff("accounting"))
        self.assertEqual(customer.credit, invoice.amount_residual)
        action = customer.action_open_service_balance()
        self.assertEqual(self.env["account.move"].search(action["domain"]), invoice)

    def test_balance_is_unknown_when_another_program_issues(self):
        self.assertTrue(self.customer.service_balance_known)
        self.company.service_issuer = "external"
        self.customer.invalidate_recordset()
        self.assertFalse(self.customer.service_balance_known)
