from lxml import etree

from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import ServiceOrderCommon

BUTTONS = {
    "service_location_count": "action_open_service_locations",
    "service_membership_count": "action_open_service_memberships",
    "service_device_count": "action_open_service_devices",
    "service_contract_count": "action_open_service_contracts",
    "service_to_bill_count": "action_open_service_charges",
    "service_order_count": "action_view_service_orders",
}


@tagged("post_install", "-at_install")
class TestCustomerCard(ServiceOrderCommon):
    """The customer's card and the search for customers, with what all addons put there."""

    def test_numbers_are_of_what_the_buttons_open(self):
        person = self.env["res.partner"].create({"name": "Ewa", "parent_id": self.customer.id})
        self.env["service.membership"].create(
            {"contact_id": person.id, "customer_id": self.customer.id, "role": "user"}
        )
        self._create_order(self.device)
        self.env["service.charge"].create(
            {
                "name": "Fee",
                "company_id": self.company.id,
                "customer_id": self.customer.id,
                "date": "2026-10-31",
                "kind": "fee",
                "product_id": self.part.id,
                "quantity": 1,
                "price_unit": 50,
                "currency_id": self.company.currency_id.id,
            }
        )
        for name, method in BUTTONS.items():
            action = getattr(self.customer, method)()
            domain = action["domain"]
            domain = safe_eval(domain) if isinstance(domain, str) else domain
            opened = self.env[action["res_model"]].search_count(domain)
            with self.subTest(button=method):
                self.assertTrue(opened)
                self.assertEqual(self.customer[name], opened)

    def test_who_has_which_button(self):
        manager = self._user("card_manager", "service_customer.group_service_manager")
        accounting = self._user("card_accounting", "service_customer.group_service_accounting")
        form = self.env.ref("base.view_partner_form").id
        partners = self.env["res.partner"]
        arch = partners.with_user(manager).get_view(form, "form")["arch"]
        for method in BUTTONS.values():
            self.assertIn(f'name="{method}"', arch)
        arch = partners.with_user(accounting).get_view(form, "form")["arch"]
        for method in ("action_view_partner_invoices", "action_open_service_balance"):
            self.assertIn(f'name="{method}"', arch)

    def test_each_filter_and_grouping_works(self):
        manager = self._user("search_manager", "service_customer.group_service_manager")
        names = {"service.membership": {"group_role"}}
        names["res.partner"] = {
            "service_no_location",
            "service_no_portal",
            "service_no_contract",
            "group_service_region",
            "group_service_contract_type",
        }
        for model, expected in names.items():
            records = self.env[model].with_user(manager)
            view = self.env.ref("base.view_res_partner_filter").id
            arch = records.get_view(view if model == "res.partner" else None, "search")["arch"]
            found = {one.get("name"): one for one in etree.fromstring(arch).iter("filter")}
            self.assertLessEqual(expected, found.keys())
            for name in expected:
                domain = safe_eval(found[name].get("domain") or "[]")
                group = safe_eval(found[name].get("context") or "{}").get("group_by")
                with self.subTest(filter=name):
                    records.search(domain, limit=1)
                    records.formatted_read_group(domain, [group] if group else [], ["__count"])
