from odoo import Command
from odoo.tests import tagged

from odoo.addons.service_billing.tests.common import ServiceBillingCommon


@tagged("post_install", "-at_install")
class TestSaleSecurity(ServiceBillingCommon):
    def test_sales_are_for_decision_makers(self):
        sale = (
            self.env["sale.order"]
            .sudo()
            .create(
                {
                    "partner_id": self.customer.id,
                    "order_line": [Command.create({"product_id": self.pages.id})],
                    "state": "sent",
                }
            )
        )
        for role in ("decision", "user", "accounting"):
            person = self._person(role, login=f"sale_{role}")
            person.partner_id.parent_id = self.customer
            for records in (sale, sale.order_line):
                found = records.with_user(person).search([("id", "in", records.ids)])
                self.assertEqual(bool(found), role == "decision", (role, records._name))
