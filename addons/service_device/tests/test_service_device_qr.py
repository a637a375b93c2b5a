import base64
import io

from PIL import Image

from odoo.tests import HttpCase, new_test_user, tagged

from .common import ServiceDeviceCommon


@tagged("post_install", "-at_install")
class TestServiceDeviceQr(ServiceDeviceCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.device = cls._create_device(
            "SECRETSERIAL9876", customer_id=cls.customer.id, location_id=cls.site.id
        )
        cls.path = f"/service/d/{cls.device.qr_token}"

    def test_token_and_picture(self):
        self.assertGreaterEqual(len(self.device.qr_token), 32)
        self.assertTrue(self.device.qr_url.endswith(self.path))
        self.assertTrue(self.device.qr_url.startswith("http"))
        image = Image.open(io.BytesIO(base64.b64decode(self.device.qr_image)))
        self.assertGreater(image.width, 200)
        self.assertNotEqual(self.device.copy({"serial": "X"}).qr_token, self.device.qr_token)

    def test_form_asks_for_the_address_of_the_picture_only(self):
        """Drawing the picture takes longer than reading the device."""
        fields = self.env["service.device"].get_views([(False, "form")])["models"]
        self.assertNotIn("qr_image", fields["service.device"]["fields"])
        address = self.device.qr_image_url
        self.authenticate("device_technician", "device_technician")
        response = self.url_open(address)
        self.assertEqual(response.headers["Content-Type"], "image/png")
        self.assertEqual(response.content, base64.b64decode(self.device.qr_image))
        self.device.action_revoke_qr()
        self.assertNotEqual(self.device.qr_image_url, address)

    def test_stranger_learns_model_and_last_four_only(self):
        response = self.url_open(self.path)
        self.assertEqual(response.status_code, 200)
        self.assertIn("Testmaker T100", response.text)
        self.assertIn("9876", response.text)
        for secret in ("SECRETSERIAL", "Test Customer", "Main Site", self.device.name):
            self.assertNotIn(secret, response.text)
        self.assertEqual(response.headers["X-Robots-Tag"], "noindex, nofollow")

    def test_a_zero_byte_is_no_token(self):
        self.assertEqual(self.url_open("/service/d/%00").status_code, 404)

    def test_stranger_can_call(self):
        self.device.company_id.phone = "+48 71 555 01 00"
        self.assertIn('href="tel:+48 71 555 01 00"', self.url_open(self.path).text)

    def test_staff_comes_to_the_device(self):
        self.authenticate("device_technician", "device_technician")
        response = self.url_open(self.path, allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        self.assertTrue(
            response.headers["Location"].endswith(f"/odoo/service-devices/{self.device.id}")
        )

    def test_internal_user_without_service_role_is_a_stranger(self):
        new_test_user(self.env, "device_outsider", groups="base.group_user")
        self.authenticate("device_outsider", "device_outsider")
        response = self.url_open(self.path, allow_redirects=False)
        self.assertEqual(response.status_code, 200)
        self.assertNotIn("SECRETSERIAL", response.text)

    def test_revoked_and_invented_codes(self):
        self.device.with_user(self.users["dispatcher"]).action_revoke_qr()
        for path in (self.path, "/service/d/invented", "/service/d/ąę"):
            with self.subTest(path):
                response = self.url_open(path)
                self.assertEqual(response.status_code, 404)
                self.assertNotIn("Testmaker", response.text)
        self.assertEqual(self.url_open(f"/service/d/{self.device.qr_token}").status_code, 200)

    def test_switched_off_for_a_customer(self):
        self.customer.service_qr_off = True
        self.assertEqual(self.url_open(self.path).status_code, 404)
        self.authenticate("device_technician", "device_technician")
        response = self.url_open(self.path, allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        labels = (self.device | self._create_device("WITHQR"))._make_labels()
        self.assertEqual([bool(label.url) for label in labels], [False, True])
