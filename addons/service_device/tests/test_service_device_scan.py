from odoo.tests import new_test_user, tagged

from .common import ServiceDeviceCommon


@tagged("post_install", "-at_install")
class TestServiceDeviceScan(ServiceDeviceCommon):
    """What opens when staff scan or type a code; the screen itself is tested in a browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.device = cls._create_device("SCAN_77", inventory_number="INV/1")

    def _find(self, code, user="technician"):
        return self.env["service.device"].with_user(self.users[user]).find_by_scan(code)

    def test_every_code_of_a_device_opens_it(self):
        target = self.device._qr_target(self.users["technician"])["url"]
        for code in (self.device.qr_url, " scan_77 ", "inv/1", self.device.name.lower()):
            with self.subTest(code):
                self.assertEqual(self._find(code)["url"], target)

    def test_unknown_codes_open_nothing(self):
        codes = ("", "  ", "SCAN%77", "SCANX77", "/service/d/invented", "https://example.com")
        for code in codes:
            with self.subTest(code):
                self.assertFalse(self._find(code))

    def test_several_devices_are_listed(self):
        other = self._create_device("INV/1", model_id=self.model.copy().id)
        action = self._find("INV/1")
        [(_name, _operator, found)] = action["domain"]
        self.assertCountEqual(found, (self.device | other).ids)

    def test_who_may_not_read_devices_finds_none(self):
        outsider = new_test_user(self.env, "scan_portal", groups="base.group_portal")
        devices = self.env["service.device"].with_user(outsider)
        for code in (self.device.qr_url, "SCAN_77"):
            with self.subTest(code):
                self.assertFalse(devices.find_by_scan(code))

    def test_replaced_code(self):
        old = self.device.qr_url
        self.device.action_revoke_qr()
        self.assertFalse(self._find(old))
