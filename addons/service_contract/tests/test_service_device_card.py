from odoo import Command
from odoo.tests import tagged

from .common import ServiceContractCommon


@tagged("post_install", "-at_install")
class TestServiceDeviceCard(ServiceContractCommon):
    def _fact(self, device, role="technician"):
        """The fact about the contract, as a person in this role sees it; None without one."""
        facts = device.with_user(self.users[role])._card_facts()
        return next((fact for fact in facts if fact["order"] == 20), None)

    def _cover(self, *modes):
        """What the card says of a contract whose rows have these modes."""
        kinds = self.env["service.coverage"]._fields["item_kind"].get_values(self.env)
        coverage = [
            Command.create({"item_kind": kind, "mode": mode, "percent": 50})
            for kind, mode in zip(kinds, modes, strict=False)
        ]
        code = "-".join(("test", *modes))
        contract_type = self.lease_type.copy({"coverage_ids": coverage, "code": code})
        return contract_type._cover_at_a_glance()[0]

    def test_contract_and_its_way(self):
        contract = self._create_contract(self.lease_type, self.own_device)
        for role in self.users:
            with self.subTest(role):
                self.env.invalidate_all()
                fact = self._fact(self.own_device, role)
                self.assertEqual(fact["value"], contract.name)
                self.assertEqual(fact["url"], f"/odoo/service-contracts/{contract.id}")

    def test_cover_in_a_word(self):
        self.assertEqual(self._cover("full", "full"), "All covered")
        self.assertEqual(self._cover("full", "none"), "Partly covered")
        self.assertEqual(self._cover("percent", "percent"), "Partly covered")
        self.assertEqual(self._cover("none"), "Nothing covered")
        self.assertEqual(self._cover(), "Nothing covered")

    def test_no_contract_matters_at_a_customer_only(self):
        self.assertEqual(self._fact(self.own_device)["value"], "No contract")
        self.assertIsNone(self._fact(self._create_device("SN-STOCK")))
