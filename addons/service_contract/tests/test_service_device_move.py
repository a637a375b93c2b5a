from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import ServiceContractCommon


@tagged("post_install", "-at_install")
class TestServiceDeviceMove(ServiceContractCommon):
    def setUp(self):
        super().setUp()
        self.contract = self._create_contract(self.lease_type)
        self.stocked = self._create_device("SN-STOCKED")

    def _move(self, operation, user="dispatcher", **vals):
        vals = {
            "device_ids": self.stocked.ids,
            "operation": operation,
            "customer_id": self.customer.id,
            **vals,
        }
        wizard = self.env["service.device.move"].with_user(self.users[user]).create(vals)
        wizard.action_apply()

    def test_installing_alone_joins_no_contract(self):
        self._move("install")
        self.assertFalse(self.stocked.contract_id)

    def test_installing_with_a_contract_joins_it_from_that_day(self):
        self._move(
            "install", contract_id=self.contract.id, date=self.now - timedelta(days=3), owner="own"
        )
        self.assertRecordValues(
            self.contract.device_ids,
            [
                {
                    "device_id": self.stocked.id,
                    "date_start": self.today - timedelta(days=3),
                    "date_end": False,
                }
            ],
        )

    def test_an_option_comes_with_its_device_and_joins_nothing_itself(self):
        option = self._create_device("SN-TRAY", parent_id=self.stocked.id)
        self._move("install", contract_id=self.contract.id, device_ids=(self.stocked | option).ids)
        self.assertEqual(self.contract.device_ids.device_id, self.stocked)
        self.assertEqual(option.contract_id, self.contract)

    def test_taking_back_ends_the_stay(self):
        self._move("install", contract_id=self.contract.id, date=self.now - timedelta(days=3))
        self._move("take_back", date=self.now - timedelta(days=1))
        self.assertEqual(self.contract.device_ids.date_end, self.today - timedelta(days=1))
        self.assertFalse(self.stocked.contract_id)

    def test_a_return_by_stock_ends_the_stay(self):
        device = self._receive("BY-STOCK").service_device_id
        self._place(device, -1 / 1440)
        self.env["service.contract.device"].create(
            {
                "contract_id": self.contract.id,
                "device_id": device.id,
                "date_start": self.today - timedelta(days=9),
            }
        )
        self._transfer(device.lot_id, self.stock)
        self.assertEqual(device.status, "in_stock")
        self.assertFalse(device.contract_id)

    def test_a_buy_out_ends_the_lease(self):
        """The contract of another kind, if there is one, begins the day the lease ends."""
        self._move("install", contract_id=self.contract.id, date=self.now - timedelta(days=3))
        all_in = self._create_contract(self.all_in_type)
        self._move("owner", owner="customer", contract_id=all_in.id)
        self.assertEqual(self.contract.device_ids.date_end, self.today)
        self.assertEqual(self.stocked.contract_id, all_in)

    def test_a_device_in_the_workshop_stays_on_its_contract(self):
        self._move("install", contract_id=self.contract.id, date=self.now - timedelta(days=3))
        self._move("workshop")
        self.assertEqual(self.stocked.contract_id, self.contract)

    def test_moving_within_the_customer_keeps_and_to_another_one_ends_the_stay(self):
        self._move("install", contract_id=self.contract.id, date=self.now - timedelta(days=3))
        self._move("move", location_id=self.site.id, date=self.now - timedelta(days=2))
        self.assertEqual(self.stocked.contract_id, self.contract)
        self._move("move", customer_id=self.other_customer.id)
        self.assertFalse(self.stocked.contract_id)
        self.assertEqual(self.contract.device_ids.date_end, self.today)

    def _install_on_contract(self):
        """:return: the stocked device, leased at the customer since a day ago"""
        yesterday = fields.Datetime.now() - timedelta(days=1)
        self._move("install", contract_id=self.contract.id, date=yesterday)
        return self.stocked

    def test_a_replacement_takes_over_the_contract(self):
        leaving, coming = self._install_on_contract(), self._create_device("SN-COMING")
        self._move("swap", replacement_id=coming.id, swap_to="workshop")
        self.assertEqual(coming.contract_id, self.contract)
        self.assertFalse(leaving.contract_id)

    def test_a_loaner_leaves_the_contract_to_what_it_stands_in_for(self):
        leaving, coming = self._install_on_contract(), self._create_device("SN-LOANER")
        self._move("swap", replacement_id=coming.id, is_loaner=True)
        self.assertEqual(leaving.contract_id, self.contract)
        self.assertFalse(coming.contract_id)

    def test_a_last_day_agreed_for_later_keeps_nobodys_device(self):
        """What is gone before is off the contract; what replaces it stays as long as agreed."""
        leaving, coming = self._install_on_contract(), self._create_device("SN-COMING")
        last = self.today + timedelta(days=9)
        self.contract.device_ids.date_end = last
        self._move("swap", replacement_id=coming.id, swap_to="workshop")
        self.assertFalse(leaving.contract_id)
        self.assertEqual(coming.contract_device_ids.date_end, last)
        self.stocked = coming
        self._move("move", customer_id=self.other_customer.id, date=self.now + timedelta(minutes=1))
        self.assertFalse(coming.contract_id)
