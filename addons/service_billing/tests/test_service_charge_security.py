from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ServiceBillingCommon

# role: (read, write, create, unlink)
STAFF = {
    "technician": (False, False, False, False),
    "warehouse": (False, False, False, False),
    "dispatcher": (True, False, False, False),
    "manager": (True, True, True, True),
    "accounting": (True, True, True, True),
    "administrator": (True, True, True, True),
}


@tagged("post_install", "-at_install")
class TestServiceChargeSecurity(ServiceBillingCommon):
    def test_staff(self):
        charge = self._charge()
        for role, rights in STAFF.items():
            own = charge.with_user(self._staff(role))
            for operation, allowed in zip(
                ("read", "write", "create", "unlink"), rights, strict=True
            ):
                with self.subTest(role=role, operation=operation):
                    self.assertEqual(own.has_access(operation), allowed)

    def test_customer_people_see_no_charges(self):
        charge = self._charge()
        for role in ("decision", "user", "accounting"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                charge.with_user(self._person(role)).read(["name"])

    def test_export(self):
        """The right to export is core's own: with it accounting takes charges to a spreadsheet."""
        charge = self._charge()
        accountant = self._staff("accounting")
        own = charge.with_user(accountant)
        with self.assertRaises(UserError):
            own.export_data(["name", "amount"])
        accountant.group_ids += self.env.ref("base.group_allow_export")
        self.assertEqual(
            own.export_data(["name", "amount"])["datas"], [[charge.name, charge.amount]]
        )

    def test_other_company(self):
        other = self.setup_other_company()["company"]
        charge = self._charge(company_id=other.id, product_id=False)
        self.assertFalse(charge.with_user(self._staff("accounting")).has_access("read"))

    def test_dispatcher_reads_the_list(self):
        """The list opens for a dispatcher, who may not read invoices."""
        self._posted()
        dispatcher = self._staff("dispatcher")
        charges = self.env["service.charge"].with_user(dispatcher).search([])
        views = charges.get_views([(False, "list"), (False, "form")])["views"]
        for view in views.values():
            self.assertNotIn('name="move_id"', view["arch"])
            self.assertNotIn("action_bill", view["arch"])
        self.assertTrue(charges.web_read({"name": {}, "state": {}, "partner_id": {}}))

    def test_dispatcher_may_not_bill(self):
        charge = self._charge().with_user(self._staff("dispatcher"))
        with self.assertRaises(AccessError):
            charge.action_bill()

    def test_technician_sees_no_invoices(self):
        technician = self._staff("technician")
        self.assertFalse(self.env["account.move"].with_user(technician).has_access("read"))

    def test_role_decides_about_invoices(self):
        """Accounting contacts see the customer's invoices and no others; the other roles none."""
        mine, other = self._posted(), self._posted(customer_id=self.stranger.id)
        expected = {"decision": False, "user": False, "accounting": True}
        for role, allowed in expected.items():
            moves = self.env["account.move"].with_user(self._person(role))
            lines = self.env["account.move.line"].with_user(moves.env.user)
            with self.subTest(role=role):
                found = moves.search([("id", "in", (mine + other).ids)])
                self.assertEqual(found.ids, mine.ids if allowed else [])
                domain = [("move_id", "in", (mine + other).ids)]
                self.assertEqual(lines.search(domain).move_id.ids, mine.ids if allowed else [])
                self.assertEqual(mine.with_user(moves.env.user).has_access("read"), allowed)
                self.assertFalse(other.with_user(moves.env.user).has_access("read"))
                self.assertFalse(mine.with_user(moves.env.user).has_access("write"))

    def test_accounting_contact_of_two_customers(self):
        user = self._person("accounting")
        other = self._posted(customer_id=self.stranger.id)
        self.assertFalse(other.with_user(user).has_access("read"))
        self.env["service.membership"].create(
            {
                "contact_id": user.partner_id.id,
                "customer_id": self.stranger.id,
                "role": "accounting",
            }
        )
        self.assertTrue(other.with_user(user).has_access("read"))
        draft = self._charge(customer_id=self.stranger.id)._bill()
        self.assertFalse(draft.with_user(user).has_access("read"))

    def test_losing_the_last_role_never_widens(self):
        user = self._person("accounting")
        move = self._posted()
        self.assertTrue(move.with_user(user).has_access("read"))
        self.env["service.membership"].search([("contact_id", "=", user.partner_id.id)]).unlink()
        self.assertFalse(move.with_user(user).has_access("read"))

    def test_plain_portal_user_keeps_the_core_rule(self):
        user = self._user("billing_plain", "base.group_portal")
        user.partner_id.parent_id = self.customer
        mine, other = self._posted(), self._posted(customer_id=self.stranger.id)
        self.assertTrue(mine.with_user(user).has_access("read"))
        self.assertFalse(other.with_user(user).has_access("read"))

    def test_balances_are_not_searched_by_those_who_may_not_read_them(self):
        person = self._person("user", login="balance_person")
        partners = self.env["res.partner"].with_user(person)
        for name in ("credit", "debit"):
            with self.assertRaises(AccessError):
                partners.search([(name, ">", 0)])
