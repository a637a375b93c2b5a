from odoo.exceptions import AccessError
from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from .common import ServicePortalCommon


@tagged("post_install", "-at_install")
class TestPortalConversation(ServicePortalCommon):
    """A conversation opens as its request does: by role; a link without a login only reads."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_order(cls)
        cls.token = cls.order._portal_ensure_token()
        cls.message = cls._post(cls, "The technician comes tomorrow")

    def _post(self, body, **kwargs):
        return self.order.message_post(
            body=body, message_type="comment", subtype_xmlid="mail.mt_comment", **kwargs
        )

    def _link(self):
        return {"thread_model": "service.order", "thread_id": self.order.id, "token": self.token}

    def _is_answered(self, route, **params):
        with mute_logger("odoo.http"):
            try:
                return bool(self.make_jsonrpc_request(route, params))
            except JsonRpcException:
                return False

    def _reads(self):
        return self._is_answered("/mail/chatter_fetch", **self._link())

    def _writes(self):
        data = {"body": "x", "message_type": "comment", "subtype_xmlid": "mail.mt_comment"}
        return self._is_answered("/mail/message/post", post_data=data, **self._link())

    def _edits(self, message):
        return self._is_answered(
            "/mail/message/update_content",
            message_id=message.id,
            update_data={"body": "never said"},
            token=self.token,
        )

    def _reacts(self):
        return self._is_answered(
            "/mail/message/reaction",
            message_id=self.message.id,
            content="+",
            action="add",
            token=self.token,
        )

    def test_link_is_not_enough_for_people_without_the_role(self):
        for user in (self.accounting, self.former, self.other):
            self._login(user)
            with self.subTest(user.login):
                self.assertFalse(self._reads())
                self.assertFalse(self._writes())
                self.assertFalse(self._reacts())

    def test_people_with_the_role_write(self):
        for user in (self.decision, self.user, self.local):
            self._login(user)
            with self.subTest(user.login):
                self.assertTrue(self._reads())
                self.assertTrue(self._writes())
                self.assertEqual(self.order.message_ids[0].author_id, user.partner_id)

    def test_link_without_login_reads_only(self):
        """What is written through the link would be signed by the reporter."""
        said = self._post("I said this", author_id=self.user.partner_id.id)
        self.authenticate(None, None)
        self.assertFalse(self._reads(), "core's token is the same for everybody")
        reporter = self.user.partner_id
        self.token = self.env["service.link"]._issue(self.order, reporter)[reporter]
        self.assertTrue(self._reads())
        self.assertFalse(self._writes())
        self.assertFalse(self._reacts())
        self.assertFalse(self._edits(said))
        response = self.url_open(
            "/mail/attachment/upload",
            data={**self._link(), "csrf_token": self._csrf_of("/web/login")},
            files={"ufile": ("x.txt", b"x", "text/plain")},
        )
        self.assertEqual(response.status_code, 404)

    def test_only_those_with_the_right_hear_of_it(self):
        people = self.user | self.former | self.accounting | self.local | self.other
        self.order.message_subscribe(people.partner_id.ids)
        message = self._post("Done", partner_ids=self.accounting.partner_id.ids)
        self.assertEqual(message.notified_partner_ids, self.user.partner_id | self.local.partner_id)

    def test_notifications_of_the_past_open_nothing(self):
        self.user.partner_id.service_person_membership_ids.write(
            {"date_from": "2020-01-01", "date_to": False}
        )
        self.order.message_subscribe(self.user.partner_id.ids)
        message = self._post("Mentioned").with_user(self.user)
        messages = message.browse()
        domain = [("id", "=", message.id)]
        self.assertTrue(message.body)
        self.assertTrue(messages.search(domain))
        self.user.partner_id.service_person_membership_ids.date_to = "2020-02-01"
        self.env.invalidate_all()
        self.assertFalse(messages.search(domain))
        with self.assertRaises(AccessError):
            message.read(["body"])
        with self.assertRaises(AccessError):
            messages.create({"model": "service.order", "res_id": self.order.id, "body": "x"})

    def test_people_do_not_mail_strangers_through_our_server(self):
        visit = self.env["service.visit"].create(
            {
                "order_id": self.order.id,
                "technician_id": self.env["service.technician"]
                .create({"user_id": self.env.user.id})
                .id,
                "date_start": "2026-01-05 08:00:00",
            }
        )
        message = visit.with_user(self.user).message_post(
            body="Click here",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            outgoing_email_to="victim@test.example",
        )
        self.assertFalse(message.sudo().outgoing_email_to)
        self.assertFalse(self.env["mail.mail"].search([("email_to", "ilike", "victim@")]))
