from datetime import timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ServiceCustomerCommon


@tagged("post_install", "-at_install")
class TestServiceMembership(ServiceCustomerCommon):
    def test_scope_has_all_descendants(self):
        membership = self._create_membership(locations=self.site)
        self.assertEqual(membership.scope_location_ids, self.site | self.floor | self.room)

    def test_scope_follows_new_and_moved_locations(self):
        membership = self._create_membership(locations=self.site)
        cellar = self._create_location("Cellar", self.site)
        self.assertIn(cellar, membership.scope_location_ids)
        self.floor.parent_id = self.other_site
        self.assertEqual(membership.scope_location_ids, self.site | cellar)
        self.floor.parent_id = cellar
        self.assertIn(self.room, membership.scope_location_ids)

    def test_moving_a_location_needs_no_right_on_memberships(self):
        membership = self._create_membership(locations=self.other_site)
        mover = self.env["res.users"].create(
            {
                "name": "Mover",
                "login": "service_mover",
                "group_ids": [
                    (
                        6,
                        0,
                        [
                            self.env.ref("base.group_user").id,
                            self.env.ref("base.group_partner_manager").id,
                        ],
                    )
                ],
            }
        )
        self.floor.with_user(mover).parent_id = self.other_site
        self.assertIn(self.room, membership.scope_location_ids)

    def test_dispatcher_invites_the_person_to_the_panel(self):
        membership = self._create_membership().with_user(self.dispatcher)
        action = membership.action_invite()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(wizard.user_ids.partner_id, self.person)

    def test_locations_belong_to_the_customer(self):
        with self.assertRefused("not a location of Odra"):
            self._create_membership(locations=self.foreign_site)
        with self.assertRefused("at least one location"):
            self._create_membership(scope="locations")
        with self.assertRefused("not a customer"):
            self._create_membership(customer=self.site)
        with self.assertRefused("not a person"):
            self._create_membership(contact=self.other_customer)

    def test_one_row_per_person_customer_and_role(self):
        self._create_membership("user")
        self._create_membership("decision")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._create_membership("user", locations=self.site)

    def test_in_force_by_dates(self):
        today = fields.Date.today()
        day = timedelta(days=1)
        rows = [
            self._create_membership("user", date_from=today - 9 * day, date_to=today),
            self._create_membership("decision", date_from=today - 9 * day, date_to=today - day),
            self._create_membership("accounting", date_from=today + day),
        ]
        self.assertEqual([row.is_live for row in rows], [True, False, False])
        found = self.env["service.membership"].search(
            [("is_live", "=", True), ("contact_id", "=", self.person.id)]
        )
        self.assertEqual(found, rows[0])
        ended = self.env["service.membership"].search(
            [("is_live", "=", False), ("contact_id", "=", self.person.id)]
        )
        self.assertEqual(ended, rows[1] | rows[2])

    def test_the_day_is_the_users_one(self):
        """Half an hour before midnight in Greenwich the next day has begun in Poland."""
        begins = self._create_membership("user", date_from="2026-07-11")
        ends = self._create_membership("decision", date_from="2026-07-01", date_to="2026-07-10")
        for zone, live in (("UTC", ends), ("Europe/Warsaw", begins)):
            with self.subTest(zone=zone), freeze_time("2026-07-10 23:30:00"):
                rows = (begins | ends).with_context(tz=zone)
                self.assertEqual(rows.filtered("is_live"), live)
                self.assertEqual(rows.filtered_domain([("is_live", "=", True)]), live)
                self.assertEqual(
                    rows.search([("id", "in", rows.ids), ("is_live", "=", True)]), live
                )
                person = self.person.with_context(tz=zone)
                self.assertEqual(person._service_live_memberships(), live)

    def test_every_change_is_on_the_customers_chatter(self):
        self.customer.message_ids.unlink()
        membership = self._create_membership(locations=self.site)
        membership.location_ids = self.other_site
        membership.unlink()
        bodies = [str(message.body) for message in self.customer.message_ids.sorted("id")]
        self.assertEqual(len(bodies), 3)
        self.assertIn("Role given", bodies[0])
        self.assertIn("Site A", bodies[0])
        self.assertIn("Role changed", bodies[1])
        self.assertIn("Site B", bodies[1])
        self.assertIn("Role taken away", bodies[2])

    def test_staff_rights(self):
        membership = self._create_membership()
        self.assertTrue(membership.with_user(self.technician).has_access("read"))
        for operation in ("write", "unlink"):
            with self.assertRaises(AccessError):
                membership.with_user(self.technician).check_access(operation)
            membership.with_user(self.dispatcher).check_access(operation)
        self.env["service.region"].with_user(self.manager).create({"name": "North"})
        with self.assertRaises(AccessError):
            self.env["service.region"].with_user(self.dispatcher).create({"name": "South"})

    def test_customers_are_grouped_by_the_roles_of_their_people(self):
        """Once under each role held today, however many people hold it, and found by it."""
        second = self.env["res.partner"].create({"name": "Jan", "parent_id": self.customer.id})
        self._create_membership(role="decision")
        self._create_membership(role="decision", contact=second)
        self._create_membership(role="accounting", contact=second)
        ended = self._create_membership(customer=self.other_customer, role="user")
        partners = self.env["res.partner"].with_user(self.technician)
        both = [("id", "in", (self.customer | self.other_customer).ids)]

        def groups():
            found = partners.formatted_read_group(both, ["service_role"], ["__count"])
            return {group["service_role"]: group["__count"] for group in found}

        self.assertEqual(groups(), {"accounting": 1, "decision": 1, "user": 1})
        ended.write({"date_from": "2020-01-01", "date_to": "2020-12-31"})
        self.assertEqual(groups(), {"accounting": 1, "decision": 1, False: 1})
        for role, customer in (
            ("decision", self.customer),
            ("user", partners),
            (False, self.other_customer),
        ):
            found = partners.search([*both, ("service_role", "=", role)])
            self.assertEqual(found, customer, role)
        self.env["res.lang"]._activate_lang("pl_PL")
        polish = partners.with_context(lang="pl_PL").fields_get(["service_role"])
        labels = dict(polish["service_role"]["selection"])
        roles = self.env["service.membership"].with_context(lang="pl_PL").fields_get(["role"])
        self.assertEqual(labels, dict(roles["role"]["selection"]))
        self.assertTrue(partners.fields_get(["service_role"])["service_role"]["groupable"])
