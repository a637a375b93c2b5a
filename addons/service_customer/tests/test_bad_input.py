from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .common import ServiceCustomerCommon


@tagged("post_install", "-at_install")
class TestBadInput(ServiceCustomerCommon):
    """What people mistype is refused in a sentence, and nothing is lost."""

    # --- postal codes ---

    def test_polish_postal_codes_are_stored_in_one_form(self):
        for typed in ("00950", "00 950", "00-950", " 00950 "):
            self.customer.zip = typed
            self.assertEqual(self.customer.zip, "00-950", typed)
        created = self._create_customer("New", zip="55200")
        self.assertEqual(created.zip, "55-200")

    def test_wrong_shape_is_refused_and_says_the_right_one(self):
        for typed in ("0095", "00-95", "009500", "AB-CDE", "00_950"):
            with self.assertRefused(f"“{typed}” is not a postal code. Type it as NN-NNN"):
                self.customer.zip = typed
        self.assertEqual(self.customer.zip, "50-001")
        with self.assertRefused("is not a postal code"):
            self._create_customer("New", zip="5520")

    def test_sentence_is_polish_for_poles(self):
        self.env["res.lang"]._activate_lang("pl_PL")
        with self.assertRefused("nie jest kodem pocztowym. Wpisz go w postaci NN-NNN"):
            self.customer.with_context(lang="pl_PL").zip = "5"

    def test_codes_of_other_countries_are_left_alone(self):
        germany = self.env.ref("base.de")
        self.customer.write({"country_id": germany.id, "zip": "10115"})
        self.assertEqual(self.customer.zip, "10115")
        nowhere = self.env["res.partner"].create({"name": "X", "zip": "1011 AB"})
        self.assertEqual(nowhere.zip, "1011 AB")
        with self.assertRefused("is not a postal code"):
            nowhere.country_id = self.poland
        nowhere.zip = "00950"
        nowhere.country_id = self.poland
        self.assertEqual(nowhere.zip, "00-950")

    def test_location_is_in_the_country_of_its_customer(self):
        self.site.write({"zip": "00950", "country_id": False})
        self.assertEqual(self.site.zip, "00-950")
        with self.assertRefused("is not a postal code"):
            self.floor.zip = "950"

    def test_form_tidies_while_typing(self):
        with Form(self.customer) as form:
            form.zip = "00950"
            self.assertEqual(form.zip, "00-950")

    # --- a location in itself ---

    def test_location_never_lies_in_itself(self):
        for parent in (self.room, self.floor, self.site):
            with self.assertRefused("Site A can't be moved into .* Choose a place outside of it"):
                self.site.parent_id = parent
        self.assertEqual(self.site.parent_id, self.customer)
        self.assertEqual(self.room.service_location_path, "Site A / Floor 1 / Room 12")

    # --- the last decision maker ---

    def test_last_decision_maker_is_missed_aloud(self):
        membership = self._create_membership("decision")
        twin = self._create_membership("decision", contact=self.manager.partner_id)
        before = self.customer.message_ids
        twin.unlink()
        self.assertNotIn("Nobody decides now", self._new_words(before))
        membership.role = "user"
        self.assertIn("Nobody decides now at Odra", self._new_words(before))
        self.assertTrue(membership.exists())

    def _new_words(self, before):
        return " ".join((self.customer.message_ids - before).mapped("body"))

    # --- an e-mail used by two people ---

    def test_two_people_with_one_address_are_not_both_invited(self):
        people = self.env["res.partner"].create(
            [
                {"name": name, "parent_id": self.customer.id, "email": "office@odra.example"}
                for name in ("Ewa", "Olga")
            ]
        )
        for person in people:
            self._create_membership("user", contact=person)
        action = people[0].service_person_membership_ids.action_invite()
        wizard = self.env["portal.wizard"].browse(action["res_id"])
        wizard.user_ids.action_grant_access()
        self.assertEqual(people[0].user_ids.login, "office@odra.example")
        action = people[1].service_person_membership_ids.action_invite()
        wizard = self.env["portal.wizard"].browse(action["res_id"])
        self.assertEqual(wizard.user_ids.email_state, "exist")
        with self.assertRefused("Olga.* has the same email as an existing user"):
            wizard.user_ids.action_grant_access()
        self.assertFalse(people[1].user_ids)
        self.assertEqual(len(people.service_person_membership_ids), 2)

    # --- the mark on a tax number ---

    def test_mark_is_logged_and_stops_invoices_with_a_sentence(self):
        self.assertEqual(self.customer._service_get_vat_problem(), "")
        before = self.customer.message_ids
        self.customer.write({"vat": "1234563218", "service_vat_unverified": True})
        self.assertIn("1234563218 was accepted without verification", self._new_words(before))
        for partner in (self.customer, self.person, self.site):
            problem = partner.with_user(self.technician)._service_get_vat_problem()
            self.assertIn("1234563218 of Odra is not verified", problem)
        self.customer.service_vat_unverified = False
        self.assertIn("1234563218 is checked again", self._new_words(before))
        self.assertEqual(self.customer._service_get_vat_problem(), "")
        marked = self._create_customer("New", vat="1", service_vat_unverified=True)
        self.assertIn("was accepted without", " ".join(marked.message_ids.mapped("body")))

    def test_location_without_name_is_refused(self):
        with self.assertRaises(ValidationError):
            self._create_location(" ", self.customer)
