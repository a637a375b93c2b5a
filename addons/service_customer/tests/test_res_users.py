from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import tagged

from .common import ServiceCustomerCommon


@tagged("post_install", "-at_install")
class TestResUsersNarrowing(ServiceCustomerCommon):
    """Every case is asked twice: by SQL (search) and by the rule on loaded records."""

    def _visible(self):
        """Locations the portal user sees; both ways must give the same."""
        everything = (
            self.site | self.floor | self.room | self.other_site | self.foreign_site
        ).with_user(self.portal_user)
        found = everything.search([("id", "in", everything.ids)])
        everything.invalidate_recordset()
        loaded = everything._filtered_access("read")
        self.assertEqual(found, loaded)
        return found.sudo().with_user(self.env.user)

    def test_portal_user_without_membership_has_cores_rule(self):
        self.assertFalse(self.portal_user._is_service_person())
        self.assertEqual(self._visible(), self.site | self.floor | self.room | self.other_site)

    def test_scope_whole_customer(self):
        self._create_membership()
        self.assertTrue(self.portal_user._is_service_person())
        self.assertEqual(self._visible(), self.site | self.floor | self.room | self.other_site)

    def test_scope_locations(self):
        membership = self._create_membership(locations=self.floor)
        self.assertEqual(self._visible(), self.floor | self.room)
        membership.location_ids = self.other_site
        self.assertEqual(self._visible(), self.other_site)

    def test_role_taken_away_counts_at_once_and_never_widens(self):
        membership = self._create_membership(locations=self.floor)
        self.assertTrue(self._visible())
        membership.unlink()
        self.assertFalse(self._visible())
        self.assertTrue(self.portal_user._is_service_person())
        partners = self.env["res.partner"].with_user(self.portal_user)
        self.assertEqual(partners.search([]).sudo(), (self.person | self.customer).sudo())

    def test_changes_need_no_cleared_cache(self):
        """Rule domains stay cached per user; what they find follows the rows."""
        to_come = fields.Date.today() + timedelta(days=1)
        self._create_membership("decision", date_from=to_come)  # keeps the account open
        membership = self._create_membership(locations=self.floor)
        self.assertEqual(self._visible(), self.floor | self.room)
        with patch.object(type(self.registry), "clear_cache", self.fail):
            membership.write({"scope": "all", "location_ids": False})
            self.assertEqual(self._visible(), self.site | self.floor | self.room | self.other_site)
            membership.customer_id = self.other_customer
            self.assertEqual(self._visible(), self.foreign_site)
            membership.active = False
            self.assertFalse(self._visible())
            membership.active = True
            self.assertTrue(self._visible())
            membership.unlink()
            self.assertFalse(self._visible())

    def test_locations_of_a_second_customer(self):
        """Core opens the own company only; the scope is the same at every customer."""
        self._create_membership("accounting")
        self._create_membership(customer=self.other_customer, locations=self.foreign_site)
        hidden = self._create_location("Annex", self.other_customer)
        self.assertIn(self.foreign_site, self._visible())
        self.assertFalse(hidden.with_user(self.portal_user).has_access("read"))
        self.assertFalse(self.foreign_site.with_user(self.portal_user).has_access("write"))

    def test_dates_cut(self):
        today = fields.Date.today()
        membership = self._create_membership(date_from=today - timedelta(days=3))
        self.assertTrue(self._visible())
        membership.date_to = today - timedelta(days=1)
        self.assertFalse(self._visible())
        membership.write({"date_to": False, "date_from": today + timedelta(days=1)})
        self.assertFalse(self._visible())

    def test_second_customer_is_opened(self):
        self._create_membership()
        self._create_membership("accounting", customer=self.other_customer)
        self.assertIn(self.foreign_site, self._visible())
        self.assertTrue(self.other_customer.with_user(self.portal_user).has_access("read"))
        self.assertFalse(self.other_customer.with_user(self.portal_user).has_access("write"))

    def test_narrow_by_role(self):
        Partner = self.env["res.partner"]
        self._create_membership("user", locations=self.site)
        narrow = self.portal_user._service_narrow

        def matching(domain):
            domain = Domain(domain)
            found = Partner.search(domain & Domain("type", "=", "location"))
            return found & (self.site | self.room | self.other_site)

        scoped = narrow("commercial_partner_id", "id", roles=("decision", "user"))
        self.assertEqual(matching(scoped), self.site | self.room)
        self.assertFalse(matching(narrow("commercial_partner_id", "id", roles=("accounting",))))
        self.assertFalse(matching(narrow("commercial_partner_id")))
        self.assertTrue(matching([("type", "=", "location"), *scoped]))

    def test_helpers_for_staff_and_strangers(self):
        stranger = self.env["res.users"].new({"partner_id": self.env["res.partner"].new({}).id})
        self.assertEqual(self.technician._service_narrow("customer_id"), [(1, "=", 1)])
        self.assertEqual(self.technician._service_grant("customer_id"), [(0, "=", 1)])
        self.assertEqual(self.portal_user._service_grant("customer_id"), [(0, "=", 1)])
        self.assertEqual(self.technician._service_roles(self.customer), set())
        self.assertFalse(stranger._is_service_person())
        self.assertFalse(self.env.ref("base.public_user")._is_service_person())

    def test_roles(self):
        self._create_membership("user")
        self._create_membership("decision", date_to=fields.Date.today())
        self._create_membership("accounting", customer=self.other_customer)
        self.assertEqual(self.portal_user._service_roles(self.customer), {"user", "decision"})
        self.assertEqual(self.portal_user._service_roles(self.other_customer), {"accounting"})

    def test_an_internal_user_with_a_membership_stays_internal(self):
        self._create_membership(contact=self.technician.partner_id)
        self.assertFalse(self.technician._is_service_person())

    def test_memberships_and_staff_notes_do_not_leak(self):
        membership = self._create_membership("decision")
        with self.assertRaises(AccessError):
            membership.with_user(self.portal_user).read(["role"])
        with self.assertRaises(AccessError):
            self.env["service.region"].with_user(self.portal_user).search([])
        for name in ("service_access_notes", "service_membership_ids", "service_has_membership"):
            with self.assertRaises(AccessError):
                self.site.with_user(self.portal_user).read([name])
