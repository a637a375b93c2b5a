import re
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from odoo.addons.http_routing.tests.common import MockRequest
from odoo.addons.service_customer.controllers.portal import CustomerPortal

from .common import ServiceCustomerCommon


@tagged("post_install", "-at_install")
class TestPortal(HttpCase, ServiceCustomerCommon):
    def setUp(self):
        super().setUp()
        self.portal_user.password = "service_person"
        self.membership = self._create_membership("decision")
        self.authenticate("service_person", "service_person")

    def _archive(self, partner):
        return self.make_jsonrpc_request("/my/address/archive", {"partner_id": partner.id})

    @mute_logger("odoo.http")
    def test_location_is_not_archived_by_the_address_route(self):
        delivery = self.env["res.partner"].create(
            {"name": "Dock", "type": "delivery", "parent_id": self.customer.id}
        )
        self._archive(delivery)
        self.assertFalse(delivery.active, "the route works for core's own address types")
        with self.assertRaisesRegex(JsonRpcException, "Forbidden"):
            self._archive(self.site)
        self.assertTrue(self.site.active)

    @mute_logger("odoo.http")
    def test_location_is_not_renamed_by_the_address_route(self):
        self.assertEqual(self.url_open(f"/my/address?partner_id={self.site.id}").status_code, 403)
        response = self.url_open(
            "/my/address/submit",
            data={
                "csrf_token": self._csrf_token(),
                "partner_id": str(self.site.id),
                "address_type": "delivery",
                "name": "Renamed",
                "email": "anna@odra.example",
                "phone": "1",
                "street": "Zmieniona 1",
                "city": "Wrocław",
                "zip": "50-001",
                "country_id": str(self.poland.id),
            },
        )
        self.assertEqual(response.status_code, 403)
        self.assertRecordValues(self.site, [{"name": "Site A", "street": False}])

    def test_location_is_not_offered_as_an_address(self):
        page = self.url_open("/my/addresses").text
        self.assertNotIn("Site A", page)

    def _submit(self, **form):
        """What core's page of the account or of an address sends."""
        form = {
            "csrf_token": self._csrf_token(),
            "name": "Anna",
            "email": "anna@odra.example",
            "phone": "1",
            "street": "Krakowska 1",
            "city": "Wrocław",
            "zip": "50-001",
            "country_id": str(self.poland.id),
            **form,
        }
        return self.url_open("/my/address/submit", data=form)

    def _csrf_token(self):
        page = self.url_open("/my/account").text
        return re.search(r"name=\"csrf_token\" value=\"(\w+)\"", page).group(1)

    def _become(self, role, locations=None):
        scope = "locations" if locations else "all"
        ids = locations.ids if locations else []
        self.membership.write({"role": role, "scope": scope, "location_ids": [Command.set(ids)]})

    @mute_logger("odoo.http")
    def test_company_is_renamed_only_by_who_decides_for_it(self):
        """Core gives the company the name that any of its people types into the own account."""
        mine = {"partner_id": str(self.person.id), "company_name": "Other Ltd"}
        for role, locations in (("user", None), ("accounting", None), ("decision", self.site)):
            self._become(role, locations=locations)
            with self.subTest(role=role):
                self.assertIn("redirectUrl", self._submit(**mine, name="Anna Maria").text)
                self.assertEqual(self.person.name, "Anna Maria")
                self.assertEqual(self.customer.name, "Odra")
        self._become("decision")
        self._submit(**mine)
        self.assertEqual(self.customer.name, "Other Ltd")

    @mute_logger("odoo.http")
    def test_addresses_of_the_company_are_for_who_decides_for_it(self):
        dock = self.env["res.partner"].create(
            {"name": "Dock", "type": "delivery", "parent_id": self.customer.id}
        )
        new = {"address_type": "delivery", "name": "Gate 2"}
        for role in ("user", "accounting"):
            self._become(role)
            with self.subTest(role=role):
                self.assertEqual(self._submit(**new).status_code, 403)
                self.assertEqual(self._submit(**new, partner_id=str(dock.id)).status_code, 403)
                with self.assertRaisesRegex(JsonRpcException, "Forbidden"):
                    self._archive(dock)
                page = self.url_open("/my/addresses").text
                self.assertIn("Dock", page)
                self.assertNotIn("o_address_card_add_new", page)
        self._become("decision")
        self.assertIn("o_address_card_add_new", self.url_open("/my/addresses").text)
        self.assertEqual(self._submit(**new).status_code, 200)
        self.assertIn("Gate 2", self.customer.child_ids.mapped("name"))

    def test_who_lost_the_role_sees_no_addresses_of_the_company(self):
        self.env["res.partner"].create(
            {"name": "Dock", "type": "delivery", "parent_id": self.customer.id}
        )
        self.membership.write({"date_from": "2020-01-01", "date_to": "2020-01-02"})
        self.assertNotIn("Dock", self.url_open("/my/addresses").text)

    def test_document_access_is_the_persons_own_even_with_a_token(self):
        """Core lets a valid token in; the person's rules must hold all the same."""

        def accept_token(controller, model_name, document_id, access_token=None):
            return self.env[model_name].sudo().browse(document_id)

        core = CustomerPortal.__mro__[1]
        with (
            MockRequest(self.env(user=self.portal_user)),
            patch.object(core, "_document_check_access", accept_token),
        ):
            check = CustomerPortal()._document_check_access
            self.assertEqual(check("res.partner", self.site.id, "token"), self.site)
            with self.assertRaises(AccessError):
                check("res.partner", self.foreign_site.id, "token")
