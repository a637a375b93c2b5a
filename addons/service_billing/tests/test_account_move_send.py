from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ServiceBillingCommon

# Words that would make the customer take a settlement for an invoice.
INVOICE_WORDS = ("Data faktury", "Invoice Date", "Projekt faktury", "Tytuł płatności")


@tagged("post_install", "-at_install")
class TestAccountMoveSend(ServiceBillingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("pl_PL")
        cls.customer.write({"lang": "pl_PL", "email": "odra@example.com"})
        cls.company.service_issuer = "external"

    def _html(self, move):
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "account.report_invoice_with_payments", move.ids
        )
        return html.decode()

    def test_paper_of_a_settlement(self):
        move = self._posted()
        html = self._html(move)
        self.assertIn("Rozliczenie – nie jest fakturą", html)
        self.assertIn(move.name, html)
        for word in INVOICE_WORDS:
            self.assertNotIn(word, html)
        move.write({"service_external_number": "FS 12/2026", "service_ksef_number": "K-77"})
        html = self._html(move)
        self.assertLess(html.index("FS 12/2026"), html.index("<table"))
        self.assertIn("K-77", html)

    def test_paper_in_english(self):
        self.customer.lang = "en_US"
        self.assertIn("Settlement – not an invoice", self._html(self._posted()))

    def test_paper_of_an_invoice_is_core_s(self):
        self.company.service_issuer = "odoo"
        html = self._html(self._posted())
        self.assertNotIn("nie jest fakturą", html)

    def test_paper_of_a_correction(self):
        """Polish law calls it a *faktura korygująca*; it names what it corrects, and why."""
        self.company.service_issuer = "odoo"
        move, other = self._posted(), self._posted()
        zero = move._correct_to_zero("zły nabywca")
        wizard = self.env["service.correction.price"].create(
            {"charge_id": other.service_charge_ids.id, "price_unit": 1, "reason": "aneks 2"}
        )
        wizard.action_correct()
        up = other.service_charge_ids.correction_ids.new_move_id
        by_hand = other._reverse_moves([{}])
        for paper, corrected, words in (
            (zero, move, ["Faktura korygująca", "zły nabywca", "odejmuje się"]),
            (up, other, ["Projekt faktury korygującej", "aneks 2", "dodaje się"]),
            (by_hand, other, ["Projekt faktury korygującej"]),
        ):
            html = self._html(paper)
            for word in [*words, "Dokument korygowany", corrected.name]:
                self.assertIn(word, html)
            self.assertNotIn("ota kredytowa", html.replace("Kredytowa", "kredytowa"))
        self.assertEqual(zero.invoice_origin, move.name)
        template = zero._get_mail_template().with_context(lang="pl_PL")
        subject = template._render_field("subject", zero.ids)[zero.id]
        self.assertIn(f"Faktura korygująca {zero.name}", subject)
        body = template._render_field("body_html", zero.ids)[zero.id]
        self.assertIn("korektę", body)
        self.assertIn(move.name, body)
        # Issued elsewhere meanwhile: a correction follows today's issuer.
        self.company.service_issuer = "external"
        again = wizard.copy({"price_unit": 2})
        again.action_correct()
        settled = other.service_charge_ids.correction_ids.new_move_id - up
        self.assertIn("Korekta rozliczenia – nie jest fakturą", self._html(settled))
        self.assertEqual(zero.with_context(lang="pl_PL").type_name, "Faktura korygująca")

    def test_page_price_on_paper(self):
        self.assertIn("0,0285", self._html(self._posted()))

    def test_mail_of_a_settlement(self):
        move = self._posted()
        move.service_external_number = "FS 12/2026"
        self.env["account.move.send"]._generate_and_send_invoices(move, sending_methods=["email"])
        message = move.message_ids.filtered(lambda m: m.message_type == "comment")[:1]
        self.assertIn("nie jest fakturą", message.subject)
        self.assertIn("nie jest fakturą", message.body.lower())
        self.assertNotIn("faktura", message.subject.lower())
        self.assertTrue(message.attachment_ids)
        self.assertTrue(all("ROZ" in name for name in message.attachment_ids.mapped("name")))

    def test_no_electronic_invoice_from_a_settlement(self):
        """Whatever is ticked or set on the partner."""
        move = self._posted()
        send = self.env["account.move.send"]
        settings = send._get_default_sending_settings(
            move,
            extra_edis={"pl_ksef"},
            invoice_edi_format="fa3_pl",
            sending_methods={"email", "peppol"},
        )
        self.assertEqual(settings["extra_edis"], set())
        self.assertFalse(settings["invoice_edi_format"])
        self.assertEqual(settings["sending_methods"], {"email"})

    def test_sending_waits_for_the_number(self):
        """What an addon declares incomplete is refused in words, in the wizard and in a batch."""
        move = self._posted()
        with patch.object(type(move), "_is_fiscally_complete", lambda self: False):
            with self.assertRaisesRegex(UserError, "has not come back"):
                self.env["account.move.send"]._generate_and_send_invoices(move)
            self.assertFalse(move._is_ready_to_be_sent())
        self.assertFalse(move.invoice_pdf_report_id)
