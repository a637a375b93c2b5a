import io

from PIL import Image

from odoo.tests import tagged

from .common import ServiceMeterCommon


@tagged("post_install", "-at_install")
class TestRetention(ServiceMeterCommon):
    def test_photos_of_readings_go_and_readings_stay(self):
        output = io.BytesIO()
        Image.new("RGB", (8, 8), "red").save(output, "JPEG")
        photo = self.env["ir.attachment"].create({"name": "meter.jpg", "raw": output.getvalue()})
        reading = self._read(1000, 100, photos=photo)
        vacuum = self.env["service.retention"]
        self.assertEqual(vacuum._gc_expired(), (0, False))
        self.env.company.service_keep_reading_photo_months = 4
        self.assertEqual(vacuum._gc_expired(), (0, False))
        self.env.company.service_keep_reading_photo_months = 3
        self.assertEqual(vacuum._gc_expired(), (1, False))
        self.assertFalse(photo.exists())
        self.assertFalse(reading.set_id.photo_ids)
        self.assertEqual(reading.value, 1000)
        self.assertIn("removed after 3 months", self.device.message_ids[0].body)
