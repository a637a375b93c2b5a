import io
import json
import zipfile
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .common import ServiceCustomerCommon


@tagged("post_install", "-at_install")
class TestPrivacy(ServiceCustomerCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = new_test_user(
            cls.env,
            "service_admin",
            groups="service_customer.group_service_administrator",
            name="Ewa Admin",
        )
        cls.person.write({"name": "Anna Kos", "phone": "+48 600 100 200", "comment": "Likes tea"})
        cls.membership = cls._create_membership("user", locations=cls.site)
        cls.successor = cls.env["res.partner"].create(
            {"name": "Jan Lis", "parent_id": cls.customer.id, "email": "jan@odra.example"}
        )
        cls.message = cls.customer.message_post(
            body="The gate is closed on Fridays",
            author_id=cls.person.id,
            email_from='"Anna Kos" <anna@odra.example>',
            message_type="comment",
        )

    def _wizard(self, user=None, person=None):
        wizards = self.env["service.privacy"].with_user(user or self.administrator)
        return wizards.create({"partner_id": (person or self.person).id})

    # --- export ---

    def _export(self):
        content = self.person.with_user(self.administrator)._service_export_person()
        archive = zipfile.ZipFile(io.BytesIO(content))
        return archive, json.loads(archive.read("person.json"))

    def test_export_holds_everything_about_the_person(self):
        self.env["ir.attachment"].create(
            {
                "name": "id/card.txt",
                "raw": b"card",
                "res_model": "res.partner",
                "res_id": self.person.id,
            }
        )
        self.site.service_contact_id = self.person
        archive, told = self._export()
        self.assertEqual(told["contact"]["name"], "Anna Kos")
        self.assertEqual(told["contact"]["phone"], "+48 600 100 200")
        self.assertEqual(
            [(row["role"], row["scope"]) for row in told["roles"]], [("user", "Site A")]
        )
        self.assertEqual([row["login"] for row in told["accounts"]], ["service_person"])
        self.assertIn("The gate is closed", told["messages"][0]["text"])
        self.assertEqual(
            told["documents"]["res.partner.service_contact_id"], [self.site.display_name]
        )
        self.assertEqual([archive.read(name) for name in told["files"]], [b"card"])

    def test_export_tells_nothing_about_others(self):
        self.customer.message_post(body="Secret of Jan", author_id=self.successor.id)
        _archive, told = self._export()
        words = json.dumps(told)
        self.assertNotIn("Secret of Jan", words)
        self.assertNotIn("jan@odra.example", words)

    def test_export_is_downloaded_by_its_administrator_only(self):
        wizard = self._wizard()
        url = wizard.action_export()["url"]
        self.authenticate("service_admin", "service_admin")
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("person.json", zipfile.ZipFile(io.BytesIO(answer.content)).namelist())
        for login in ("service_manager", "service_person"):
            self.authenticate(login, login)
            self.assertNotEqual(self.url_open(url).status_code, 200, login)

    def test_only_administrators_may(self):
        for user in (self.manager, self.dispatcher, self.technician, self.portal_user):
            with self.assertRaises(AccessError):
                self._wizard(user)
            with self.assertRaises(AccessError):
                self.person.with_user(user)._service_export_person()
            with self.assertRaises(AccessError):
                self.person.with_user(user)._service_forget()

    # --- forgetting ---

    def test_preview_says_what_will_change_and_changes_nothing(self):
        wizard = self._wizard()
        self.assertIn(f"Removed person {self.person.id}", wizard.preview)
        self.assertIn("service_person", wizard.preview)
        self.assertIn("Roles that end: 1.", wizard.preview)
        self.assertIn("without name and address: 1.", wizard.preview)
        self.assertFalse(wizard.refusal)
        self.assertEqual(self.person.name, "Anna Kos")

    def test_forgotten_person_leaves_text_but_no_trace(self):
        self.person.image_1920 = (
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
            "rkJggg=="
        )
        self.portal_user.signature = "<p>Anna</p>"
        self.env["res.users.apikeys"].with_user(self.portal_user).sudo()._generate(
            "rpc", "mine", fields.Datetime.now() + timedelta(days=1)
        )
        self.membership.date_from = fields.Date.today() - timedelta(days=30)
        self.person._message_log(body="Portal Access Granted (anna@odra.example)")
        self._wizard().action_forget()
        self.env.invalidate_all()
        name = f"Removed person {self.person.id}"
        self.assertRecordValues(
            self.person,
            [
                {
                    "name": name,
                    "email": False,
                    "phone": False,
                    "comment": False,
                    "image_1920": False,
                    "active": False,
                    "parent_id": self.customer.id,
                }
            ],
        )
        self.assertTrue(self.person.service_forgotten_on)
        self.assertRecordValues(
            self.portal_user,
            [{"active": False, "login": f"removed-{self.portal_user.id}"}],
        )
        self.assertNotIn("Anna", self.portal_user.signature or "")
        self.assertFalse(self.portal_user.api_key_ids)
        self.assertEqual(self.membership.date_to, fields.Date.today() - timedelta(days=1))
        self.assertIn("The gate is closed on Fridays", self.message.body)
        self.assertRecordValues(
            self.message, [{"author_id": self.person.id, "email_from": False, "reply_to": False}]
        )
        self.assertEqual(self.message.author_id.display_name.count("Anna"), 0)
        self.assertFalse(self._find_traces("Anna Kos"))
        self.assertFalse(self._find_traces("anna@odra.example"))
        self.assertEqual(self.customer.name, "Odra")
        self.assertEqual(self.customer.street, "Krakowska 1")

    def _find_traces(self, words):
        """Columns of the database in which the words still stand."""
        self.env.flush_all()
        found = []
        for table, column in self._text_columns():
            self.env.cr.execute(
                f'SELECT 1 FROM "{table}" WHERE "{column}"::text ILIKE %s LIMIT 1',  # noqa: S608
                [f"%{words}%"],
            )
            if self.env.cr.fetchone():
                found.append((table, column))
        return found

    def _text_columns(self):
        """(table, column) of what can hold words."""
        self.env.cr.execute(
            """SELECT c.table_name, c.column_name
                 FROM information_schema.columns c
                 JOIN information_schema.tables t USING (table_schema, table_name)
                WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
                  AND c.data_type IN ('character varying', 'text', 'jsonb')"""
        )
        return self.env.cr.fetchall()

    def test_old_values_in_the_contacts_own_chatter_go_too(self):
        note = self.person._message_log(
            body="E-mail changed",
            tracking_value_ids=[
                Command.create(
                    {
                        "field_id": self.env.ref("base.field_res_partner__email").id,
                        "old_value_char": "old@odra.example",
                        "new_value_char": "anna@odra.example",
                    }
                )
            ],
        )
        self.assertTrue(self._find_traces("old@odra.example"))
        self.person.with_user(self.administrator)._service_forget()
        self.assertTrue(note.exists())
        self.assertFalse(self._find_traces("old@odra.example"))

    def test_a_role_to_come_goes_too(self):
        self.membership.date_from = fields.Date.today() + timedelta(days=3)
        self.person.with_user(self.administrator)._service_forget()
        self.assertFalse(self.membership.exists())

    def test_companies_and_places_are_no_persons(self):
        ours = self.env.company.partner_id
        for partner in (ours, self.customer, self.site):
            with self.assertRefused("is not a person"):
                partner.with_user(self.administrator)._service_forget()
        ours.is_company = False
        with self.assertRefused("is not a person"):
            ours.with_user(self.administrator)._service_forget()
        self.assertIn("is not a person", self._wizard(person=self.customer).refusal)

    def test_who_works_here_is_not_forgotten(self):
        with self.assertRefused("works here. Archive the user account first"):
            self.technician.partner_id.with_user(self.administrator)._service_forget()
        self.technician.active = False
        self.technician.partner_id.with_user(self.administrator)._service_forget()
        self.assertFalse(self.technician.partner_id.email)

    def test_last_decision_maker_needs_a_word(self):
        self._create_membership("decision")
        wizard = self._wizard()
        self.assertEqual(wizard.bare_customers, "Odra")
        with self.assertRefused("Anna Kos is the last decision maker of Odra"):
            wizard.action_forget()
        self.assertEqual(self.person.name, "Anna Kos")
        wizard.confirmed = True
        wizard.action_forget()
        self.assertFalse(self.person.email)

    def test_one_of_two_decision_makers_goes_without_a_word(self):
        self._create_membership("decision")
        self._create_membership("decision", contact=self.successor)
        wizard = self._wizard()
        self.assertFalse(wizard.bare_customers)
        wizard.action_forget()
        self.assertFalse(self.person.email)

    def test_twice_is_refused_in_words(self):
        self.person.with_user(self.administrator)._service_forget()
        with self.assertRefused("is removed already"):
            self.person.with_user(self.administrator)._service_forget()

    # --- agreement and settings ---

    def test_agreement_on_personal_data_needs_its_date(self):
        customer = self.customer.with_user(self.dispatcher)
        with self.assertRefused("agreement of Odra has no date"):
            customer.service_agreement_number = "UP/1/2026"
        customer.write(
            {
                "service_agreement_number": "UP/1/2026",
                "service_agreement_date": "2026-02-01",
                "service_agreement_file": "cGRm",
                "service_agreement_filename": "umowa.pdf",
            }
        )
        self.assertEqual(customer.service_agreement_file, b"cGRm")
        self._create_membership("decision")
        for user in (self.technician, self.portal_user):
            with self.assertRaises(AccessError):
                self.customer.with_user(user).read(["service_agreement_file"])

    def test_addresses_of_visitors_go_after_the_days_set(self):
        limits = self.env["service.rate.limit"]
        row = limits.create({"name": "/page", "address": "192.0.2.1"})
        now = fields.Datetime.now()
        settings = self.env["res.config.settings"]
        for days, age, gone in ((5, 4, False), (5, 6, True), (0, 0, False), (0, 2, True)):
            row = row.exists() or limits.create({"name": "/page", "address": "192.0.2.1"})
            settings.create({"service_keep_address_days": days}).set_values()
            self.env.cr.execute(
                "UPDATE service_rate_limit SET create_date = %s WHERE id = %s",
                [now - timedelta(days=age, minutes=1), row.id],
            )
            row.invalidate_recordset()
            limits._gc_old()
            self.assertEqual(not row.exists(), gone, (days, age))
