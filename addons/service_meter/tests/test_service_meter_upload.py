import json
from unittest.mock import patch

from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged

from .common import PIXEL


@tagged("post_install", "-at_install")
class TestServiceMeterUpload(HttpCase):
    """A photo in the form of readings is judged where it comes in, before it is read."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("pl_PL")
        cls.env["ir.module.module"]._load_module_terms(["service_meter"], ["pl_PL"])
        cls.user = new_test_user(
            cls.env,
            "meter_upload",
            groups="service_customer.group_service_technician",
            lang="pl_PL",
        )

    def _upload(self, name, content, model="service.meter.entry"):
        self.authenticate("meter_upload", "meter_upload")
        answer = self.url_open(
            "/web/binary/upload_attachment",
            data={"model": model, "id": 0, "csrf_token": Request.csrf_token(self)},
            files={"ufile": (name, content, "image/jpeg")},
        )
        answer.raise_for_status()
        return json.loads(answer.text)

    def test_a_photo_comes_in(self):
        (file,) = self._upload("licznik.png", PIXEL)
        self.assertEqual(self.env["ir.attachment"].browse(file["id"]).raw, PIXEL)

    def test_a_text_named_as_a_picture_is_refused_in_words(self):
        (answer,) = self._upload("licznik.jpg", b"To nie jest zdjecie")
        self.assertEqual(
            answer["error"], "Plik „licznik.jpg” nie jest zdjęciem. Dołącz zdjęcie licznika."
        )

    def test_eighty_megabytes_are_refused_before_they_are_read(self):
        attachments = self.registry["ir.attachment"]
        with patch.object(attachments, "create", side_effect=AssertionError("read it")):
            (answer,) = self._upload("licznik.jpg", PIXEL + bytes(80 * 1024 * 1024))
        self.assertIn("Plik „licznik.jpg” ma 80 MB", answer["error"])
