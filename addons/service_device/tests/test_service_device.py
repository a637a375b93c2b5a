import psycopg2

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import ServiceDeviceCommon


@tagged("post_install", "-at_install")
class TestServiceDevice(ServiceDeviceCommon):
    def test_identity(self):
        device = self._create_device(" A1B2 ")
        self.assertRegex(device.name, r"^U\d{5}$")
        self.assertEqual(device.serial, "A1B2")
        self.assertEqual(device.display_name, f"{device.name} Testmaker T100 (A1B2)")
        self.assertEqual(device.category_id, self.category)
        self.assertEqual(device.status, "in_stock")

    def test_serial_unique_for_model(self):
        self._create_device("A1B2")
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation):
            self._create_device("a1b2")

    def test_serial_free_on_another_model(self):
        self._create_device("A1B2")
        other = self.model.copy()
        self.assertTrue(self._create_device("A1B2", model_id=other.id))

    def test_register_at_customer_in_the_form(self):
        form = Form(self.env["service.device"].with_user(self.users["dispatcher"]))
        form.model_id = self.model
        form.serial = "OWN1"
        form.customer_id = self.customer
        form.location_id = self.site
        form.owner = "customer"
        device = form.save()
        self.assertRecordValues(
            device.placement_ids,
            [
                {
                    "kind": "customer",
                    "status": "installed",
                    "customer_id": self.customer.id,
                    "location_id": self.site.id,
                    "owner": "customer",
                    "date_end": False,
                }
            ],
        )
        self.assertEqual(device.placement_id, device.placement_ids)
        self.assertEqual(device.status, "installed")

    def test_where_it_is_cannot_be_written(self):
        device = self._create_device("A1")
        for vals in (
            {"customer_id": self.customer.id},
            {"status": "installed"},
            {"owner": "customer"},
            {"placement_id": False},
        ):
            with self.subTest(vals), self.assertRaisesRegex(UserError, "placements"):
                device.write(vals)

    def test_search_by_number_serial_and_inventory_number(self):
        device = self._create_device("SEARCHME77", inventory_number="INV-4711")
        Device = self.env["service.device"]
        for text in (device.name, "chme7", "inv-4711"):
            with self.subTest(text):
                self.assertIn(device.id, [row[0] for row in Device.name_search(text)])

    def test_properties_of_the_category(self):
        self.category.device_properties_definition = [
            {"name": "ip", "string": "IP", "type": "char"}
        ]
        device = self._create_device("P1", device_properties={"ip": "10.0.0.7"})
        device.invalidate_recordset()
        self.assertEqual(device.device_properties["ip"], "10.0.0.7")
        device.device_properties = {"ip": "10.0.0.8"}
        device.invalidate_recordset()
        self.assertEqual(device.device_properties["ip"], "10.0.0.8")

    def test_resource_link_must_be_a_web_address(self):
        for url in (False, "javascript:alert(1)"):
            with self.subTest(url), self.assertRaises(ValidationError):
                self.env["service.device.resource"].create(
                    {"model_id": self.model.id, "name": "Manual", "url": url}
                )

    def test_category_cannot_stand_below_itself(self):
        child = self.category.create({"name": "A3", "parent_id": self.category.id})
        self.assertEqual(child.display_name, "Copiers / A3")
        with self.assertRaises(UserError):
            self.category.parent_id = child

    def test_customer_card_counts(self):
        floor = self.env["res.partner"].create(
            {"name": "Floor", "type": "location", "parent_id": self.site.id}
        )
        self._create_device("C1", customer_id=self.customer.id, location_id=floor.id)
        self._create_device("C2", customer_id=self.customer.id)
        self.assertEqual(self.customer.service_device_count, 2)
        self.assertEqual(self.site.service_device_count, 1)
        action = self.site.action_open_service_devices()
        self.assertEqual(self.env["service.device"].search_count(action["domain"]), 1)
