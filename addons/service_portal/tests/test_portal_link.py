import re

from odoo import fields
from odoo.tests import new_test_user, tagged

from odoo.addons.service_customer.tests.common import LINK, SentMails

from .common import ServicePortalCommon, make_photo


@tagged("post_install", "-at_install")
class TestPortalLink(ServicePortalCommon):
    """Mails about requests and visits: the reporter's own link to the request's page."""

    def setUp(self):
        super().setUp()
        self.user.email = "user@odra.example"
        self.order = self._create_order()
        links = self.env["service.link"]._issue(self.order, self.user.partner_id)
        self.token = links[self.user.partner_id]
        self.link = self.env["service.link"]._find(self.token)

    def _page(self):
        return self.url_open(f"/service/l/{self.token}").text

    def test_page_reads_only(self):
        page = self._page()
        self.assertIn("It jams.", page)
        self.assertIn('data-allow_composer="0"', page)
        self.assertIn(f'data-token="{self.token}"', page)

    def test_photos_end_with_the_link(self):
        photo, hidden = self.env["ir.attachment"].create(
            [
                {"name": name, "raw": make_photo(), "res_model": "service.order"}
                for name in ("seen.jpg", "hidden.jpg")
            ]
        )
        (photo | hidden).res_id = self.order.id
        self.order.photo_ids = photo
        shown = re.search(rf"/web/image/{photo.id}\?access_token=[\w-]+", self._page()).group()
        small = shown.replace("?", "/320x320?")
        for url in (shown, small):
            self.assertEqual(self.url_open(url).headers["Content-Type"], "image/jpeg")
        other = self.url_open(f"/web/content/{hidden.id}?access_token={self.token}")
        self.assertEqual(other.status_code, 404)
        self.link.action_revoke()
        self.assertEqual(self.url_open(shown.replace("image", "content")).status_code, 404)

    def test_another_request_stays_shut(self):
        other = self._create_order(description="A secret")
        self._page()
        response = self.url_open(f"/my/service/{other.id}?access_token={self.token}")
        self.assertNotIn("A secret", response.text)
        self.assertIn(f"/my/service/{self.order.id}", response.url)

    def test_scope_is_judged(self):
        """Whoever may see another branch only reads no more by an old link."""
        self.user.partner_id.service_person_membership_ids.write(
            {"scope": "locations", "location_ids": self.site_b.ids}
        )
        self.assertNotIn("It jams.", self._page())

    def test_mails_of_the_visit_and_the_stage(self):
        technician = self.env["service.technician"].create(
            {"user_id": new_test_user(self.env, "p_link_tech", "base.group_user").id}
        )
        with SentMails(self.env) as sent:
            visit = self.env["service.visit"].create(
                {
                    "order_id": self.order.id,
                    "technician_id": technician.id,
                    "date_start": fields.Datetime.now(),
                }
            )
            later = fields.Datetime.add(fields.Datetime.now(), days=1)
            visit.write({"date_start": later, "date_end": fields.Datetime.add(later, hours=1)})
            self.env.flush_all()
            self.cr.precommit.run()
        mails = [mail for mail in sent if mail["partner_id"] == self.user.partner_id]
        self.assertTrue(mails)
        for mail in mails:
            link = self.env["service.link"]._find(LINK.search(mail["body"])[1])
            self.assertEqual(link._get_document(), self.order)
            self.assertNotIn("access_token", mail["body"])

    def test_what_staff_write(self):
        with SentMails(self.env) as sent:
            self.order.message_post(
                body="We come tomorrow", message_type="comment", subtype_xmlid="mail.mt_comment"
            )
        self.assertEqual([mail["partner_id"] for mail in sent], [self.user.partner_id])
        self.assertTrue(LINK.search(sent[0]["body"]))
        self.assertNotIn("access_token", sent[0]["body"])
        self.assertNotIn("hash=", sent[0]["body"])
