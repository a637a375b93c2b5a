from odoo.tests import tagged

from .common import ServiceContractCommon


@tagged("post_install", "-at_install")
class TestResPartner(ServiceContractCommon):
    def test_customers_are_found_and_grouped_by_contract_type(self):
        lease = self._create_contract(self.lease_type, activate=False)
        self.assertFalse(self.customer.service_contract_type_ids)
        lease.action_activate()
        self._create_contract(self.service_type)
        types = self.lease_type + self.service_type
        self.assertEqual(self.customer.service_contract_type_ids, types)
        Partner = self.env["res.partner"]
        mine = [("id", "=", self.customer.id)]
        self.assertTrue(
            Partner.search([("service_contract_type_ids", "ilike", self.lease_type.name), *mine])
        )
        groups = Partner._read_group(mine, ["service_contract_type_ids"], ["__count"])
        self.assertEqual({group: count for group, count in groups}, dict.fromkeys(types, 1))
        self._end(lease)
        self.assertEqual(self.customer.service_contract_type_ids, self.service_type)
