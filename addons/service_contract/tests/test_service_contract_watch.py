from datetime import timedelta
from unittest.mock import patch

from odoo.tests import new_test_user, tagged

from .common import ServiceContractCommon


@tagged("post_install", "-at_install")
class TestServiceContractWatch(ServiceContractCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = new_test_user(
            cls.env, "watcher", groups="service_customer.group_service_manager"
        )
        cls.company.service_contract_user_id = cls.person

    def _refresh(self):
        self.env["service.contract.watch"]._refresh()

    def _activities(self, record):
        return self.env["mail.activity"].search(
            [("res_model", "=", record._name), ("res_id", "=", record.id)]
        )

    def test_each_cause_is_found(self):
        day = timedelta(days=1)
        plain = self._create_contract(self.lease_type)
        self._create_rate(plain)
        priced = self._create_contract(self.lease_type)
        self._create_rate(priced, base_fee=1)
        days = self.company.service_contract_days
        cases = [
            ("no_rate", plain),
            (False, priced),
            (False, self._create_contract(self.lease_type, activate=False)),
        ]
        for cause, term_end, renewal in (
            (False, self.today - day, "open"),
            ("expiring", self.today, "none"),
            ("expiring", self.today + days * day, "open"),
            ("expiring", self.today + days * day, "fixed"),
            (False, self.today + (days + 1) * day, "none"),
        ):
            contract = self._create_contract(
                self.lease_type, term_end=term_end, renewal=renewal, days_ago=200
            )
            self._create_rate(contract, base_fee=1)
            cases.append((cause, contract))
        for cause, until in (("notice", self.today), (False, self.today - day)):
            contract = self._create_contract(self.lease_type, days_ago=200)
            self._create_rate(contract, base_fee=1)
            contract._terminate("notice", until, by="customer", on=until)
            cases.append((cause, contract))
        for cause, used in ((False, 79.9), ("ceiling_near", 80), ("ceiling_reached", 100)):
            contract = self._create_contract(self.lease_type, ceiling_amount=100)
            self._create_rate(contract, base_fee=1)
            contract.note = str(used)
            cases.append((cause, contract))

        def used(contracts):
            return {
                contract: float(contract.ceiling_amount and contract.note[3:-4])
                for contract in contracts
            }

        with patch.object(type(self.env["service.contract"]), "_ceiling_used", used):
            for cause, contract in cases:
                self.assertEqual(contract.attention, cause, contract.name)
                found = contract.search([("attention", "=", cause), ("id", "=", contract.id)])
                self.assertEqual(found, contract, cause)

    def test_devices_on_none_and_on_two(self):
        stray = self._create_device("SN-STRAY")
        self._place(stray, 300)
        contract = self._create_contract(self.lease_type, self.own_device)
        self.assertEqual(stray.contract_attention, "no_contract")
        self.assertFalse(self.own_device.contract_attention)
        self.assertEqual(
            self.customer_device.contract_attention, "no_contract", "Its customer has a contract."
        )
        following = {"date_start": self.today + timedelta(days=31)}
        draft = self._create_contract(self.lease_type, self.own_device, activate=False, **following)
        self.assertEqual(self.own_device.contract_attention, "two_contracts")
        contract.date_end = self.today + timedelta(days=30)
        self.assertFalse(self.own_device.contract_attention, "One follows the other.")
        contract.date_end = self.today + timedelta(days=31)
        self.assertEqual(self.own_device.contract_attention, "two_contracts")
        draft.action_cancel()
        self.assertFalse(self.own_device.contract_attention)

    def test_somebody_is_told_once_and_until_the_cause_is_gone(self):
        responsible = new_test_user(
            self.env, "responsible", groups="service_customer.group_service_dispatcher"
        )
        self.customer.name = "Copy & <b>Co"
        contract = self._create_contract(self.lease_type, user_id=responsible.id)
        other = self._create_contract(self.lease_type)
        stray = self._create_device("SN-STRAY")
        self._place(stray, 300)
        self._refresh()
        self.assertEqual(self._activities(contract).user_id, responsible)
        self.assertEqual(self._activities(other).user_id, self.person)
        self.assertEqual(self._activities(stray).user_id, responsible)
        self.assertIn("no rates", self._activities(contract).note)
        self.assertIn("Copy &amp; &lt;b&gt;Co", self._activities(contract).note)
        self._refresh()
        self.assertEqual(len(self._activities(contract)), 1)
        self._activities(contract).action_feedback()
        self._refresh()
        self.assertFalse(self._activities(contract), "It was looked at.")
        self._create_rate(other, base_fee=1)
        self._refresh()
        self.assertFalse(self._activities(other), "The cause is gone.")
        self.env.cr.execute("DELETE FROM service_rate WHERE id = %s", [other.rate_ids.id])
        other.invalidate_recordset()
        self._refresh()
        self.assertTrue(self._activities(other), "It came back.")

    def test_the_number_of_queries_does_not_grow(self):
        def count(contracts):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            contracts.mapped("attention")
            return self.env.cr.sql_log_count - before

        few = self._create_contract(self.lease_type)
        count(few)
        many = few.union(*(self._create_contract(self.lease_type) for _number in range(20)))
        self.assertLessEqual(count(many), count(few) + 2)

    def test_who_comes_after_a_person_that_left_is_told(self):
        responsible = new_test_user(
            self.env, "responsible", groups="service_customer.group_service_dispatcher"
        )
        contract = self._create_contract(self.lease_type, user_id=responsible.id)
        done = self._create_contract(self.lease_type, user_id=responsible.id)
        self._refresh()
        activity = self._activities(done)
        activity.action_feedback()
        responsible.active = False
        self._refresh()
        self.assertEqual(self._activities(contract).user_id, self.person)
        self._create_rate(done, base_fee=1)
        self._refresh()
        self.assertFalse(self._activities(done))
        self.assertTrue(activity.exists(), "What was done is not undone.")
