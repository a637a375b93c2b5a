import io
from email.message import EmailMessage
from unittest.mock import patch

from PIL import Image

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ServiceOrderCommon


def picture():
    """A photo with the place where it was taken, as a telephone stores it."""
    exif = Image.Exif()
    exif[0x010F] = "Maker of the phone"
    stream = io.BytesIO()
    Image.effect_noise((400, 300), 90).save(stream, "JPEG", exif=exif)
    return stream.getvalue()


@tagged("post_install", "-at_install")
class TestServiceOrderMail(ServiceOrderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.alias_domain_id = cls.env["mail.alias.domain"].create(
            {"name": "serwis.example", "catchall_alias": "odbior", "bounce_alias": "zwroty"}
        )
        cls.company.service_order_alias_name = "zgloszenia"
        cls.person = cls._person("mail_person").partner_id
        cls.device.inventory_number = "INW/0042"

    def _mail(self, sender, subject="Awaria", body="Nie drukuje.", photo=None, **headers):
        """The order that a mail became or answered; none for one that makes none."""
        message = EmailMessage()
        message["From"] = sender
        message["To"] = headers.pop("to", "zgloszenia@serwis.example")
        message["Subject"] = subject
        for name, value in headers.items():
            message[name.replace("_", "-")] = value
        message["Message-Id"] = f"<{self.id()}{len(self.sent)}@there.example>"
        self.sent.append(message)
        message.set_content(body)
        if photo:
            message.add_attachment(photo, maintype="image", subtype="jpeg", filename="awaria.jpeg")
        number = self.env["mail.thread"].message_process(None, message.as_bytes())
        return self.env["service.order"].browse(number)

    def setUp(self):
        super().setUp()
        self.sent = []

    def test_person_of_a_customer_names_a_device(self):
        order = self._mail(self.person.email_formatted, body="Kopiarka inw/0042 mieli papier.")
        self.assertEqual(
            (order.source, order.reporter_id, order.customer_id, order.device_id),
            ("email", self.person, self.customer, self.device),
        )
        self.assertEqual(order.location_id, self.site)
        mail = {"message_id": self.sent[0]["Message-Id"], "email_from": self.person.email}
        for address in ("first", "second"):
            found = self.env["service.order"].sudo().message_new({**mail, "to": address})
            self.assertEqual(found, order, "one e-mail to two of our addresses is one order")
        self.assertEqual(order.stage_kind, "new")
        self.assertIn("mieli papier", order.description)
        self.assertTrue(order.activity_ids, "on the dispatchers' desk")
        self.assertIn(self.person, order.message_partner_ids)

    def test_device_of_another_customer_or_out_of_scope_is_not_believed(self):
        site_person = self._person("mail_site_person", locations=self.other_site).partner_id
        for person in (
            site_person,
            self._person("mail_stranger", customer=self.stranger).partner_id,
        ):
            order = self._mail(person.email_formatted, subject=f"Awaria {self.device.name}")
            self.assertFalse(order.device_id)
            self.assertEqual(order.reporter_id, person)
            self.assertNotEqual(order.customer_id, order.browse())

    def test_unknown_sender(self):
        """With a number the device's customer, but nobody is told; else a new contact."""
        known = self._mail("ktos@nieznany.example", subject=f"Awaria {self.device.name}")
        self.assertEqual((known.customer_id, known.device_id), (self.customer, self.device))
        self.assertFalse(known.reporter_id)
        self.assertEqual(known.email_from, "ktos@nieznany.example")
        new = self._mail("Jan Nowy <jan@nowy.example>")
        self.assertEqual(new.customer_id.email_normalized, "jan@nowy.example")
        self.assertEqual(new.customer_id.name, "Jan Nowy")
        self.assertEqual(new.reporter_id, new.customer_id)

    def test_answer_goes_to_the_same_conversation(self):
        order = self._mail(self.person.email_formatted, photo=picture())
        self.assertEqual(order.photo_ids.name, "awaria.jpg")
        self.assertFalse(Image.open(io.BytesIO(order.photo_ids.raw)).getexif())
        order.with_user(self.dispatcher).action_accept()
        ours = order.with_user(self.dispatcher).message_post(
            body="Jaki kod?", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertFalse(order.is_unanswered)
        again = self._mail(
            self.person.email_formatted, "Re: Awaria", photo=picture(), In_Reply_To=ours.message_id
        )
        self.assertEqual(again, order)
        self.assertEqual(len(order.photo_ids), 2)
        self.assertTrue(order.is_unanswered)
        order.with_user(self.dispatcher).message_post(
            body="Notatka", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        self.assertTrue(order.is_unanswered, "a note is no answer")
        order.with_user(self.dispatcher).message_post(
            body="Jedziemy", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertFalse(order.is_unanswered)

    def test_machines_make_no_orders(self):
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            for headers in (
                {"Auto_Submitted": "auto-replied (vacation)"},
                {"Precedence": "auto_reply"},
                {"to": "zgloszenia@serwis.example, zwroty@serwis.example"},
            ):
                self.assertFalse(self._mail(self.person.email_formatted, **headers))
            self.assertFalse(self._mail("MAILER-DAEMON@there.example"))
        device_mail = self._mail("kopiarka@odra.example", Auto_Submitted="auto-generated")
        self.assertTrue(device_mail, "a device that reports is no answer")

    def test_numbers_are_found_in_any_mail_at_once(self):
        """Of a million letters, which anybody can mail, a slow pattern would think for days."""
        find = self.env["service.order"]._find_numbers
        text = "Drukarka INW/0042 (SN-1234.), nr. 12, ---A1B2C3---, INW/0042; bez-cyfr, U00001."
        self.assertEqual(find(text), ["INW/0042", "SN-1234", "A1B2C3", "U00001"])
        self.assertEqual(find("a" * 1_000_000 + " " + "-" * 1_000_000), [])

    def test_staff_forward(self):
        order = self._mail(self.dispatcher.email_formatted, subject=f"Fwd: {self.device.serial}1")
        self.assertEqual(order.customer_id, self.company.partner_id)
        self.assertFalse(order.reporter_id)

    def test_address_of_a_company(self):
        """Emptied, it takes nothing in; given anew, it is the same alias."""
        alias = self.company.service_order_alias_id
        self.company.service_order_alias_name = False
        with patch.object(type(self.env["mail.mail"]), "send"), self.assertRaises(ValueError):
            self._mail(self.person.email_formatted)
        self.company.service_order_alias_name = "serwis"
        self.assertEqual(self.company.service_order_alias_id, alias)
        self.assertTrue(self._mail(self.person.email_formatted, to="serwis@serwis.example"))
