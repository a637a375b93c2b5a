from datetime import timedelta
from itertools import pairwise

import psycopg2

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import ServiceDeviceCommon


@tagged("post_install", "-at_install")
class TestServiceDevicePlacement(ServiceDeviceCommon):
    def _assert_chain(self, device):
        """Placements cover the device's life: each ends where the next starts, the last is open."""
        placements = device.placement_ids.sorted("date_start")
        for placement, following in pairwise(placements):
            self.assertEqual(placement.date_end, following.date_start)
        self.assertFalse(placements[-1].date_end)
        self.assertEqual(device.placement_id, placements[-1])
        self.assertEqual(device.status, placements[-1].status)
        self.assertEqual(device.customer_id, placements[-1].customer_id)
        self.assertEqual(device.location_id, placements[-1].location_id)
        self.assertEqual(device.owner, placements[-1].owner)

    def test_uniqueness_is_in_the_database(self):
        self.env.cr.execute(
            """
            SELECT pg_get_constraintdef(oid) FROM pg_constraint
             WHERE conrelid = 'service_device_placement'::regclass AND contype = 'u'
            """
        )
        self.assertIn(("UNIQUE (device_id, date_start)",), self.env.cr.fetchall())
        self.env.cr.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = 'service_device'"
            " AND indexdef LIKE 'CREATE UNIQUE INDEX%'"
        )
        definitions = " ".join(row[0] for row in self.env.cr.fetchall())
        for columns in ("(model_id, upper((serial)::text))", "(lot_id)", "(qr_token)"):
            self.assertIn(columns, definitions)

    def test_same_start_is_refused(self):
        device = self._create_device("A1")
        self._place(device, 10)
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation):
            self._place(device, 10)

    def test_chain_in_any_order(self):
        device = self._create_device("A1")
        for days_ago in (30, 200, 90, 500, 1):
            self._place(device, days_ago)
            self._assert_chain(device)

    def test_backdated_placement_leaves_the_current_one(self):
        device = self._create_device("A1")
        self._place(device, 10)
        self._place(device, 20, customer_id=self.other_customer.id, location_id=self.other_site.id)
        self._assert_chain(device)
        self.assertEqual(device.customer_id, self.customer)

    def test_end_given_by_caller_is_ignored(self):
        placement = self._place(self._create_device("A1"), 10, date_end=self.now)
        self.assertFalse(placement.date_end)

    def test_facts_cannot_be_rewritten(self):
        placement = self._place(self._create_device("A1"), 10)
        for vals in (
            {"date_start": self.now},
            {"date_end": self.now},
            {"device_id": self._create_device("A2").id},
            {"customer_id": self.other_customer.id},
        ):
            with self.subTest(vals), self.assertRaises(UserError):
                placement.write(vals)
        placement.note = "behind the pillar"

    def test_only_the_last_placement_can_be_deleted(self):
        device = self._create_device("A1")
        first, last = device.placement_ids, self._place(device, 10)
        with self.assertRaises(UserError):
            first.unlink()
        last.unlink()
        self._assert_chain(device)
        with self.assertRaises(UserError):
            first.unlink()

    def test_location_of_another_customer_is_refused(self):
        device = self._create_device("A1")
        with self.assertRaisesRegex(ValidationError, "Other Site"):
            self._place(device, 10, location_id=self.other_site.id)

    def test_location_as_customer_is_refused(self):
        with self.assertRaises(ValidationError):
            self._place(self._create_device("A1"), 10, customer_id=self.site.id, location_id=False)

    def test_future_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "future"):
            self._place(self._create_device("A1"), -1)

    def test_status_cannot_contradict_the_place(self):
        with self.assertRaises(ValidationError):
            self._place(self._create_device("A1"), 1, status="in_stock")
        self.assertEqual(
            self._place(self._create_device("A2"), 1, status="loaned").kind, "customer"
        )

    def test_device_of_a_customer_names_the_customer(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.CheckViolation):
            self._create_device("A1", owner="customer")

    # --- wizard ---

    def _wizard(self, devices, operation, **vals):
        return self.env["service.device.move"].create(
            {"device_ids": [Command.set(devices.ids)], "operation": operation} | vals
        )

    def test_install_many_move_and_take_back(self):
        devices = self._create_device("A1") | self._create_device("A2")
        form = Form(
            self.env["service.device.move"]
            .with_user(self.users["dispatcher"])
            .with_context(**devices.action_install()["context"])
        )
        form.customer_id = self.customer
        form.location_id = self.site
        form.date = self.now - timedelta(days=3)
        form.save().action_apply()
        self.assertEqual(set(devices.mapped("status")), {"installed"})
        self.assertEqual(devices.location_id, self.site)

        wizard = self._wizard(devices[0], "move", date=self.now - timedelta(days=2))
        self.assertEqual(wizard.customer_id, self.customer)
        wizard.customer_id = self.other_customer
        self.assertFalse(wizard.location_id)
        wizard.action_apply()
        self.assertEqual(devices[0].customer_id, self.other_customer)

        self._wizard(devices, "take_back").action_apply()
        self.assertEqual(set(devices.mapped("status")), {"in_stock"})
        self.assertFalse(devices.customer_id)
        for device in devices:
            self._assert_chain(device)

    def test_received_and_taken_to_the_workshop_within_a_second(self):
        device = self._create_device("A1")
        received = device.placement_id.date_start
        self._wizard(device, "workshop", date=received).action_apply()
        self.assertEqual(device.placement_id.date_start, received + timedelta(seconds=1))

    def test_take_back_before_install_is_refused(self):
        device = self._create_device("A1")
        with self.assertRaisesRegex(UserError, device.name):
            self._wizard(device, "take_back").action_apply()

    def test_customers_device_stays_the_customers(self):
        device = self._create_device("A1", customer_id=self.customer.id, owner="customer")
        self._wizard(device, "workshop").action_apply()
        self.assertEqual((device.status, device.customer_id), ("in_workshop", self.customer))
        self._wizard(device, "take_back", date=self.now + timedelta(seconds=30)).action_apply()
        self.assertEqual((device.status, device.customer_id), ("withdrawn", self.customer))

    def test_install_needs_a_customer(self):
        with self.assertRaisesRegex(UserError, "customer"):
            self._wizard(self._create_device("A1"), "install").action_apply()
