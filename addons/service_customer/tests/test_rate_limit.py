from datetime import timedelta
from unittest.mock import patch

from odoo import fields, http
from odoo.tests import HttpCase, TransactionCase, new_test_user, tagged

ROUTE = "/service/test/limited"


class LimitedController(http.Controller):
    """A route as another addon would write it."""

    @http.route(ROUTE, type="http", auth="public", website=True, service_limit=(3, 60))
    def limited(self, word="", **kwargs):
        return f"served {word}"


@tagged("post_install", "-at_install")
class TestRateLimit(TransactionCase):
    def _take(self, address, name="one", limit=2):
        return self.env["service.rate.limit"]._take(name, address, limit, 60)

    def setUp(self):
        super().setUp()
        # What the limit counts is written beside the transaction of the request.
        patcher = patch.object(self.registry, "cursor", lambda **kw: _Same(self.env.cr))
        patcher.start()
        self.addCleanup(patcher.stop)

    def test_each_name_and_address_counts_alone(self):
        self.assertEqual([self._take("10.0.0.1") for _i in range(3)], [True, True, False])
        self.assertTrue(self._take("10.0.0.2"))
        self.assertTrue(self._take("10.0.0.1", name="other"))

    def test_time_passes(self):
        self.assertTrue(self._take("10.0.0.1", limit=1))
        self.assertFalse(self._take("10.0.0.1", limit=1))
        later = fields.Datetime.now() + timedelta(seconds=61)
        with patch.object(fields.Datetime, "now", lambda: later):
            self.assertTrue(self._take("10.0.0.1", limit=1))

    def test_network_of(self):
        network_of = self.env["service.rate.limit"]._network_of
        self.assertEqual(network_of("203.0.113.9"), "203.0.113.9")
        self.assertEqual(network_of("::ffff:203.0.113.9"), "203.0.113.9")
        self.assertEqual(network_of("2001:db8:1:2:3:4:5:6"), network_of("2001:db8:1:2::1"))
        self.assertNotEqual(network_of("2001:db8:1:2::1"), network_of("2001:db8:1:3::1"))
        self.assertEqual(network_of(None), "unknown")

    def test_vacuum(self):
        limits = self.env["service.rate.limit"]
        self._take("10.0.0.1")
        self._take("10.0.0.2")
        old, new = limits.search([("address", "in", ("10.0.0.1", "10.0.0.2"))], order="address")
        self.env.cr.execute(
            "UPDATE service_rate_limit SET create_date = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(days=2), old.id],
        )
        limits.invalidate_model()
        limits._gc_old()
        self.assertEqual((old | new).exists(), new)


class _Same:
    """The test's own cursor in place of a new one."""

    def __init__(self, cr):
        self.cr = cr

    def __enter__(self):
        return self.cr

    def __exit__(self, *_):
        self.cr.flush()


@tagged("post_install", "-at_install")
class TestRateLimitRoute(HttpCase):
    def test_strangers_are_limited_in_words(self):
        self.env["res.lang"]._activate_lang("pl_PL")
        for _i in range(3):
            self.assertEqual(self.url_open(ROUTE).status_code, 200)
        response = self.url_open(ROUTE)
        self.assertEqual(response.status_code, 429)
        self.assertEqual(response.headers["Retry-After"], "60")
        self.assertIn("Too many requests came from your network", response.text)
        response = self.url_open(f"/pl{ROUTE}")
        self.assertEqual(response.status_code, 429)
        self.assertIn("zbyt wiele zapytań", response.text)

    def test_forged_proxy_header_is_another_address_no_more(self):
        """Without proxy_mode nobody gets around the limit by a header."""
        for number in range(3):
            self.url_open(ROUTE, headers={"X-Forwarded-For": f"203.0.113.{number}"})
        headers = {"X-Forwarded-For": "203.0.113.77"}
        self.assertEqual(self.url_open(ROUTE, headers=headers).status_code, 429)

    def test_people_with_login_are_not_limited(self):
        new_test_user(self.env, "limit_person", "base.group_portal", password="limit_person")
        self.authenticate("limit_person", "limit_person")
        for _i in range(5):
            self.assertEqual(self.url_open(ROUTE).status_code, 200)
