from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .common import ServiceCustomerCommon


@tagged("post_install", "-at_install")
class TestResPartnerLocation(ServiceCustomerCommon):
    def test_path_is_in_the_name_and_follows_renaming(self):
        self.assertEqual(self.room.display_name, "Odra, Site A / Floor 1 / Room 12")
        self.site.name = "Head office"
        self.customer.name = "Odra S.A."
        self.assertEqual(self.room.complete_name, "Odra S.A., Head office / Floor 1 / Room 12")
        found = self.env["res.partner"].name_search("Head office / Floor 1")
        self.assertEqual({id_ for id_, _name in found}, {self.floor.id, self.room.id})

    def test_customer_is_the_commercial_partner(self):
        self.assertEqual(self.room.commercial_partner_id, self.customer)

    def test_address_is_read_from_the_nearest_above(self):
        self.assertEqual(self.room._get_service_address(), self.customer)
        self.floor.write({"street": "Boczna 2", "city": "Wrocław"})
        self.assertEqual(self.room._get_service_address(), self.floor)
        self.assertEqual(self.site._get_service_address(), self.customer)
        self.assertEqual(self.person._get_service_address(), self.person)

    def test_copied_address_of_the_customer_is_left_empty(self):
        address = {"street": "Krakowska 1", "zip": "50-001", "city": "Wrocław"}
        site = self._create_location("C", self.customer, country_id=self.poland.id, **address)
        self.assertRecordValues(site, [{"street": False, "zip": False, "country_id": False}])

    def test_address_flows_neither_down_nor_up(self):
        self.customer.write({"street": "Nowa 7", "zip": "50-100"})
        self.assertFalse(self.site.street)
        self.other_site.write({"street": "Portowa 5"})
        self.assertEqual(self.customer.street, "Nowa 7")
        self.site.parent_id = self.other_site
        self.assertFalse(self.site.street)

    def test_first_location_gives_its_address_to_nobody(self):
        customer = self.env["res.partner"].create({"name": "No address", "is_company": True})
        self.env["res.partner"]._load_records(
            [
                {
                    "xml_id": "service_customer.test_first_location",
                    "values": {
                        "name": "First",
                        "type": "location",
                        "parent_id": customer.id,
                        "street": "Polna 1",
                    },
                }
            ]
        )
        self.assertFalse(customer.street)

    def test_person_at_a_location_keeps_the_own_address(self):
        person = self.env["res.partner"].create(
            {"name": "Jan", "parent_id": self.site.id, "street": "Prywatna 1"}
        )
        self.assertFalse(self.site.street)
        person.street = "Prywatna 2"
        self.other_site.street = "Portowa 9"
        person.parent_id = self.other_site
        self.assertEqual(person.street, "Prywatna 2")
        self.assertEqual(self.other_site.street, "Portowa 9")

    def test_tax_number_stays_with_the_customer(self):
        self.customer.vat = "PL8971234561"
        self.assertFalse(self.site.vat)
        self.assertEqual(self.person.vat, "PL8971234561")
        new_site = self._create_location("New", self.customer)
        loaded = self.env["res.partner"]._load_records(
            [
                {
                    "xml_id": "service_customer.test_loaded_location",
                    "values": {
                        "name": "Loaded",
                        "type": "location",
                        "parent_id": self.customer.id,
                    },
                }
            ]
        )
        self.assertFalse(new_site.vat or loaded.vat)
        with self.assertRefused("no tax number of its own"):
            self.site.vat = "PL8992640177"
        with self.assertRefused("no tax number of its own"):
            self._create_location("Wrong", self.customer, vat="PL8992640177")
        self.assertEqual(self.customer.vat, "PL8971234561")

    def test_tax_number_of_a_person_at_a_location_does_not_reach_it(self):
        person = self.env["res.partner"].create({"name": "Jan", "parent_id": self.site.id})
        person.vat = "PL8992640177"
        self.assertFalse(self.site.vat)
        self.assertFalse(self.customer.vat)

    def test_never_an_invoice_or_delivery_address(self):
        for partner in (self.customer, self.site, self.room):
            self.assertEqual(
                partner.address_get(["invoice", "delivery", "other", "contact"]),
                dict.fromkeys(["invoice", "delivery", "other", "contact"], self.customer.id),
            )
        self.other_customer.type = "other"
        self.assertEqual(
            self.foreign_site.address_get(["invoice"])["invoice"], self.other_customer.id
        )

    def test_invoice_recipient_is_the_nearest_above(self):
        payer = self._create_customer("Payer")
        self.assertEqual(self.room._get_service_invoice_partner(), self.customer)
        self.site.service_invoice_partner_id = payer
        self.assertEqual(self.room._get_service_invoice_partner(), payer)
        self.assertEqual(self.other_site._get_service_invoice_partner(), self.customer)

    def test_moves_only_inside_its_customer(self):
        self.floor.parent_id = self.other_site
        self.assertEqual(self.room.complete_name, "Odra, Site B / Floor 1 / Room 12")
        with self.assertRefused("can't be moved to another customer"):
            self.floor.parent_id = self.other_customer
        with self.assertRefused("can't be moved to another customer"):
            self.customer.write({"is_company": False, "parent_id": self.other_customer.id})

    def test_must_lie_in_a_customer_or_location(self):
        Partner = self.env["res.partner"]
        with self.assertRefused("must lie in a customer"):
            Partner.create({"name": "Nowhere", "type": "location"})
        with self.assertRefused("must lie in a customer"):
            self._create_location("In a person", self.person)
        with self.assertRefused("needs a name"):
            self._create_location(" ", self.customer)
        with self.assertRefused("can't be a company"):
            self.site.is_company = True
        with self.assertRaises(ValidationError):
            self.site.parent_id = self.room

    def test_type_never_changes_from_or_to_location(self):
        with self.assertRefused("can't be turned into a location"):
            self.site.type = "delivery"
        with self.assertRefused("can't be turned into a location"):
            self.person.type = "location"

    def test_count_is_of_the_whole_tree(self):
        self.room.active = False
        self.assertEqual(self.customer.service_location_count, 3)
        self.assertEqual(self.site.service_location_count, 1)
        self.assertIn(self.room, self.customer._get_service_subtrees()[self.customer])

    def test_form_creates_a_location(self):
        form = Form(
            self.env["res.partner"]
            .with_user(self.dispatcher)
            .with_context(default_type="location", default_is_company=False),
            view="service_customer.service_location_view_form",
        )
        form.name = "Branch"
        form.parent_id = self.customer
        location = form.save()
        self.assertRecordValues(
            location, [{"type": "location", "commercial_partner_id": self.customer.id}]
        )
