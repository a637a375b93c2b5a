from datetime import date

from dateutil.relativedelta import relativedelta
from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.tests import Form, tagged
from odoo.tests.common import freeze_time
from odoo.tools import mute_logger

from odoo.addons.service_contract.models.service_contract_terms import ServiceContract

from .common import ServiceContractCommon


@tagged("post_install", "-at_install")
class TestServiceBillingGroup(ServiceContractCommon):
    def setUp(self):
        super().setUp()
        self.second_device = self._create_device("SN-SECOND")
        self._place(self.second_device, 300)
        self.contract = self._create_contract(
            self.lease_type, self.own_device | self.second_device, activate=False
        )
        self.group = self.contract.group_ids
        self.stay = self.contract.device_ids.filtered(
            lambda stay: stay.device_id == self.own_device
        )

    def _second_group(self, **vals):
        return self.env["service.billing.group"].create(
            {"contract_id": self.contract.id, "name": "Colour", **vals}
        )

    def _billed_until(self, day):
        """Answer as billing will, for this test only."""
        self.patch(ServiceContract, "_open_from", lambda contract: day)

    # ------------------------------------------------------------------ groups

    def test_a_contract_has_a_group_by_itself_and_its_devices_are_in_it(self):
        self.assertEqual(len(self.group), 1)
        self.assertEqual(self.contract.device_ids.group_id, self.group)
        self.assertEqual(self.group.stay_count, 2)
        bare = self.env["service.contract"].create(
            {
                "type_id": self.lease_type.id,
                "customer_id": self.customer.id,
                "group_ids": [],
                "device_ids": [Command.create({"device_id": self.device.id, "group_id": False})],
            }
        )
        self.assertEqual(bare.device_ids.group_id, bare.group_ids)
        self.assertEqual(len(bare.group_ids), 1)

    def test_a_new_contract_is_entered_in_one_form(self):
        with Form(self.env["service.contract"]) as form:
            form.type_id = self.lease_type
            form.customer_id = self.customer
            with form.device_ids.new() as line:
                line.device_id = self.device
        contract = form.record
        self.assertEqual(contract.device_ids.group_id, contract.group_ids)
        self.assertEqual(len(contract.group_ids), 1)

    def test_a_group_with_devices_or_prices_and_the_last_one_stay(self):
        with self._refused("needs a billing group"):
            self.group.unlink()
        second = self._second_group()
        self.stay.group_id = second
        with self._refused(f"has devices: {self.own_device.name}"):
            second.unlink()
        self.stay.group_id = self.group
        rate = self._create_rate(self.contract, base_fee=10)
        rate.line_ids.write({"group_id": second.id, "level": "group"})
        with self._refused("has prices of its own"):
            second.unlink()
        rate.unlink()
        second.unlink()

    def test_a_draft_is_deleted_with_its_groups_and_prices(self):
        second = self._second_group()
        rate = self._create_rate(self.contract, base_fee=10)
        rate.line_ids.copy({"group_id": second.id, "level": "group"})
        self.contract.unlink()
        self.assertFalse(second.exists())

    def test_a_group_of_another_contract_is_refused(self):
        other = self._create_contract(self.lease_type, activate=False)
        with self._refused(f"Choose a group of {self.contract.name}"):
            self.stay.group_id = other.group_ids
        rate = self._create_rate(self.contract, base_fee=10)
        with self._refused(f"billing group of contract {other.name}"):
            rate.line_ids.write({"group_id": other.group_ids.id, "level": "group"})

    def test_a_copied_contract_has_its_own_groups(self):
        second = self._second_group(usage_months=3, settlement_months=6)
        rate = self._create_rate(self.contract, base_fee=10)
        rate.line_ids.write({"group_id": second.id, "level": "device"})
        copy = self.contract.copy()
        self.assertEqual(copy.group_ids.mapped("usage_months"), [1, 3])
        self.assertEqual(copy.rate_ids.line_ids.group_id, copy.group_ids[1])
        self.assertEqual(copy.rate_ids.line_ids.level, "device")

    def test_a_new_version_keeps_the_groups(self):
        rate = self._create_rate(self.contract, base_fee=10)
        rate.line_ids.write({"group_id": self.group.id, "level": "group"})
        context = self.contract.action_new_rate()["context"]
        new = Form(self.env["service.rate"].with_context(**context)).save()
        self.assertEqual(new.line_ids.group_id, self.group)

    # ------------------------------------------------------------------ bad input

    def test_cycles_that_cannot_be(self):
        for vals in ({"base_months": 0}, {"usage_day": 32}, {"base_day": 0}):
            with (
                self.subTest(vals),
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
            ):
                self.group.write(vals)
        with self._refused("Choose a multiple of 2"):
            self.group.write({"usage_months": 2, "settlement_months": 3})

    def test_a_group_that_was_billed_is_not_changed_silently(self):
        second = self._second_group()
        self._billed_until(self.today)
        with self._refused("Let it leave on that day, and join again"):
            self.stay.group_id = second
        self.stay.group_id = self.group  # the same one is no change
        self._billed_until(self.contract.date_start)
        self.stay.group_id = second

    # ------------------------------------------------------------------ swap

    def test_a_device_that_replaces_another_keeps_group_and_day(self):
        second = self._second_group()
        self.stay.write({"group_id": second.id, "billing_day": 20})
        self.contract.action_activate()
        vals = self.stay._successor_vals(self.device, self.today)
        self.stay._leave(self.today)
        new = self.env["service.contract.device"].create(vals)
        self.assertEqual((new.group_id, new.billing_day), (second, 20))

    # ------------------------------------------------------------------ cycles

    def test_cycles_of_a_group_and_of_a_device_with_its_own_day(self):
        self.group.write(
            {
                "date_anchor": "2026-01-01",
                "base_months": 3,
                "usage_day": 31,
                "settlement_months": 3,
            }
        )
        day = date(2026, 2, 10)
        base, usage = self.group._base_cycle(), self.group._usage_cycle()
        self.assertEqual(base.whole(day).start, date(2026, 1, 1))
        self.assertEqual(base.due(base.whole(day)), date(2026, 1, 1))
        self.assertEqual(usage.whole(day).stop, date(2026, 2, 28))
        self.assertEqual(usage.due(usage.whole(day)), date(2026, 2, 28))
        self.assertEqual(self.group._settlement_cycle().whole(day).stop, date(2026, 4, 30))
        self.stay.billing_day = 15
        self.assertEqual(self.stay._usage_cycle().whole(day).stop, date(2026, 2, 15))

    # ------------------------------------------------------------------ adding many devices

    @freeze_time("2026-11-26")
    def test_free_devices_join_at_once(self):
        devices = self.env["service.device"].union(
            *(self._create_device(f"SN-MANY-{number}") for number in range(3))
        )
        for device in devices:
            self._place(device, 50)
        wizard = self.env["service.contract.join"].create({"contract_id": self.contract.id})
        self.assertEqual(wizard.device_ids & (devices | self.own_device), devices)
        self.assertEqual(wizard.date_start, self.contract.date_start)
        self.assertNotIn(self.customer_device, wizard.device_ids, "a lease is for our devices")
        wizard.device_ids = devices
        wizard.action_join()
        self.assertEqual(self.contract.device_ids.device_id & devices, devices)
        again = self.env["service.contract.join"].create({"contract_id": self.contract.id})
        self.assertFalse(again.device_ids & devices)
        again.device_ids = False
        with self._refused("No device is chosen"):
            again.action_join()

    def test_a_device_on_another_contract_is_free_when_that_one_is_over(self):
        other = self._create_contract(self.lease_type, self.device)
        self.assertNotIn(self.device, self.contract._free_devices(self.today))
        other.date_end = self.today - relativedelta(days=1)
        self.assertIn(self.device, self.contract._free_devices(self.today))
