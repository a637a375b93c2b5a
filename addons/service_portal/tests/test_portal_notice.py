import re

from odoo import fields
from odoo.tests import new_test_user, tagged

from odoo.addons.service_customer.tests.common import SentMails

from .common import ServicePortalCommon


@tagged("post_install", "-at_install")
class TestPortalNotice(ServicePortalCommon):
    """One event, one e-mail and one entry in the list: as each person has chosen."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user.email = "user@odra.example"
        cls.notices = cls.env["service.notice"]
        technician = new_test_user(cls.env, "p_notice_tech", "base.group_user")
        cls.technician = cls.env["service.technician"].create({"user_id": technician.id})
        cls.order = cls.env["service.order"].create(
            {
                "device_id": cls.device_a.id,
                "reporter_id": cls.user.partner_id.id,
                "description": "It jams.",
            }
        )
        cls.env.flush_all()
        cls.cr.precommit.run()

    def _plan(self):
        """An event: a visit is planned.

        :return: the e-mails to the reporter, and the entries of the panel's list
        """
        partner = self.user.partner_id
        self.env["mail.notification"].search([("res_partner_id", "=", partner.id)]).unlink()
        with SentMails(self.env) as sent:
            self.env["service.visit"].create(
                {
                    "order_id": self.order.id,
                    "technician_id": self.technician.id,
                    "date_start": fields.Datetime.now(),
                }
            )
            self.env.flush_all()
            self.cr.precommit.run()
        listed = self.env["mail.notification"].search(
            [("res_partner_id", "=", partner.id), ("service_listed", "=", True)]
        )
        return len([mail for mail in sent if mail["partner_id"] == partner]), len(listed)

    def test_channels(self):
        expected = {None: (1, 1), "both": (1, 1), "email": (1, 0), "app": (0, 1), "none": (0, 0)}
        for channel, counts in expected.items():
            if channel:
                self.notices._choose(self.user.partner_id, {"visit": channel})
            with self.subTest(channel=channel):
                self.assertEqual(self._plan(), counts)

    def test_mandatory(self):
        self.notices._choose(self.accounting.partner_id, {"invoice": "none", "message": "none"})
        rows = self.accounting.partner_id.service_notice_ids
        self.assertEqual(rows.mapped("kind"), ["message"])
        # However such a row came to be, the e-mail goes.
        self.notices.create(
            {"partner_id": self.accounting.partner_id.id, "kind": "invoice", "channel": "none"}
        )
        chosen = self.notices._channels_of(self.accounting.partner_id.ids, "invoice")
        self.assertEqual(chosen, {self.accounting.partner_id.id: "both"})

    def test_list_and_counter(self):
        self.order.message_post(
            body="We come tomorrow", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self._login(self.user)
        counters = {"counters": ["service_notice_count"]}
        count = self.make_jsonrpc_request("/my/counters", counters)["service_notice_count"]
        page = self.url_open("/my/notifications").text
        self.assertIn("We come tomorrow", page)
        url = re.search(r"/my/notifications/\d+", page).group()
        self.assertIn(f"/my/service/{self.order.id}", self.url_open(url).url)
        after = self.make_jsonrpc_request("/my/counters", counters)["service_notice_count"]
        self.assertEqual(after, count - 1)
        self._login(self.other)
        self.assertEqual(self.url_open(url).status_code, 404)
        self.assertNotIn("We come", self.url_open("/my/notifications").text)
        # Whoever lost the role learns nothing from what was told before.
        self.user.partner_id.service_person_membership_ids.write(
            {"scope": "locations", "location_ids": self.site_b.ids}
        )
        self._login(self.user)
        self.assertNotIn("We come", self.url_open("/my/notifications").text)

    def test_settings(self):
        url = "/my/notifications/settings"
        self._login(self.accounting)
        page = self.url_open(url).text
        self.assertIn('name="invoice"', page)
        self.assertNotIn('name="visit"', page)
        self.assertIn("An e-mail always comes", page)
        self._login(self.user)
        token = self._csrf_of(url)
        page = self.url_open(url).text
        self.assertIn("pages may be estimated", page)
        post = {"csrf_token": token, "visit": "app", "invoice": "none", "reading": "none"}
        self.url_open(url, data=post)
        rows = self.user.partner_id.service_notice_ids
        self.assertEqual([(row.kind, row.channel) for row in rows], [("visit", "app")])

    def test_staff(self):
        """Staff hear as Odoo tells them, unless they choose otherwise; both is one e-mail."""
        colleague = new_test_user(
            self.env, "p_notice_staff", "base.group_user", email="c@x.example"
        )
        self.order.message_subscribe(colleague.partner_id.ids)
        expected = {None: (1, 0), "both": (1, 1), "app": (0, 1), "none": (0, 0)}
        for channel, counts in expected.items():
            if channel:
                own = self.notices.with_user(colleague)
                own.search([]).unlink()
                own.create({"kind": "message", "channel": channel})
            with SentMails(self.env) as sent:
                message = self.order.message_post(
                    body="Hello", message_type="comment", subtype_xmlid="mail.mt_comment"
                )
            mails = [one for one in sent if one["partner_id"] == colleague.partner_id]
            needed = message.with_user(colleague).sudo().needaction
            with self.subTest(channel=channel):
                self.assertEqual((len(mails), int(needed)), counts)
