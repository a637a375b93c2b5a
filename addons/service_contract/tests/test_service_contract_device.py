from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.service_contract.models.service_contract_terms import ServiceContract

from .common import ServiceContractCommon


@tagged("post_install", "-at_install")
class TestServiceContractDevice(ServiceContractCommon):
    def _join(self, contract, device, **vals):
        return self.env["service.contract.device"].create(
            {"contract_id": contract.id, "device_id": device.id, **vals}
        )

    def test_a_device_on_two_contracts_is_refused_naming_both(self):
        first = self._create_contract(self.lease_type, self.own_device)
        second = self._create_contract(self.lease_type, days_ago=50)
        with self.assertRaisesRegex(ValidationError, f"{first.name}.*{second.name}"):
            self._join(second, self.own_device)

    def test_a_draft_may_prepare_what_only_its_activation_is_refused_for(self):
        self._create_contract(self.lease_type, self.own_device)
        second = self._create_contract(
            self.lease_type, self.own_device, activate=False, days_ago=50
        )
        with self.assertRaisesRegex(ValidationError, "already on contract"):
            second.action_activate()

    def test_contracts_may_follow_each_other_without_a_day_between(self):
        first = self._create_contract(
            self.lease_type, self.own_device, date_end=self.today - timedelta(days=11)
        )
        second = self._create_contract(self.lease_type, self.own_device, days_ago=10)
        self.assertEqual(
            [self.own_device._get_contract(self.today - timedelta(days=days)) for days in (11, 10)],
            [first, second],
        )

    def test_prolonging_a_contract_into_the_next_one_is_refused(self):
        first = self._create_contract(
            self.lease_type, self.own_device, date_end=self.today - timedelta(days=11)
        )
        self._create_contract(self.lease_type, self.own_device, days_ago=10)
        with self.assertRaisesRegex(ValidationError, "already on contract"):
            first.date_end = self.today

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_two_stays_from_the_same_day(self):
        self.env.cr.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = 'service_contract_device' AND "
            "indexname = 'service_contract_device_device_start_uniq'"
        )
        [(definition,)] = self.env.cr.fetchall()
        self.assertIn("UNIQUE", definition)
        self.assertIn("(device_id, date_start)", definition)
        first = self._create_contract(self.lease_type, self.own_device)
        second = self._create_contract(self.lease_type, days_ago=100)
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.env.cr.execute(
                "INSERT INTO service_contract_device (contract_id, device_id, date_start, state) "
                "VALUES (%s, %s, %s, 'active')",
                (second.id, self.own_device.id, first.date_start),
            )

    @mute_logger("odoo.sql_db")
    def test_a_stay_from_the_same_day_is_refused_naming_device_and_contract(self):
        first = self._create_contract(self.lease_type, self.own_device)
        second = self._create_contract(self.lease_type, self.own_device, activate=False)
        with self.assertRaises(IntegrityError) as refused, self.env.cr.savepoint():
            second.action_activate()
            self.env.flush_all()
        self.env.invalidate_all()
        words = self.env["service.contract.device"]._sql_error_to_message(refused.exception)
        self.assertRegex(words, f"SN-OWN.* is already on contract {first.name} from")

    def test_a_stay_lies_within_its_contract(self):
        contract = self._create_contract(self.lease_type, activate=False)
        with self.assertRaisesRegex(ValidationError, "not in force that day"):
            self._join(
                contract, self.own_device, date_start=contract.date_start - timedelta(days=1)
            )

    def test_the_owner_decides_on_which_contracts_a_device_may_be(self):
        for contract_type, device in (
            (self.lease_type, self.customer_device),
            (self.all_in_type, self.own_device),
        ):
            with self.assertRaisesRegex(ValidationError, "another owner"):
                self._create_contract(contract_type, device, activate=False)
        both = self.own_device | self.customer_device
        self.assertTrue(self._create_contract(self.service_type, both))

    def test_leaving_on_the_day_of_joining_leaves_nothing(self):
        contract = self._create_contract(self.lease_type, self.own_device)
        contract.device_ids._leave(contract.date_start)
        self.assertFalse(contract.device_ids)

    def test_a_stay_that_was_billed_is_not_deleted(self):
        contract = self._create_contract(self.lease_type, self.own_device)
        stay = contract.device_ids
        self.patch(ServiceContract, "_open_from", lambda contract: self.today)
        with self._refused("was billed"):
            contract.device_ids = [Command.delete(stay.id)]
        slip = self._join(contract, self._create_device("SN-SLIP"), date_start=self.today)
        slip.unlink()
        # A device that is taken back on its first day was never there.
        stay._leave(stay.date_start)
        self.assertFalse(stay.exists())

    def test_a_stay_counts_as_its_contract_does_whatever_is_written(self):
        first = self._create_contract(self.lease_type, self.own_device)
        first.device_ids.write({"state": "draft"})
        self.assertEqual(first.device_ids.state, "active")
        second = self._create_contract(self.lease_type, days_ago=50)
        with self._refused("already on contract"):
            self._join(second, self.own_device, state="draft")

    def test_what_was_billed_is_not_made_a_stay_of_another_device(self):
        contract = self._create_contract(self.lease_type, self.own_device)
        other = self._create_contract(self.lease_type)
        self._place(device := self._create_device("SN-OTHER"), 300)
        self.patch(ServiceContract, "_open_from", lambda contract: self.today)
        stay = contract.device_ids
        for vals in (
            {"device_id": device.id},
            {"contract_id": other.id},
            {"date_start": self.today - timedelta(days=9)},
        ):
            with self._refused("was billed"), self.env.cr.savepoint():
                stay.write(vals)
        stay.write({"device_id": self.own_device.id, "date_end": self.today})

    def test_an_option_is_on_the_contract_of_its_device(self):
        """Not put there itself, it would be repaired at the customer's expense."""
        contract = self._create_contract(self.lease_type, self.own_device)
        option = self._create_device("SN-FINISHER")
        self._place(option, 300)
        self.assertEqual(self._ask(option).rule, "general_price")
        own = self._create_contract(self.service_type, option, activate=False)
        option.parent_id = self.own_device
        answer = self._ask(option)
        self.assertEqual((answer.covered, answer.contract), (True, contract))
        self.assertEqual(option.contract_id, contract)
        Device, both = self.env["service.device"], self.own_device | option
        within = [("id", "in", both.ids)]
        self.assertEqual(Device.search([("contract_id", "=", contract.id), *within]), both)
        self.assertFalse(Device.search([("contract_id", "=", False), *within]))
        own.action_activate()
        self.assertEqual((option.contract_id, self._ask(option).contract), (own, own))
        self.assertEqual(Device.search([("contract_id", "=", contract.id)]), self.own_device)

    def test_an_option_does_not_join_by_itself(self):
        """It is on the contract already, and would be billed once more."""
        contract = self._create_contract(self.lease_type, self.own_device)
        option = self._create_device("SN-TRAY", parent_id=self.own_device.id)
        self._place(option, 300)
        with self._refused("SN-TRAY.* is an option of .*SN-OWN"):
            self._join(contract, option)
