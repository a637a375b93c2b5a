from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from .common import ServiceBillingCommon


@tagged("post_install", "-at_install")
class TestAccountMovePortal(ServiceBillingCommon, HttpCase):
    """Role × list, page, PDF, report, attachment; without and with the document's token."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {role: cls._person(role) for role in ("decision", "user", "accounting")}
        cls.users["stranger"] = cls._person("accounting", cls.stranger, "billing_person_stranger")
        for user in cls.users.values():
            user.password = "billing_person_password"
        cls.move = cls._posted(name="Only for accounting")
        cls.attachment = cls.env["ir.attachment"].create(
            {
                "name": "invoice.txt",
                "raw": b"secret of the invoice",
                "res_model": "account.move",
                "res_id": cls.move.id,
            }
        )

    def _login(self, role):
        self.authenticate(self.users[role].login, "billing_person_password")

    def _get(self, url):
        response = self.url_open(url)
        return response.text if response.status_code == 200 else ""

    def _urls(self, token):
        page = f"/my/invoices/{self.move.id}"
        return [
            f"{page}?access_token={token}",
            f"{page}?access_token={token}&report_type=html",
            f"{page}?access_token={token}&report_type=pdf&download=1",
        ]

    def test_each_role_each_way(self):
        self.move._portal_ensure_token()
        marks = ("Only for accounting", "invoice_html", self.move.name)
        for role in self.users:
            allowed = role == "accounting"
            self._login(role)
            with self.subTest(role=role, way="list"):
                self.assertEqual(self.move.name in self._get("/my/invoices"), allowed)
            for token in ("", self.move.access_token):
                for url in self._urls(token):
                    with self.subTest(role=role, url=url):
                        found = self._get(url)
                        self.assertEqual(any(mark in found for mark in marks), allowed)
            # Core opens neither to portal users: they come by the page of the document.
            with self.subTest(role=role, way="report"), mute_logger("odoo.http"):
                found = self._get(f"/report/html/account.report_invoice/{self.move.id}")
                self.assertNotIn("Only for accounting", found)
            with self.subTest(role=role, way="attachment"), mute_logger("odoo.http"):
                self.assertNotIn("secret", self._get(f"/web/content/{self.attachment.id}"))

    def test_settlement_in_the_portal(self):
        self.company.service_issuer = "external"
        move = self._posted(name="Settled pages")
        self._login("accounting")
        move.write({"service_external_number": "FS 44/2026", "service_ksef_number": "K-44"})
        page = self._get("/my/invoices")
        self.assertLess(page.index("FS 44/2026"), page.index(move.name))
        self.assertIn("Settlement – not an invoice", page)
        page = self._get(f"/my/invoices/{move.id}")
        self.assertIn("FS 44/2026", page)
        self.assertIn("K-44", page)
        self.assertIn("Settlement – not an invoice", page)

    def _allow_online_payment(self):
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("account_payment.enable_portal_payment", "True")

    def test_settlement_is_not_paid_online(self):
        """Whether the invoice is paid is known in the program that issued it, not here."""
        self._allow_online_payment()
        self.assertTrue(self.move._has_to_be_paid())
        self.company.service_issuer = "external"
        move = self._posted(name="Settled pages")
        move.write({"service_external_number": "FS 44/2026", "invoice_date_due": "2026-01-01"})
        self.assertFalse(move._has_to_be_paid())
        self.assertIn("Pay by the invoice", move._get_online_payment_error())
        self._login("accounting")
        row = self._row_of(self._get("/my/invoices"), "FS 44/2026")
        self.assertIn("No payment data", row)
        self.assertNotIn("Pay Now", row)
        self.assertNotIn("Waiting for Payment", row)
        page = self._get("/my/invoices?filterby=overdue_invoices")
        self.assertNotIn("FS 44/2026", page)

    def _row_of(self, page, number):
        return next(row for row in page.split("<tr") if number in row)

    def test_no_transaction_for_what_may_not_be_paid(self):
        """Also a link made by hand ends before any money moves."""
        self.company.service_issuer = "external"
        settlement = self._posted(name="Settled pages")
        settlement.service_external_number = "FS 44/2026"
        draft = self.move.copy()
        provider = self.env["payment.provider"].create({"name": "Bank", "code": "none"})
        method = self.env["payment.method"].create({"name": "Transfer", "code": "transfer_test"})
        vals = {
            "provider_id": provider.id,
            "payment_method_id": method.id,
            "amount": 1.0,
            "currency_id": self.company.currency_id.id,
            "partner_id": self.customer.id,
        }
        transactions = self.env["payment.transaction"].sudo()
        for move in (settlement, draft):
            with self.assertRaisesRegex(ValidationError, "cannot be paid online"):
                transactions.create(
                    {**vals, "reference": str(move.id), "invoice_ids": [Command.set(move.ids)]}
                )
        paying = [Command.set(self.move.ids)]
        self.assertTrue(transactions.create({**vals, "reference": "ok", "invoice_ids": paying}))

    def test_incomplete_document_is_not_shown(self):
        """As an addon that waits for a number would have it."""
        move = self._posted(name="Waiting for its number")
        move._portal_ensure_token()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move SET service_fiscally_complete = FALSE WHERE id = %s", [move.id]
        )
        move.invalidate_recordset()
        url = f"/my/invoices/{move.id}?access_token={move.access_token}&report_type=html"
        self._login("accounting")
        self.assertNotIn(move.name, self._get("/my/invoices"))
        self.assertNotIn("Waiting for its number", self._get(url))
        self.authenticate(None, None)
        self.assertNotIn("Waiting for its number", self._get(url))
        self.assertNotIn("Waiting for its number", self._get(self._anonymous_url(move)))
        self.assertIn("Only for accounting", self._get(self._anonymous_url()))

    def _anonymous_url(self, move=None):
        move = move or self.move
        token = self.env["service.link"]._issue(move, self.customer)[self.customer]
        return f"/my/invoices/{move.id}?access_token={token}&report_type=html"

    @mute_logger("odoo.http")
    def test_late_invoices_of_several_customers_are_paid_one_by_one(self):
        """Core pays late invoices in the person's own name, all as one."""
        person = self.users["accounting"]
        self.move.invoice_date_due = "2026-01-02"
        self._login("accounting")
        count = self.make_jsonrpc_request("/my/counters", {"counters": ["overdue_invoice_count"]})
        self.assertEqual(count["overdue_invoice_count"], 1)
        self.assertIn(self.move.name, self._get("/my/invoices?filterby=overdue_invoices"))
        self.env["service.membership"].create(
            {
                "contact_id": person.partner_id.id,
                "customer_id": self.stranger.id,
                "role": "accounting",
            }
        )
        other = self._posted(customer_id=self.stranger.id, name="Of the second customer")
        other.invoice_date_due = "2026-01-02"
        response = self.url_open("/my/invoices/overdue")
        self.assertIn("/my/invoices?filterby=overdue_invoices", response.url)
        self.assertIn(other.name, response.text)
        with self.assertRaisesRegex(JsonRpcException, "ValidationError"):
            self.make_jsonrpc_request("/invoice/transaction/overdue", {"payment_reference": "x"})
