from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import ServiceDeviceCommon


@tagged("post_install", "-at_install")
class TestServiceDeviceDetails(ServiceDeviceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.device = cls._create_device("D1", customer_id=cls.customer.id)
        cls.anna, cls.stranger = cls.env["res.partner"].create(
            [
                {"name": "Anna", "parent_id": cls.customer.id, "phone": "+48 600 100 200"},
                {"name": "Stranger", "parent_id": cls.other_customer.id},
            ]
        )

    # --- options ---

    def test_options(self):
        finisher = self._create_device("FIN", parent_id=self.device.id)
        self.assertEqual(self.device.child_count, 1)
        action = self.device.action_open_options()
        self.assertEqual(action["res_id"], finisher.id)
        for child, parent in ((self.device, finisher), (finisher, finisher)):
            with self.subTest(child.serial), self.assertRaisesRegex(ValidationError, "option"):
                child.parent_id = parent

    # --- people ---

    def test_people_are_the_customers(self):
        self.device.contact_ids = self.anna
        with self.assertRaisesRegex(ValidationError, "Stranger: not of Test Customer"):
            self.device.contact_ids = [Command.link(self.stranger.id)]

    def test_people_of_the_former_customer_no_longer_use_it(self):
        self.device.contact_ids = self.anna
        self._place(self.device, 1)
        self.assertEqual(self.device.contact_ids, self.anna)
        self._place(
            self.device, 0.5, customer_id=self.other_customer.id, location_id=self.other_site.id
        )
        self.assertFalse(self.device.contact_ids)

    # --- cost ---

    def test_purchase_cost_is_hidden_from_technicians(self):
        self.device.purchase_cost = 4200
        for role in ("warehouse", "accounting", "manager"):
            device = self.device.with_user(self.users[role])
            self.assertEqual(device.purchase_cost, 4200)
        for role in ("technician", "dispatcher"):
            device = self.device.with_user(self.users[role])
            with self.subTest(role), self.assertRaises(AccessError):
                device.read(["purchase_cost"])
            form = Form(device)
            self.assertNotIn("purchase_cost", form._view["fields"])

    # --- network ---

    def test_network_data_has_one_written_form(self):
        self.device.write(
            {"ip_address": " 10.0.0.7 ", "mac_address": "00-20-6b-4e-11-a7", "firmware": "G00-K4"}
        )
        self.assertEqual(self.device.ip_address, "10.0.0.7")
        self.assertEqual(self.device.mac_address, "00:20:6B:4E:11:A7")

    def test_impossible_network_data_is_said(self):
        for vals, words in (
            ({"ip_address": "10.0.0.256"}, "not an IP address"),
            ({"mac_address": "00:20"}, "not a MAC address"),
            ({"mac_address": "zz:20:6b:4e:11:a7"}, "not a MAC address"),
            ({"panel_url": "javascript:alert(1)"}, "https://"),
        ):
            with self.subTest(vals), self.assertRaisesRegex(ValidationError, words):
                self.device.write(vals)

    def test_search_by_ip_customer_and_location(self):
        self.device.ip_address = "10.77.0.7"
        view = self.env["service.device"].get_view(
            self.env.ref("service_device.service_device_view_search").id
        )
        self.assertIn("ip_address", view["arch"])
        found = self.env["service.device"].search([("ip_address", "ilike", "77.0")])
        self.assertEqual(found, self.device)

    # --- properties of the category ---

    def test_category_form_defines_properties(self):
        """A terminal is described as naturally as a copier."""
        terminal = self.category.create(
            {
                "name": "Terminals",
                "device_properties_definition": [
                    {"name": "sim", "string": "SIM Card", "type": "char"}
                ],
            }
        )
        model = self.model.copy({"name": "POS", "category_id": terminal.id})
        form = Form(self.env["service.device"])
        form.model_id = model
        form.serial = "POS1"
        device = form.save()
        device.device_properties = {"sim": "8948"}
        found = device.search([("device_properties.sim", "=", "8948")])
        self.assertEqual(found, device)

    # --- model ---

    def test_model_knows_maintenance_reading_and_parts(self):
        toner = self.env["product.product"].create({"name": "Toner", "type": "consu"})
        form = Form(self.model)
        form.maintenance_pages = 120000
        form.maintenance_months = 12
        form.reading_instruction = "Menu, Counter"
        with form.consumable_ids.new() as line:
            line.kind = "black"
            line.product_id = toner
            line.origin = "substitute"
            line.yield_pages = 25000
        with form.resource_ids.new() as line:
            line.name = "Manual"
            line.url = "https://example.com/manual"
            line.audience = "customer"
            line.lang = "en_US"
        form.save()
        self.assertEqual(self.model.consumable_ids.origin, "substitute")
        self.assertEqual(self.model.resource_ids.lang, "en_US")

    # --- card ---

    def test_card_tells_what_matters(self):
        self.device.write(
            {
                "ip_address": "10.0.0.7",
                "warranty_date": fields.Date.today() + timedelta(days=30),
                "warranty_pages": 100000,
                "contact_ids": self.anna.ids,
            }
        )
        card = self.device.with_user(self.users["technician"]).card_html
        for part in ("Warranty Until", "100\u00a0000 pages", "Anna", "tel:", "http://10.0.0.7"):
            self.assertIn(part, card)
        self.assertIn("Installed: Test Customer", card)

    def test_card_is_filled_by_upper_addons(self):
        device_class = self.env.registry["service.device"]
        original = device_class._card_facts

        def card_facts(device):
            fact = {"order": 5, "icon": "fa-bolt", "label": "Upper", "value": "<b>fact</b>"}
            return [*original(device), fact]

        self.patch(device_class, "_card_facts", card_facts)
        card = self.device.card_html
        self.assertIn("Upper", card)
        self.assertIn("&lt;b&gt;fact", card)

    def test_card_of_many_costs_as_of_one(self):
        """The form shows one card; lists never ask for it."""
        arch = self.env["service.device"].get_view(view_type="list")["arch"]
        self.assertNotIn("card_html", arch)
