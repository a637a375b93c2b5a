from odoo.tests import HttpCase, tagged
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
        self.assertIn("Only for accounting", self._get(self._anonymous_url()))

    def _anonymous_url(self):
        self.move._portal_ensure_token()
        return f"/my/invoices/{self.move.id}?access_token={self.move.access_token}&report_type=html"
