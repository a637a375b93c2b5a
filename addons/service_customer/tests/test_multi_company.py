from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import ServiceCustomerCommon


@tagged("post_install", "-at_install")
class TestMultiCompany(ServiceCustomerCommon):
    """Two companies: each has its own customers and regions, and shares those without a company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.env["res.company"].create({"name": "Second"})
        cls.second_dispatcher = new_test_user(
            cls.env,
            "second_dispatcher",
            groups="service_customer.group_service_dispatcher",
            company_id=cls.second.id,
            company_ids=[(6, 0, cls.second.ids)],
        )
        cls.own_customer = cls._create_customer("First's own", company_id=cls.env.company.id)
        cls.own_site = cls._create_location("Own site", cls.own_customer)

    def _seen(self, records):
        return records.with_user(self.second_dispatcher).search([("id", "in", records.ids)])

    def test_locations_belong_to_the_company_of_their_customer(self):
        self.assertEqual(self.own_site.company_id, self.env.company)
        customers = self.own_customer + self.own_site + self.customer + self.site
        self.assertEqual(self._seen(customers), self.customer + self.site)
        self.own_customer.company_id = self.second
        self.assertEqual(self.own_site.company_id, self.second)
        self.assertEqual(self._seen(customers), customers)

    def test_roles_follow_their_customer(self):
        person = self.env["res.partner"].create({"name": "Ewa"})
        own = self._create_membership(contact=person, customer=self.own_customer)
        shared = self._create_membership(contact=person)
        self.assertEqual(self._seen(own + shared), shared)

    def test_region_of_another_company_disturbs_nobody(self):
        self.env["service.region.zip"].search([]).unlink()
        own, shared = self.env["service.region"].create(
            [
                {
                    "name": "Own",
                    "company_id": self.env.company.id,
                    "zip_ids": [(0, 0, {"zip_from": "50-001"})],
                },
                {"name": "Shared", "zip_ids": [(0, 0, {"zip_from": "59-220"})]},
            ]
        )
        self.assertEqual(self._seen(own + shared), shared)
        self.assertEqual(self.customer.service_region_id, own)
        customer = self.customer.with_user(self.second_dispatcher)
        self.env.invalidate_all()
        values = customer.web_read({"service_region_id": {"fields": {"display_name": {}}}})
        self.assertEqual(values[0]["service_region_id"]["id"], own.id)
        customer.zip = "59-220"
        self.assertEqual(self.site.service_region_id, shared)

    def test_people_and_recipients_of_another_company_are_refused(self):
        self.other_customer.company_id = self.second
        with self.assertRefused("no company crossover"):
            self.other_customer.service_invoice_partner_id = self.own_customer
        with self.assertRefused("no company crossover"):
            self.foreign_site.service_contact_id = self.env["res.partner"].create(
                {"name": "First's", "company_id": self.env.company.id}
            )
        with self.assertRaises(AccessError):
            self.own_site.with_user(self.second_dispatcher).name = "Taken"
