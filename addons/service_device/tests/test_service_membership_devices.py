from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import ServiceDeviceCommon


@tagged("post_install", "-at_install")
class TestServiceMembershipDevices(ServiceDeviceCommon):
    """The scope *listed devices* opens these devices, where they are now, and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        place = {"customer_id": cls.customer.id, "location_id": cls.site.id}
        cls.listed = cls._create_device("LISTED", **place)
        cls.beside = cls._create_device("BESIDE", **place)
        cls.foreign = cls._create_device("FOREIGN", customer_id=cls.other_customer.id)
        cls.user = new_test_user(cls.env, "device_person", groups="base.group_portal")
        cls.membership = cls._give(scope="devices", device_ids=cls.listed.ids)

    @classmethod
    def _give(cls, **vals):
        return cls.env["service.membership"].create(
            {
                "contact_id": cls.user.partner_id.id,
                "customer_id": cls.customer.id,
                "role": "user",
                **vals,
            }
        )

    def _visible(self, model="service.device"):
        self.env.flush_all()
        return self.env[model].with_user(self.user).search([]).with_env(self.env)

    def test_listed_devices_and_their_history_only(self):
        self.assertEqual(self._visible(), self.listed)
        self.assertEqual(self._visible("service.device.event").device_id, self.listed)
        self.assertFalse(self.beside.with_user(self.user).has_access("read"))
        self.membership.device_ids |= self.beside
        self.assertEqual(self._visible(), self.listed | self.beside)

    def test_a_role_that_does_not_count_opens_nothing(self):
        self.membership.active = False
        self.assertFalse(self.listed.with_user(self.user).has_access("read"))

    def test_a_device_that_moves_away_is_not_seen_any_more(self):
        self._place(self.listed, 1, customer_id=self.other_customer.id, location_id=False)
        self.assertFalse(self._visible())
        self.assertEqual(self.membership.device_ids, self.listed, "remembered for its return")

    def test_another_customers_past_stays_theirs(self):
        """Who has the device now does not see what was when it stood elsewhere."""
        moved = self._create_device("MOVED", customer_id=self.other_customer.id)
        self._place(moved, 1)
        self.membership.device_ids |= moved
        events = self._visible("service.device.event").filtered(lambda one: one.device_id == moved)
        self.assertEqual(events.customer_id, self.customer)

    def test_devices_beside_locations(self):
        other = self.env["res.partner"].create(
            {"name": "Second", "type": "location", "parent_id": self.customer.id}
        )
        there = self._create_device("THERE", customer_id=self.customer.id, location_id=other.id)
        self.membership.write({"scope": "locations", "location_ids": other.ids})
        self.assertEqual(self._visible(), self.listed | there)

    def test_bad_lists_are_refused_in_words(self):
        for vals, sentence in (
            ({"device_ids": self.foreign.ids}, "not at Test Customer now"),
            ({"device_ids": [Command.clear()]}, "at least one device"),
            ({"role": "accounting"}, "Invoices don't belong to single devices"),
        ):
            with (
                self.subTest(vals),
                self.assertRaisesRegex(ValidationError, sentence),
                self.env.cr.savepoint(),
            ):
                self.membership.write(vals)

    def test_merged_people_keep_locations_and_devices(self):
        """Conflicting scopes of one role: nothing is lost, nothing is widened."""
        twin = self.env["res.partner"].create({"name": "Twin", "parent_id": self.customer.id})
        self._give(contact_id=twin.id, scope="locations", location_ids=self.site.ids)
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge((twin | self.user.partner_id).ids, self.user.partner_id)
        self.assertRecordValues(
            self.user.partner_id.service_person_membership_ids,
            [
                {
                    "scope": "locations",
                    "location_ids": self.site.ids,
                    "device_ids": self.listed.ids,
                }
            ],
        )

    def test_decision_makers_give_devices_of_their_scope_only(self):
        other = self.env["res.partner"].create(
            {"name": "Second", "type": "location", "parent_id": self.customer.id}
        )
        there = self._create_device("THERE", customer_id=self.customer.id, location_id=other.id)
        self.membership.write({"role": "decision"})
        memberships = self.env["service.membership"].with_user(self.user)
        choices = memberships._scope_choices(memberships._get_own_decisions(self.customer))
        self.assertEqual(choices["devices"].ids, self.listed.ids)
        self.assertFalse(choices["locations"])
        self.assertNotIn("all", choices)
        person = self.env["res.partner"].create({"name": "New", "parent_id": self.customer.id})
        given = memberships._portal_give(self.customer, person, "user", "devices", self.listed.ids)
        self.assertEqual(given.device_ids.ids, self.listed.ids)
        for device in (there, self.beside):
            with self.assertRaisesRegex(UserError, "further than your own"):
                memberships._portal_give(self.customer, person, "user", "devices", device.ids)
