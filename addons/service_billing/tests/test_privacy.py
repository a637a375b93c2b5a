from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import ServiceBillingCommon


@tagged("post_install", "-at_install")
class TestPrivacy(ServiceBillingCommon):
    """Invoices outlive forgotten people; numbers nobody could verify are marked, not lost."""

    def test_posted_invoice_keeps_the_words_it_was_issued_with(self):
        person = self._person("accounting").partner_id
        person.write({"type": "invoice", "name": "Anna Kos"})
        charge = self._charge()
        move = charge._bill()
        move.partner_id = person
        move.action_post()
        names = ["partner_id", "commercial_partner_id", "invoice_partner_display_name", "name"]
        self.env.flush_all()
        before = move.read(names)
        self.assertIn("Anna Kos", move.invoice_partner_display_name)
        person._service_forget()
        self.env.invalidate_all()
        after = move.read(names)
        self.assertEqual(
            [before[0][name] for name in names[2:]], [after[0][name] for name in names[2:]]
        )
        self.assertEqual(move.partner_id, person)
        self.assertEqual(move.commercial_partner_id, self.customer)
        self.assertEqual(charge.state, "billed")
        self.assertNotIn("Anna", person.display_name)

    def test_who_buys_in_person_is_kept_with_the_invoices(self):
        buyer = self.env["res.partner"].create(
            {"name": "Jan Lis", "country_id": self.customer.country_id.id}
        )
        self._posted(customer_id=buyer.id)
        with self.assertRaisesRegex(UserError, "Jan Lis has invoices as a customer"):
            buyer._service_forget()
        self.assertEqual(buyer.name, "Jan Lis")

    def test_wrong_tax_number_is_refused_unless_marked(self):
        wrong, right = "PL1234567890", "PL1234563218"
        if self.env["ir.module.module"]._get("base_vat").state != "installed":
            self.skipTest("base_vat checks tax numbers")
        self.customer.vat = right
        with self.assertRaisesRegex(ValidationError, "1234567890"), self.env.cr.savepoint():
            self.customer.vat = wrong
        self.assertIn("1234563218", self.customer.vat)
        self.customer.write({"vat": wrong, "service_vat_unverified": True})
        self.assertIn("1234567890", self.customer.vat)
        self.assertIn(self.customer.vat, self.customer._service_get_vat_problem())
        child = self.env["res.partner"].create({"name": "Ewa", "parent_id": self.customer.id})
        self.assertEqual(child.vat, self.customer.vat)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.customer.service_vat_unverified = False
        self.customer.write({"vat": right, "service_vat_unverified": False})
        self.assertEqual(self.customer._service_get_vat_problem(), "")
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.stranger.vat = wrong

    def test_marked_number_on_creation(self):
        new = self.env["res.partner"].create(
            {
                "name": "New",
                "is_company": True,
                "country_id": self.customer.country_id.id,
                "vat": "PL1234567890",
                "service_vat_unverified": True,
            }
        )
        self.assertIn("1234567890", new.vat)
        self.assertIn("accepted without verification", " ".join(new.message_ids.mapped("body")))
