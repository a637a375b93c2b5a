import re

from odoo import Command, fields
from odoo.tests import tagged

from .common import ServicePortalCommon


@tagged("post_install", "-at_install")
class TestPortalReading(ServicePortalCommon):
    """The panel's task: readings of several devices in one form, by role and scope."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mono = cls.env.ref("service_meter.meter_type_mono")
        cls.device_a.model_id.meter_type_ids = [Command.set(cls.mono.ids)]
        devices = cls.device_a | cls.device_b | cls.device_other
        cls.requests = {device: cls._create_request(device) for device in devices}

    @classmethod
    def _create_request(cls, device):
        today = fields.Date.today()
        contract = cls.env["service.contract"].create(
            {
                "customer_id": device.customer_id.id,
                "type_id": cls.env.ref("service_contract.type_all_in").id,
                "device_ids": [Command.create({"device_id": device.id})],
            }
        )
        return cls.env["service.reading.request"].create(
            {
                "device_id": device.id,
                "stay_id": contract.device_ids.id,
                "contract_id": contract.id,
                "meter_ids": [Command.set(device.meter_ids.ids)],
                "company_id": device.company_id.id,
                "customer_id": device.customer_id.id,
                "location_id": device.location_id.id,
                "date_due": today,
                "date_from": today,
                "date_to": today,
                "asked": "customer",
                "currency_id": contract.currency_id.id,
            }
        )

    def _send(self, **values):
        post = {"csrf_token": self._csrf_of("/my/readings")}
        for device, value in values.items():
            post[f"meter_{getattr(self, device).meter_ids.id}"] = value
        return self.url_open("/my/readings", data=post)

    def test_each_sees_what_the_role_and_scope_open(self):
        for user, seen in (
            (self.decision, "AAA BBB"),
            (self.user, "AAA BBB"),
            (self.local, "AAA"),
            (self.accounting, ""),
            (self.former, ""),
            (self.other, "OTHER"),
            (self.plain, "OTHER"),
        ):
            with self.subTest(user.login):
                self._login(user)
                page = self.url_open("/my/readings").text
                found = [name for name in ("AAA", "BBB", "OTHER") if f"SER-{name}" in page]
                self.assertEqual(found, seen.split())
                count = len(found)
                home = self.url_open("/my").text
                self.assertEqual(f"Readings to give ({count})" in home, bool(count))

    def test_the_list_of_notices_leads_to_the_form(self):
        asked = self.requests[self.device_a]
        asked.partner_id = self.local.partner_id
        asked._send()
        self._login(self.local)
        page = self.url_open("/my/notifications").text
        url = re.search(r"/my/notifications/\d+", page).group()
        self.assertTrue(self.url_open(url).url.endswith("/my/readings"))
        self.assertIn("Please read the meters", page)

    def test_several_devices_in_one_form(self):
        self._login(self.user)
        page = self._send(device_a="1000", device_b="2000")
        self.assertIn("Thank you, we have all readings", page.text)
        mine = self.requests[self.device_a] | self.requests[self.device_b]
        self.assertEqual(mine.mapped("state"), ["done", "done"])
        self.assertRecordValues(
            self.requests[self.device_a].set_id,
            [{"source": "portal", "user_id": self.user.id}],
        )
        self.assertEqual(self.requests[self.device_other].state, "waiting")

    def test_foreign_counters_are_not_taken(self):
        self._login(self.local)
        self._send(device_a="1000", device_b="2000", device_other="3000")
        states = {device.serial: one.state for device, one in self.requests.items()}
        self.assertEqual(states, {"SER-AAA": "done", "SER-BBB": "waiting", "SER-OTHER": "waiting"})

    def test_the_impossible_stays_in_the_form(self):
        self._login(self.user)
        page = self._send(device_a="1000", device_b="12 digits")
        self.assertIn('value="12 digits"', page.text)
        self.assertIn("is not a counter value", page.text)
        self.assertEqual(self.requests[self.device_a].state, "done")
        self.assertEqual(self.requests[self.device_b].state, "waiting")

    def test_without_a_login_comes_the_login(self):
        answer = self.url_open("/my/readings", allow_redirects=False)
        self.assertIn("/web/login", answer.headers["Location"])
