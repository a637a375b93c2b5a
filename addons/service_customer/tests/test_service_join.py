from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import ServiceCustomerCommon

NIP = "8961423757"


@tagged("post_install", "-at_install")
class TestServiceJoin(ServiceCustomerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        common = {"vat": NIP, "city": "Wiśniowa"}
        cls.gmina = cls._create_customer("Gmina Wiśniowa", **common)
        cls.school = cls._create_location("Szkoła nr 1", cls.gmina)
        cls.same, cls.card, cls.other = (
            cls._create_customer(name, ref=ref, **common, street=street)
            for name, ref, street in (
                ("GMINA Wiśniowa", "GM", "Rynek 1"),
                ("Szkoła nr 1 w Wiśniowej", "SP1", "Szkolna 4"),
                ("Szkoła nr 2", "SP2", "Polna 2"),
            )
        )
        cls.teacher = cls.env["res.partner"].create({"name": "Jan", "parent_id": cls.card.id})
        cls.all = cls.gmina + cls.same + cls.card + cls.other

    def wizard(self, partners=None, user=None):
        context = {"active_model": "res.partner", "active_ids": (partners or self.all).ids}
        Join = self.env["service.join"].with_user(user or self.dispatcher)
        return Form(Join.with_context(**context))

    def test_customers_of_one_tax_number_are_listed(self):
        prefixed = self._create_customer("Filia", vat=f"PL{NIP}")
        action = self.env["res.partner"].action_open_service_shared_vat()
        found = self.env["res.partner"].search(action["domain"])
        self.assertEqual(found & (self.all + prefixed + self.customer), self.all + prefixed)

    def test_proposal_is_shown_before_anything_is_done(self):
        form = self.wizard()
        self.assertEqual(form.customer_id, self.gmina)
        lines = form.save().line_ids
        self.assertRecordValues(
            lines,
            [
                {"partner_id": self.same.id, "target": "customer", "location_id": False},
                {"partner_id": self.card.id, "target": "existing", "location_id": self.school.id},
                {"partner_id": self.other.id, "target": "new", "location_id": False},
            ],
        )
        self.assertTrue(all(self.all.mapped("active")))

    def test_joined_cards_become_locations_with_their_symbols_and_people(self):
        self.wizard().save().action_join()
        self.assertEqual(self.all.filtered("active"), self.gmina)
        schools = self.gmina.service_location_ids
        self.assertEqual(set(schools.mapped("ref")), {"SP1", "SP2"})
        self.assertEqual(self.gmina.ref, "GM")
        self.assertEqual(self.school.street, "Szkolna 4")
        self.assertEqual(self.teacher.parent_id, self.school)
        self.assertEqual(self.teacher.commercial_partner_id, self.gmina)

    def test_joined_cards_are_no_duplicates_of_the_customer(self):
        self.assertTrue(self.gmina.same_vat_partner_id)
        self.wizard().save().action_join()
        self.gmina.invalidate_recordset(["same_vat_partner_id"])
        self.assertFalse(self.gmina.same_vat_partner_id)
        self.assertEqual(self.gmina.vat, NIP)

    def test_customer_with_locations_or_roles_is_not_turned_into_a_location(self):
        self._create_location("Own", self.other)
        join = self.wizard(self.gmina + self.other).save()
        with self.assertRefused("Szkoła nr 2 has locations"):
            join.action_join()
        self.assertTrue(self.other.active)

    def test_location_of_another_customer_is_refused(self):
        join = self.wizard(self.gmina + self.card).save()
        join.line_ids.location_id = self.site
        with self.assertRefused("Choose a location of the customer"):
            join.action_join()

    def test_technicians_do_not_join(self):
        with self.assertRaises(AccessError):
            self.env["service.join"].with_user(self.technician).create(
                {"customer_id": self.gmina.id}
            )
