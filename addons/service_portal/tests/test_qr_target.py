from odoo.tests import tagged

from .common import ServicePortalCommon


@tagged("post_install", "-at_install")
class TestQrTarget(ServicePortalCommon):
    """Who scans the label of a device lands where the own rights lead."""

    def _scan(self, device):
        return self.url_open(f"/service/d/{device.qr_token}", allow_redirects=False)

    def test_customer_person_lands_on_the_device(self):
        for user in (self.user, self.decision, self.local):
            with self.subTest(user.login):
                self._login(user)
                response = self._scan(self.device_a)
                self.assertEqual(response.status_code, 303)
                self.assertTrue(
                    response.headers["Location"].endswith(f"/my/devices/{self.device_a.id}")
                )

    def test_strangers_stay_on_the_public_page(self):
        for user in (self.other, self.accounting, self.former, self.plain):
            with self.subTest(user.login):
                self._login(user)
                self._assert_public(self._scan(self.device_a))
        self._login(self.local)
        self._assert_public(self._scan(self.device_b))
        self.authenticate(None, None)
        self._assert_public(self._scan(self.device_a))

    def _assert_public(self, response):
        self.assertEqual(response.status_code, 200)
        self.assertNotIn("Odra", response.text)
        self.assertNotIn("Branch", response.text)

    def test_staff_is_not_sent_to_the_panel(self):
        self.assertEqual(
            self.device_a._qr_target(self.env.ref("base.user_admin"))["type"], "redirect"
        )
        self.assertNotIn("/my/", self.device_a._qr_target(self.env.ref("base.user_admin"))["url"])
