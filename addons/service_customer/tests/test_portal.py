import re
from unittest.mock import patch

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
        self._create_membership("decision")
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

    def _csrf_token(self):
        page = self.url_open("/my/address").text
        return re.search(r"name=\"csrf_token\" value=\"(\w+)\"", page).group(1)

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
