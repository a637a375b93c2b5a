from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ServiceOrderCommon


@tagged("post_install", "-at_install")
class TestServiceOrderDoors(ServiceOrderCommon):
    """What the program finds out becomes an order, once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        stay = cls.contract.device_ids
        vals = {
            "device_id": cls.device.id,
            "stay_id": stay.id,
            "contract_id": cls.contract.id,
            "meter_ids": [Command.clear()],
            "company_id": cls.company.id,
            "customer_id": cls.customer.id,
            "location_id": cls.site.id,
            "date_from": "2026-10-31",
            "asked": "nobody",
            "currency_id": cls.company.currency_id.id,
        }
        cls.requests = cls.env["service.reading.request"].create(
            [{**vals, "date_due": day, "date_to": day} for day in ("2026-10-31", "2026-11-30")]
        )

    def _version(self, record):
        """Which writing of its row this is."""
        self.env.flush_all()
        self.cr.execute(f"SELECT ctid::text FROM {record._table} WHERE id = %s", [record.id])
        return self.cr.fetchone()[0]

    def _orders(self):
        return self.env["service.order"].search([("source", "=", "billing")])

    def test_missing_reading_is_ordered_once(self):
        self.requests.with_user(self.accountant).action_open_orders()
        order = self._orders()
        topic = self.env.ref("service_order.topic_reading")
        self.assertRecordValues(order, [{"device_id": self.device.id, "topic_id": topic.id}])
        self.assertTrue(order.activity_ids, "it is on the dispatchers' desk")
        action = self.requests[0].with_user(self.dispatcher).action_open_orders()
        self.assertEqual((self._orders(), action["res_id"]), (order, order.id))
        before = self._version(self.device)
        self.requests[0].action_open_orders()
        self.assertNotEqual(self._version(self.device), before, "two at once would meet there")
        order.action_cancel()
        self.requests.with_user(self.dispatcher).action_open_orders()
        self.assertEqual(len(self._orders()), 2)
        self.requests.action_cancel()
        with self.assertRaisesRegex(UserError, "there already"):
            self.requests.action_open_orders()

    def test_missing_reading_is_ordered_by_itself_where_wanted(self):
        self.requests[0]._process_calls(self.requests[0])
        self.assertFalse(self._orders())
        self.company.service_reading_orders = True
        self.requests._process_calls(self.requests)
        self.assertEqual(self._orders().device_id, self.device)
