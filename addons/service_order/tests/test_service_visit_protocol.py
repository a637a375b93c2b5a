import base64
import hashlib
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ServiceOrderCommon
from .test_service_order_settlement import PIXEL


@tagged("post_install", "-at_install")
class TestServiceVisitProtocol(ServiceOrderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reporter = cls._person("protocol_reporter").partner_id
        cls.order = cls._create_order(reporter_id=cls.reporter.id)
        cls.visit = cls._create_visit(cls.order)
        cls._create_line(cls.visit)
        cls.visit.action_start()

    def _finish(self, **vals):
        self.visit.write({"description": "Changed the roller", "work_minutes": 45, **vals})
        self.visit.with_user(self.technician_user).action_finish()
        return self.visit.protocol_ids

    def _mails(self):
        return self.visit.message_ids.filtered("attachment_ids")

    def _text(self):
        """What is printed, without the markup around it."""
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "service_order.action_report_visit", self.visit.ids
        )
        return html.decode()

    def test_finished_visit_is_mailed_at_once(self):
        protocol = self._finish(signature=PIXEL, signed_by="Anna Nowak")
        self.assertEqual((protocol.name, protocol.is_signed), (f"{self.order.name}/1", True))
        content = base64.b64decode(protocol.pdf)
        self.assertEqual(protocol.sha256, hashlib.sha256(content).hexdigest())
        mail = self._mails()
        self.assertEqual(mail.partner_ids, self.reporter)
        self.assertEqual(mail.attachment_ids.raw, content)
        # Whoever accepts the work accepts this paper.
        shown = self.order._describe_question("work")
        self.assertIn(f"SHA-256: {protocol.sha256}", shown)
        # Made and sent: nothing happens a second time.
        self.visit._issue_protocols()
        self.assertEqual((self.visit.protocol_ids, self._mails()), (protocol, mail))

    def test_only_who_may_read_the_visit_gets_it(self):
        foreign = self._person("protocol_foreign", locations=self.other_site).partner_id
        self.site.service_contact_id = foreign
        self.assertEqual(self.visit._get_protocol_recipients(), self.reporter | foreign)
        self._finish(signature=PIXEL, signed_by="Anna Nowak")
        self.assertEqual(self._mails().notified_partner_ids, self.reporter)
        self.assertNotIn("goes to nobody", str(self.order.message_ids.mapped("body")))
        self.order.reporter_id = False
        self.visit._send_protocol(self.visit.protocol_ids.sudo())
        self.assertIn("goes to nobody", str(self.order.message_ids.mapped("body")))

    def test_signature_afterwards_makes_another_one(self):
        first = self._finish(refusal_reason="Nobody there")
        self.assertFalse(first.is_signed)
        self.visit.with_user(self.technician_user).signature = PIXEL
        self.visit.invalidate_recordset(["protocol_ids"])
        both = self.visit.protocol_ids
        self.assertEqual(both.mapped("is_signed"), [True, False])
        self.assertEqual(both[0].name, f"{self.order.name}/2")
        self.assertEqual(len(self._mails()), 2)

    def test_what_was_sent_stays(self):
        protocol = self._finish()
        with self.assertRaises(AccessError):
            protocol.with_user(self.manager).name = "1"
        file = self.env["ir.attachment"].search(
            [("res_model", "=", protocol._name), ("res_field", "=", "pdf")]
        )
        for change in (lambda: file.write({"raw": b"other"}), file.unlink):
            with self.assertRaisesRegex(UserError, "has been issued"):
                change()
        # Personal data of who signed may be removed: the number and the hash stay.
        self.assertTrue(self._mails())
        protocol._forget_files()
        self.assertFalse(self._mails(), "nor is it in the conversation")
        self.assertFalse(protocol.pdf)
        self.assertTrue(protocol.sha256)

    def test_failure_stops_no_visit(self):
        report = type(self.env["ir.actions.report"])
        with patch.object(report, "_render_qweb_pdf", side_effect=UserError("No paper")):
            self.assertFalse(self._finish())
        self.assertEqual(self.visit.state, "done")
        self.assertIn("No paper", self.order.activity_ids[-1:].note)
        self.visit.with_user(self.technician_user).action_issue_protocol()
        self.assertTrue(self.visit.protocol_ids)

    def test_paper(self):
        self.company.service_protocol_prices = True
        self.visit.line_ids.write(
            {"covered": False, "price_unit": 123.4, "override_reason": "Test"}
        )
        self._finish(refusal_reason="Nobody there")
        text = self._text()
        for part in ("SN-1", "Changed the roller", "Roller", "Nobody there", "123.40", "payable"):
            self.assertIn(part, text)
        self.company.service_protocol_prices = False
        self.assertNotIn("123.40", self._text())
