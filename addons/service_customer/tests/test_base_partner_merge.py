from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user, tagged

from .common import ServiceCustomerCommon


@tagged("post_install", "-at_install")
class TestBasePartnerMerge(ServiceCustomerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.twin = cls.env["res.partner"].create(
            {"name": "Anna K.", "parent_id": cls.customer.id, "email": "anna@odra.example"}
        )

    def _merge(self, source, target):
        self.env["base.partner.merge.automatic.wizard"]._merge((source | target).ids, target)

    def test_people_keep_all_memberships(self):
        self._create_membership("user", locations=self.site)
        self._create_membership("user", locations=self.other_site, contact=self.twin)
        self._create_membership("decision", contact=self.twin)
        self._merge(self.twin, self.person)
        self.assertFalse(self.twin.exists())
        memberships = self.person.service_person_membership_ids.sorted("role")
        self.assertEqual(memberships.mapped("role"), ["decision", "user"])
        self.assertEqual(
            memberships[1].scope_location_ids,
            self.site | self.floor | self.room | self.other_site,
        )

    def test_merging_never_revives_an_ended_role(self):
        today = fields.Date.today()
        past = today - timedelta(days=9)
        self._create_membership("user", date_from=past, date_to=today - timedelta(days=1))
        self._create_membership("user", locations=self.site, contact=self.twin)
        self._merge(self.twin, self.person)
        self.assertRecordValues(
            self.person.service_person_membership_ids,
            [{"scope": "locations", "location_ids": self.site.ids, "date_from": today}],
        )

    def test_conflicting_roles_one_of_them_switched_off(self):
        """Rows switched off collide as well, and neither widen nor switch off what counts."""
        self._create_membership("user", active=False)
        self._create_membership("user", locations=self.site, contact=self.twin)
        self._create_membership("decision", active=False, contact=self.twin)
        self._merge(self.twin, self.person)
        rows = self.env["service.membership"].with_context(active_test=False)
        rows = rows.search([("contact_id", "=", self.person.id)], order="role")
        self.assertRecordValues(
            rows,
            [
                {"role": "decision", "active": False, "scope": "all"},
                {"role": "user", "active": True, "scope": "locations"},
            ],
        )
        self.assertEqual(rows[1].location_ids, self.site)

    def test_conflicting_dates_are_joined(self):
        today = fields.Date.today()
        self._create_membership("user", date_to=today + timedelta(days=9))
        self._create_membership("user", contact=self.twin, date_from=today - timedelta(days=9))
        self._merge(self.twin, self.person)
        self.assertRecordValues(
            self.person.service_person_membership_ids,
            [{"date_from": today - timedelta(days=9), "date_to": False}],
        )

    def test_merging_closes_no_account(self):
        """The row that goes is not the last role: its twin stays with the person."""
        self._create_membership("user", contact=self.twin)
        twin_user = new_test_user(
            self.env, "service_twin", groups="base.group_portal", partner_id=self.twin.id
        )
        plain = self.env["res.partner"].create(
            {"name": "Anna", "parent_id": self.customer.id, "email": "anna@odra.example"}
        )
        self._create_membership("user", contact=plain)
        self._merge(self.twin, plain)
        self.assertEqual(twin_user.partner_id, plain)
        self.assertTrue(twin_user.active)
        self.assertTrue(twin_user._is_portal())
        self.assertEqual(plain.service_person_membership_ids.role, "user")

    def test_customers_with_the_same_person_and_several_roles(self):
        """Merging two customers at which a person has conflicting and other roles."""
        self._create_membership("user", locations=self.site)
        self._create_membership("user", customer=self.other_customer)
        self._create_membership("accounting", customer=self.other_customer)
        self._merge(self.other_customer, self.customer)
        self.assertRecordValues(
            self.customer.service_membership_ids.sorted("role"),
            [
                {"role": "accounting", "scope": "all", "location_ids": []},
                {"role": "user", "scope": "all", "location_ids": []},
            ],
        )

    def test_user_of_the_merged_contact_is_judged_by_memberships(self):
        self._create_membership("user", locations=self.site, contact=self.twin)
        user = new_test_user(
            self.env, "service_twin", groups="base.group_portal", partner_id=self.twin.id
        )
        plain = self.env["res.partner"].create(
            {"name": "Anna", "parent_id": self.customer.id, "email": "anna@odra.example"}
        )
        self.assertFalse(self.other_site.with_user(user).has_access("read"))
        self._merge(self.twin, plain)
        self.assertEqual(user.partner_id, plain)
        self.assertTrue(plain.service_has_membership)
        self.assertTrue(self.site.with_user(user).has_access("read"))
        self.assertFalse(self.other_site.with_user(user).has_access("read"))

    def test_customers_keep_locations_memberships_and_names(self):
        self._create_membership("user", locations=self.site)
        self._create_membership("user", locations=self.foreign_site, customer=self.other_customer)
        self._merge(self.other_customer, self.customer)
        membership = self.customer.service_membership_ids
        self.assertRecordValues(
            membership, [{"contact_id": self.person.id, "role": "user", "scope": "locations"}]
        )
        self.assertEqual(membership.location_ids, self.site | self.foreign_site)
        self.assertIn(self.room, membership.scope_location_ids)
        self.assertRecordValues(
            self.foreign_site,
            [
                {
                    "parent_id": self.customer.id,
                    "commercial_partner_id": self.customer.id,
                    "complete_name": "Odra, Office",
                }
            ],
        )

    def test_locations_of_one_customer_merge(self):
        membership = self._create_membership("user", locations=self.other_site)
        self._merge(self.site, self.other_site)
        self.assertEqual(membership.scope_location_ids, self.other_site | self.floor | self.room)
        self.assertEqual(self.room.complete_name, "Odra, Site B / Floor 1 / Room 12")

    def test_locations_merge_with_nothing_else(self):
        for partner in (self.person, self.foreign_site):
            with self.assertRefused("only with locations of the same customer"):
                self._merge(self.site, partner)
