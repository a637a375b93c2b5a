from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from odoo.addons.service_billing.tests.common import ServiceBillingCommon
from odoo.addons.service_customer.tests.common import LINK, SentMails


@tagged("post_install", "-at_install")
class TestSaleLink(ServiceBillingCommon, HttpCase):
    """Offers and their delivery slips by a personal link."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(su=True)
        cls.user = cls._person("decision", login="sale_link_decision")
        cls.user.email = "decision@odra.example"
        cls.part = cls.env["product.product"].create({"name": "Fuser", "is_storable": True})
        cls.sale, cls.other_sale = cls.env["sale.order"].create(
            [
                {
                    "partner_id": cls.customer.id,
                    "require_signature": True,
                    "order_line": [Command.create({"product_id": cls.part.id, "name": name})],
                }
                for name in ("A new fuser", "A secret offer")
            ]
        )
        cls.sale.action_confirm()
        cls.picking = cls.sale.picking_ids
        cls.other_sale.state = "sent"
        (cls.sale | cls.other_sale).mapped(lambda sale: sale._portal_ensure_token())

    def _issue(self, sale):
        links = self.env["service.link"]._issue(sale, self.user.partner_id)
        return links[self.user.partner_id]

    def test_page_without_the_lasting_token(self):
        token = self._issue(self.other_sale)
        page = self.url_open(f"/service/l/{token}").text
        self.assertIn("A secret offer", page)
        self.assertNotIn(self.other_sale.access_token, page)
        # Core's page also names the invoices and deliveries, each with its own token.
        invoice = self.sale._create_invoices()
        invoice.action_post()
        page = self.url_open(f"/service/l/{self._issue(self.sale)}").text
        self.assertNotIn(self.sale.access_token, page)
        self.assertNotIn(invoice._portal_ensure_token(), page)

    @mute_logger("odoo.http")
    def test_nothing_is_signed_or_declined_by_it(self):
        token = self._issue(self.other_sale)
        url = f"/my/orders/{self.other_sale.id}/accept"
        params = {"access_token": token, "name": "Somebody", "signature": "R0lGODlhAQABAAAAACw="}
        answer = self.make_jsonrpc_request(url, params)
        self.assertEqual(answer, {"error": "Invalid order."})
        with self.assertRaises(JsonRpcException):
            self.make_jsonrpc_request(url.replace("accept", "transaction"), params)
        self.assertEqual(self.other_sale.state, "sent")

    def test_delivery_slip_opens_as_its_sale(self):
        url = f"/my/picking/pdf/{self.picking.id}?access_token="
        token = self._issue(self.sale)
        self.assertIn("pdf", self.url_open(url + token).headers["Content-Type"])
        for other in (self._issue(self.other_sale), self.sale.access_token, "x"):
            self.assertEqual(self.url_open(url + other).status_code, 404)
        self.env["service.link"]._find(token).action_revoke()
        self.assertEqual(self.url_open(url + token).status_code, 404)

    def test_offer_by_mail(self):
        with SentMails(self.env) as sent:
            template = self.env.ref("sale.email_template_edi_sale")
            self.other_sale.message_post_with_source(
                template,
                subtype_xmlid="mail.mt_comment",
                message_type="comment",
                partner_ids=self.user.partner_id.ids,
            )
        mails = {mail["partner_id"]: mail["body"] for mail in sent}
        self.assertIn(self.user.partner_id, mails)
        for partner, body in mails.items():
            link = self.env["service.link"]._find(LINK.search(body)[1])
            self.assertEqual((link.contact_id, link._get_document()), (partner, self.other_sale))
            self.assertNotIn(self.other_sale.access_token, body)
            self.assertNotIn("hash=", body)

    def test_revoking_needs_the_right(self):
        link = self.env["service.link"]._find(self._issue(self.sale))
        with self.assertRaises(AccessError):
            link.with_user(self.user).sudo(False).action_revoke()
