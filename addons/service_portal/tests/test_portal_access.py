from urllib.parse import urlsplit

from odoo.tests import tagged

from .common import ServicePortalCommon


@tagged("post_install", "-at_install")
class TestPortalAccess(ServicePortalCommon):
    """Each kind of person on each route: a page, nothing, or the login."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order_a = cls._create_order(cls)
        cls.order_b = cls._create_order(cls, cls.device_b)
        cls.order_other = cls._create_order(cls, cls.device_other, cls.other)

    def _device_routes(self, device):
        return [f"/my/devices/{device.id}", f"/my/devices/{device.id}/report"]

    def _statuses(self, urls):
        return {url: self.url_open(url, allow_redirects=False).status_code for url in urls}

    def _assert_statuses(self, urls, status):
        self.assertEqual(self._statuses(urls), dict.fromkeys(urls, status))

    def test_anonymous_is_sent_to_login(self):
        self.authenticate(None, None)
        for url in [
            "/my/devices",
            "/my/service",
            "/my/service/new",
            "/my/service/new/other",
            f"/my/devices/{self.device_a.id}/resource/{self.manual.id}",
            f"/my/service/{self.order_a.id}",
            *self._device_routes(self.device_a),
        ]:
            with self.subTest(url):
                response = self.url_open(url, allow_redirects=False)
                self.assertEqual(response.status_code, 303)
                self.assertEqual(urlsplit(response.headers["Location"]).path, "/web/login")

    def test_decision_maker_and_user_see_their_customer(self):
        for user in (self.decision, self.user):
            with self.subTest(user.login):
                self._login(user)
                self._assert_statuses(
                    [
                        "/my/service/new",
                        "/my/service/new/other",
                        f"/my/devices/{self.device_a.id}/resource/{self.manual.id}",
                        f"/my/service/{self.order_a.id}",
                        f"/my/service/{self.order_b.id}",
                        *self._device_routes(self.device_a),
                        *self._device_routes(self.device_b),
                    ],
                    200,
                )
                devices = self.url_open("/my/devices").text
                self.assertIn("SER-AAA", devices)
                self.assertIn("SER-BBB", devices)
                self.assertNotIn("SER-OTHER", devices)
                orders = self.url_open("/my/service").text
                self.assertIn(self.order_b.name, orders)
                self.assertNotIn(self.order_other.name, orders)

    def test_scope_of_locations(self):
        self._login(self.local)
        self._assert_statuses(
            [f"/my/service/{self.order_a.id}", *self._device_routes(self.device_a)], 200
        )
        self._assert_statuses(
            [
                f"/my/service/{self.order_b.id}",
                f"/my/devices/{self.device_b.id}/resource/{self.manual.id}",
                *self._device_routes(self.device_b),
            ],
            404,
        )
        devices = self.url_open("/my/devices").text
        self.assertIn("SER-AAA", devices)
        self.assertNotIn("SER-BBB", devices)
        self.assertNotIn(self.order_b.name, self.url_open("/my/service").text)
        places = self.url_open("/my/service/new/other").text
        self.assertIn("Branch A", places)
        self.assertNotIn("Branch B", places)

    def test_those_without_a_right_see_nothing(self):
        """The accounting contact, a former person, people of another customer."""
        for user in (self.accounting, self.former, self.other, self.plain):
            with self.subTest(user.login):
                self._login(user)
                self._assert_statuses(
                    [
                        f"/my/service/{self.order_a.id}",
                        f"/my/service/{self.order_a.id}?access_token=wrong",
                        f"/my/devices/{self.device_a.id}/resource/{self.manual.id}",
                        *self._device_routes(self.device_a),
                    ],
                    404,
                )
                self.assertNotIn("SER-AAA", self.url_open("/my/devices").text)
                self.assertNotIn(self.order_a.name, self.url_open("/my/service?filterby=all").text)

    def test_those_without_service_role_report_nothing(self):
        for user in (self.accounting, self.former):
            with self.subTest(user.login):
                self._login(user)
                self._assert_statuses(["/my/service/new", "/my/service/new/other"], 404)
                home = self.url_open("/my").text
                self.assertNotIn("o_service_home", home)
                response = self.url_open(
                    f"/my/devices/{self.device_a.id}/report",
                    data={"description": "x", "csrf_token": self._csrf_of("/my/security")},
                    allow_redirects=False,
                )
                self.assertEqual(response.status_code, 404)

    def test_plain_portal_user_has_own_company(self):
        self._login(self.plain)
        self.assertIn("SER-OTHER", self.url_open("/my/devices").text)
        self._assert_statuses(self._device_routes(self.device_other), 200)

    def test_token_reads_for_its_recipient_only(self):
        person = self.user.partner_id
        token = self.env["service.link"]._issue(self.order_a, person)[person]
        url = f"/my/service/{self.order_a.id}?access_token={token}"
        self.authenticate(None, None)
        page = self.url_open(url, allow_redirects=False)
        self.assertEqual(page.status_code, 200)
        self.assertIn('data-allow_composer="0"', page.text, "a token opens reading only")
        self._login(self.other)
        self._assert_statuses([url], 404)
        self._login(self.former)
        self._assert_statuses([url], 404)

    def test_resource_for_staff_is_not_served(self):
        self._login(self.decision)
        self._assert_statuses([f"/my/devices/{self.device_a.id}/resource/{self.codes.id}"], 404)
        page = self.url_open(f"/my/devices/{self.device_a.id}").text
        self.assertIn("User manual", page)
        self.assertNotIn("Service codes", page)

    def test_missing_and_foreign_answer_alike(self):
        self._login(self.user)
        foreign = self.url_open(f"/my/devices/{self.device_other.id}")
        missing = self.url_open("/my/devices/999999999")
        self.assertEqual((foreign.status_code, missing.status_code), (404, 404))

    def test_counters_follow_rights(self):
        counters = ["service_device_count", "service_order_count"]
        for user, expected in (
            (self.user, (2, 2)),
            (self.local, (1, 1)),
            (self.accounting, (0, 0)),
        ):
            with self.subTest(user.login):
                self._login(user)
                values = self.make_jsonrpc_request("/my/counters", {"counters": counters})
                self.assertEqual(tuple(values[name] for name in counters), expected)
