from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ServiceOrderCommon


@tagged("post_install", "-at_install")
class TestServiceOrderDevice(ServiceOrderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        further = Command.create({"device_id": cls.free_device.id, "note": "Cichy alarm"})
        cls.order = cls._create_order(further_device_ids=[further])

    def test_order_is_found_by_each_of_its_devices(self):
        Order = self.env["service.order"].with_user(self.dispatcher)
        for text in ("SN-1", "SN-2"):
            self.assertEqual(Order.search([("find_text", "ilike", text)]), self.order)

    def test_each_device_shows_the_order(self):
        for device in (self.device, self.free_device):
            device = device.with_user(self.dispatcher)
            self.assertEqual(device.open_order_id, self.order)
            self.assertEqual(device.service_order_count, 1)
            orders = self.env["service.order"].search(device.action_view_service_orders()["domain"])
            self.assertEqual(orders, self.order)
            events = self.env["service.device.event"].with_user(self.dispatcher)
            found = events.search([("device_id", "=", device.id), ("kind", "=", "order")])
            self.assertEqual(found.res_id, self.order.id)
        self.assertIn("Cichy alarm", found.summary)

    def test_further_device_makes_a_duplicate(self):
        again = self._create_order(self.free_device)
        self.assertEqual(again.duplicate_ids, self.order)
        self.assertEqual(self.order.duplicate_ids, again)
        self.assertFalse(self._create_order(self._create_device("SN-3", self.site)).duplicate_ids)

    def test_only_devices_of_the_customer_and_each_once(self):
        location = self.env["res.partner"].create(
            {"name": "Obcy", "type": "location", "parent_id": self.stranger.id}
        )
        foreign = self._create_device("SN-4", location)
        for device in (foreign, self.device):
            with self.assertRaises(ValidationError):
                self.order.further_device_ids = [Command.create({"device_id": device.id})]

    def test_readings_of_a_further_device_belong_to_the_visit(self):
        visit = self._create_visit(self.order)
        visit.with_user(self.technician_user).action_start()
        row = visit.with_user(self.technician_user).further_device_ids
        context = row.action_take_readings()["context"]
        self.assertEqual(context["default_device_id"], self.free_device.id)
        self.assertEqual(context["default_visit_id"], visit.id)
