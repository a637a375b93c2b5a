from datetime import timedelta

from odoo import Command
from odoo.tests import tagged

from odoo.addons.service_contract.models.service_contract_terms import ServiceContract

from .common import ServiceContractCommon


@tagged("post_install", "-at_install")
class TestServiceContractParty(ServiceContractCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.heir = cls.env["res.partner"].create({"name": "Heir S.A.", "is_company": True})
        cls.contract = cls._create_contract(
            cls.lease_type,
            activate=False,
            pricelist_id=cls.contract_prices.id,
            group_ids=[
                Command.create({"name": "One"}),
                Command.create({"name": "Two", "usage_months": 3, "settlement_months": 3}),
            ],
        )
        cls.second = cls.contract.group_ids[1]
        cls.contract.device_ids = [
            Command.create(
                {"device_id": cls.own_device.id, "group_id": cls.second.id, "billing_day": 7}
            )
        ]
        cls.contract.action_activate()
        cls._create_rate(cls.contract, base_fee=100)
        cls._create_rate(cls.contract, cls.today - timedelta(days=20), base_fee=110)
        cls._create_rate(cls.contract, cls.today + timedelta(days=20), base_fee=120)

    def _dialog(self, name):
        """The dialog as the contract's button opens it: its contract is a default there."""
        return self.env[name].with_context(default_contract_id=self.contract.id)

    def _assign(self, days_ago=10, **vals):
        wizard = self._dialog("service.contract.assign").create(
            {
                "customer_id": self.heir.id,
                "date": self.today - timedelta(days=days_ago),
                **vals,
            }
        )
        return self.env["service.contract"].browse(wizard.action_assign()["res_id"])

    def test_what_has_become_an_option_goes_with_its_device(self):
        self._place(whole := self._create_device("SN-WHOLE"), 300)
        self.contract.device_ids = [Command.create({"device_id": whole.id})]
        self.own_device.parent_id = whole
        self.assertEqual(self._assign().device_ids.device_id, whole)

    def test_another_customer_goes_on_with_the_same_terms(self):
        new = self._assign()
        day = self.today - timedelta(days=10)
        self.assertRecordValues(
            self.contract + new,
            [
                {
                    "customer_id": self.customer.id,
                    "state": "terminated",
                    "termination_kind": "assignment",
                    "date_end": day - timedelta(days=1),
                },
                {
                    "customer_id": self.heir.id,
                    "state": "active",
                    "termination_kind": False,
                    "date_end": False,
                },
            ],
        )
        self.assertEqual(new.invoice_partner_id, self.heir)
        self.assertRecordValues(
            new.rate_ids.sorted("date_from"),
            [{"date_from": day}, {"date_from": self.today + timedelta(days=20)}],
        )
        self.assertEqual(new.rate_ids.sorted("date_from").line_ids.mapped("price_unit"), [110, 120])
        self.assertRecordValues(
            new.device_ids,
            [{"group_id": new.group_ids[1].id, "billing_day": 7, "date_start": day}],
        )
        self.assertRecordValues(
            self.own_device, [{"customer_id": self.heir.id, "owner": "own", "status": "installed"}]
        )
        for on, contract in ((day - timedelta(days=1), self.contract), (day, new)):
            self.assertEqual(self.own_device._get_contract(on), contract, on)

    def test_what_was_billed_and_what_is_to_come_is_not_handed_over(self):
        billed = self.today - timedelta(days=10)
        self.patch(ServiceContract, "_open_from", lambda contract: billed)
        for vals, error in (
            ({"days_ago": 11}, "has been billed to Test Customer until"),
            ({"days_ago": -1}, "recorded when it has happened"),
            ({"customer_id": self.customer.id}, "another customer"),
        ):
            with self._refused(error), self.env.cr.savepoint():
                self._assign(**vals)
        self.assertEqual(self.contract.state, "active")
        self._assign(days_ago=10)

    def test_the_first_day_is_no_day_to_hand_over(self):
        with self._refused("began on"):
            self._assign(days_ago=100)

    def test_a_device_that_was_bought_is_leased_no_more(self):
        wizard = self._dialog("service.contract.buyout").create({})
        self.assertEqual(wizard.device_ids, self.own_device)
        location = self.own_device.location_id
        wizard.action_buy_out()
        self.assertRecordValues(
            self.own_device,
            [
                {
                    "owner": "customer",
                    "customer_id": self.customer.id,
                    "location_id": location.id,
                    "contract_id": False,
                }
            ],
        )
        with self._refused("Only devices of the contract that are not the customer"):
            self.env["service.contract.buyout"].create(
                {"contract_id": self.contract.id}
            ).action_buy_out()

    def test_only_devices_of_the_contract_are_bought_out(self):
        self._place(other := self._create_device("SN-OTHER"), 300)
        wizard = self.env["service.contract.buyout"].create({"contract_id": self.contract.id})
        wizard.device_ids |= other
        with self._refused("Only devices of the contract"):
            wizard.action_buy_out()

    def test_a_notice_and_agreed_last_days_are_taken_over(self):
        """Also of a device that has left since the day from which the other customer pays."""
        gone = self._create_device("SN-GONE")
        self._place(gone, 300)
        left, leaving = (self.today + timedelta(days=days) for days in (-5, 5))
        self.contract.device_ids.date_end = leaving
        self.contract.device_ids = [Command.create({"device_id": gone.id, "date_end": left})]
        until = self.today + timedelta(days=15)
        self.contract._terminate("notice", until, by="customer", reason="Too dear")
        new = self._assign()
        self.assertRecordValues(
            new,
            [{"state": "notice", "date_end": until, "termination_reason": "Too dear"}],
        )
        day = self.today - timedelta(days=10)
        self.assertRecordValues(
            new.device_ids.sorted("date_end"),
            [
                {"device_id": gone.id, "date_start": day, "date_end": left},
                {"device_id": self.own_device.id, "date_start": day, "date_end": leaving},
            ],
        )
        self.assertEqual(gone.customer_id, self.customer)

    def test_a_contract_past_its_fixed_term_is_handed_over(self):
        self.contract.write({"renewal": "open", "term_end": self.today - timedelta(days=40)})
        self.assertFalse(self._assign().date_end)

    def test_a_used_up_value_is_not_handed_over_as_one_without_limit(self):
        self.contract.ceiling_amount = 100
        used = lambda contracts: dict.fromkeys(contracts, 100.0)  # noqa: E731
        self.patch(self.env.registry["service.contract"], "_ceiling_used", used)
        with self._refused("used up"):
            self._assign()

    def test_contracts_that_follow_themselves_end(self):
        new = self._assign()
        self.contract.assigned_from_id = new
        self.assertEqual(self.contract._with_later_parties(), self.contract + new)
