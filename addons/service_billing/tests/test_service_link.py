import re
from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, JsonRpcException, freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.service_customer.tests.common import LINK, SentMails

from .common import ServiceBillingCommon

MARK = "Only for accounting"
PASSWORD = "billing_person_password"


@tagged("post_install", "-at_install")
class TestServiceLink(ServiceBillingCommon, HttpCase):
    """Links in mails about invoices: per person, document and action, for some days, revocable."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls._person("accounting")
        cls.user.write({"password": PASSWORD, "email": "anna@odra.example"})
        cls.person = cls.user.partner_id
        cls.customer.email = "biuro@odra.example"
        cls.move = cls._posted(name=MARK)
        cls.colleague_move = cls._posted(name="Another invoice")
        cls.move._portal_ensure_token()

    def setUp(self):
        super().setUp()
        self.token = self._issue(self.person)
        self.link = self.env["service.link"]._find(self.token)
        self.page = f"/my/invoices/{self.move.id}"

    def _issue(self, contact, move=None):
        return self.env["service.link"]._issue(move or self.move, contact)[contact]

    def _reads(self, token=None, page=None):
        """Whether a visitor reads the invoice's paper with this token."""
        url = f"{page or self.page}?access_token={token or self.token}&report_type=html"
        return MARK in self.url_open(url).text

    def _follow(self, token=None):
        return self.url_open(f"/service/l/{token or self.token}")

    # The page

    def test_opens_the_page_and_its_paper(self):
        response = self._follow()
        self.assertEqual(response.status_code, 200)
        self.assertIn(self.page, response.url)
        self.assertIn('id="invoice_html"', response.text)
        self.assertEqual(response.headers["X-Robots-Tag"], "noindex, nofollow")
        self.assertIn("no-store", response.headers["Cache-Control"])
        self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")
        paper = re.search(r'id="invoice_html"[^>]*src="([^"]+)"', response.text)[1]
        self.assertIn(MARK, self.url_open(paper.replace("&amp;", "&")).text)
        url = f"{self.page}?access_token={self.token}&report_type=pdf&download=true"
        self.assertIn("pdf", self.url_open(url).headers["Content-Type"])

    def test_shows_no_lasting_token(self):
        for url in (f"/service/l/{self.token}", f"{self.page}?access_token={self.token}"):
            self.assertNotIn(self.move.access_token, self.url_open(url).text)

    def test_use_is_logged(self):
        self._follow()
        self._reads()
        self.assertRecordValues(self.link, [{"use_count": 1}])
        self.assertTrue(self.link.last_used_on)

    def test_opens_one_document(self):
        other = f"/my/invoices/{self.colleague_move.id}?access_token={self.token}&report_type=html"
        self._follow()
        self.assertNotIn("Another invoice", self.url_open(other).text)
        self.assertIn(self.page, self.url_open(other).url, "back to the own document")

    def test_guessed_and_truncated_tokens(self):
        for token in (self.token[:-1], self.token[:-1] + "-", self.token + "a", "é" * 43, "x"):
            with self.subTest(token):
                self.assertFalse(self.env["service.link"]._find(token))
                self.assertEqual(self._follow(token).status_code, 404)
        digest = self.link.token_hash
        self.assertNotIn(self.token, digest)
        self.assertFalse(self._reads(token=digest), "what is stored opens nothing")

    @mute_logger("odoo.http")
    def test_only_reads(self):
        """Who pays or writes must be known."""
        params = {"access_token": self.token, "invoice_id": self.move.id}
        with self.assertRaises(JsonRpcException):
            self.make_jsonrpc_request(f"/invoice/transaction/{self.move.id}", params)
        thread = {"thread_model": "account.move", "thread_id": self.move.id, "token": self.token}
        with self.assertRaises(JsonRpcException):
            data = {"body": "x", "message_type": "comment"}
            self.make_jsonrpc_request("/mail/message/post", {"post_data": data, **thread})
        self.assertFalse(self.link._opens(self.move, "accept"))

    # The end

    def test_expired(self):
        self.link.date_end = fields.Datetime.now()
        self.assertFalse(self._reads())
        response = self._follow()
        self.assertEqual(response.status_code, 410)
        self.assertIn("This link has expired", response.text)
        self.assertNotIn(self.move.name, response.text)

    def test_days_are_a_setting(self):
        self.company.service_link_days = 3
        link = self.env["service.link"]._find(self._issue(self.person))
        self.assertAlmostEqual(
            link.date_end, fields.Datetime.now() + timedelta(days=3), delta=timedelta(minutes=1)
        )
        with freeze_time(fields.Datetime.now() + timedelta(days=3, minutes=1)):
            self.assertFalse(link._opens(self.move))

    def test_revoked(self):
        self.assertTrue(self._reads())
        self.link.with_user(self._staff("accounting")).action_revoke()
        self.assertFalse(self._reads())
        response = self._follow()
        self.assertEqual(response.status_code, 410)
        self.assertNotIn("/renew", response.text, "a withdrawn link is not replaced")
        self.assertTrue(self.link.revoked_uid)

    def test_who_revokes(self):
        for role in ("technician", "warehouse"):
            with self.assertRaises(AccessError):
                self.link.with_user(self._staff(role)).action_revoke()
        with self.assertRaises(AccessError):
            self.link.with_user(self._staff("dispatcher")).date_end = "2099-01-01"

    def test_role_is_judged_on_every_use(self):
        self.assertTrue(self._reads())
        membership = self.person.service_person_membership_ids
        membership.role = "user"
        self.assertFalse(self._reads())
        membership.role = "accounting"
        self.assertTrue(self._reads())
        membership.date_from = "2020-01-01"
        membership.date_to = "2020-12-31"
        self.assertFalse(self._reads())
        self.assertEqual(self._follow().status_code, 410)
        membership.unlink()
        self.assertFalse(self._reads(), "losing the last role never widens")

    def test_person_without_an_account(self):
        role = {"customer_id": self.customer.id, "role": "accounting"}
        contact = self.env["res.partner"].create({"name": "Ola", "parent_id": self.customer.id})
        token = self._issue(contact)
        self.assertTrue(self._reads(token), "nobody judges a mere address")
        row = self.env["service.membership"].create({"contact_id": contact.id, **role})
        self.assertTrue(self._reads(token))
        row.active = False
        self.assertFalse(self._reads(token))

    def test_each_link_is_of_one_person(self):
        token = self._issue(self.customer)
        self.link.action_revoke()
        self.assertFalse(self._reads())
        self.assertTrue(self._reads(token))

    def test_logged_in_people_are_judged_by_their_role(self):
        decision = self._person("decision")
        decision.password = PASSWORD
        self.authenticate(decision.login, PASSWORD)
        self.assertFalse(self._reads())
        self.assertNotIn(MARK, self._follow().text)
        self.authenticate(self.user.login, PASSWORD)
        self.link.action_revoke()
        response = self._follow()
        self.assertTrue(response.url.endswith(self.page), "to the page, without any token")
        self.assertIn('id="invoice_html"', response.text)

    def test_archived_person(self):
        token = self._issue(self.customer)
        self.customer.active = False
        self.assertFalse(self._reads(token))

    def test_too_many_tries(self):
        limits = type(self.env["service.rate.limit"])
        with patch.object(limits, "_take", lambda *args: False):
            self.assertEqual(self._follow("x" * 43).status_code, 429)

    # A new one

    def _renew(self):
        page = self._follow().text
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        return self.url_open(f"/service/l/{self.token}/renew", data={"csrf_token": csrf})

    def test_expired_link_is_renewed_to_its_person_only(self):
        self.link.date_end = fields.Datetime.now()
        with self._sent() as sent:
            self.assertIn("A new link is on its way", self._renew().text)
        self.assertEqual([mail["email_to_normalized"] for mail in sent], [["anna@odra.example"]])
        token = LINK.search(sent[0]["body"])[1]
        self.assertTrue(self._reads(token))
        self.assertFalse(self._reads())

    def test_nothing_is_renewed_without_the_role(self):
        self.link.date_end = fields.Datetime.now()
        self.person.service_person_membership_ids.role = "user"
        self.assertNotIn("/renew", self._follow().text)
        with self._sent() as sent:
            self.url_open("/service/l/" + "x" * 43)
            with self.assertRaisesRegex(Exception, "can't be renewed"):
                self.link._renew()
        self.assertFalse(sent)

    # Core's token

    def test_lasting_token_opens_nothing_where_roles_decide(self):
        self.assertFalse(self._reads(self.move.access_token))
        self.person.service_person_membership_ids.unlink()
        self.assertFalse(self._reads(self.move.access_token))
        thread = {"thread_model": "account.move", "thread_id": self.move.id}
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
            self.make_jsonrpc_request(
                "/mail/chatter_fetch", {"token": self.move.access_token, **thread}
            )

    def test_lasting_token_reads_as_in_core_elsewhere(self):
        move = self._posted(name=MARK, customer_id=self._create_customer("Bez ról").id)
        page = f"/my/invoices/{move.id}"
        self.assertTrue(self._reads(move._portal_ensure_token(), page))

    # Files and words

    def _post(self, **kwargs):
        return self.move.message_post(
            body="Words", message_type="comment", subtype_xmlid="mail.mt_comment", **kwargs
        )

    def _file(self, content, **vals):
        # Invoices let go of what was posted on them.
        vals = {"name": "a.txt", "raw": content, "res_model": "mail.compose.message", **vals}
        return self.env["ir.attachment"].create(vals)

    def _fetch(self):
        thread = {"thread_model": "account.move", "thread_id": self.move.id, "token": self.token}
        return self.make_jsonrpc_request("/mail/chatter_fetch", thread)

    def test_conversation_and_its_files(self):
        self._post(attachment_ids=self._file(b"for the customer").ids, author_id=self.customer.id)
        note = self._file(b"for the staff", res_model="account.move", res_id=self.move.id)
        self.move.message_post(body="Staff", subtype_xmlid="mail.mt_note", attachment_ids=note.ids)
        messages = self._fetch()["data"]["mail.message"]
        text = str(messages)
        self.assertIn("Words", text)
        self.assertNotIn("Staff", text)
        self.assertNotIn(self.move.access_token, text)
        self.assertNotIn("ownership_token", text, "reading is not deleting")
        file = next(file for message in messages for file in message["attachment_ids"])
        url = f"/web/content/{file['id']}?access_token={file['raw_access_token']}"
        self.assertEqual(self.url_open(url).text, "for the customer")
        hidden = f"/web/content/{note.id}?access_token={self.token}"
        self.assertEqual(self.url_open(hidden).status_code, 404)
        self.link.action_revoke()
        self.assertEqual(self.url_open(url).status_code, 404)
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
            self._fetch()

    # Mails

    def _sent(self):
        return SentMails(self.env)

    def test_every_recipient_gets_the_own_link(self):
        self.move.message_subscribe(self.person.ids)
        with self._sent() as sent:
            message = self._post(partner_ids=(self.customer | self.person).ids)
        tokens = {mail["partner_id"]: LINK.findall(mail["body"]) for mail in sent}
        self.assertEqual(tokens.keys(), {self.customer, self.person})
        for partner, found in tokens.items():
            self.assertTrue(found)
            link = self.env["service.link"]._find(found[0])
            self.assertEqual((link.contact_id, link._get_document()), (partner, self.move))
            self.assertTrue(self._reads(found[0]))
        self.assertNotEqual(*(found[0] for found in tokens.values()))
        stored = str(message.body) + "".join(message.mail_ids.mapped("body_html"))
        self.assertFalse(LINK.search(stored), "nothing that is kept opens anything")
        for mail in sent:
            self._assert_bare(mail["body"] + mail["body_alternative"])

    def _assert_bare(self, text):
        self.assertNotIn(self.move.access_token, text)
        self.assertNotIn(self.move._sign_token(self.customer.id), text)
        self.assertNotIn("auth_signup_token", text)

    def test_the_invoice_by_mail(self):
        wizard = self.env["account.move.send.wizard"].with_context(
            active_model="account.move", active_ids=self.move.ids
        )
        with self._sent() as sent:
            wizard.create({"sending_methods": ["email"]}).action_send_and_print()
        # Who does the accounts at the customer gets it, nobody else.
        mail = next(mail for mail in sent if mail["partner_id"] == self.person)
        self.assertTrue(self._reads(LINK.search(mail["body"])[1]))
        self._assert_bare(mail["body"])
        self._assert_bare("".join(self.move.message_ids.mapped("body")))

    def test_shared_by_staff(self):
        wizard = self.env["portal.share"].with_context(
            active_model="account.move", active_id=self.move.id
        )
        share = wizard.create({"partner_ids": self.person.ids})
        self._assert_bare(share.share_link)
        with self._sent() as sent:
            share.action_send_mail()
        self.assertTrue(self._reads(LINK.search(sent[0]["body"])[1]))
        self._assert_bare(sent[0]["body"])
        self._assert_bare("".join(self.move.message_ids.mapped("body")))

    def test_a_writer_gets_nobody_a_link_elsewhere(self):
        """Addresses written into a message are links to the message's own document at most."""
        stranger = self._posted(name="Foreign", customer_id=self.stranger.id)
        body = (
            f'<a href="/my/invoices/{stranger.id}">1</a>'
            f'<a href="/mail/view?model=account.move&amp;res_id={stranger.id}">2</a>'
            f'<a href="https://evil.example/my/invoices/{self.move.id}">3</a>'
            f'<a href="https://evil.example/?to=/my/invoices/{self.move.id}">4</a>'
            f'<a href="/my/invoices/{self.move.id}9">5</a>'
        )
        links = self.env["service.link"].search_count([("res_id", "=", stranger.id)])
        with self._sent() as sent:
            self._create_mail(self.customer, body).send()
        self.assertFalse(LINK.search(sent[0]["body"]))
        self.assertIn("https://evil.example/", sent[0]["body"])
        found = self.env["service.link"].search_count([("res_id", "=", stranger.id)])
        self.assertEqual(found, links)

    def test_people_without_the_role_hear_nothing(self):
        contact = self.env["res.partner"].create(
            {"name": "Ola", "email": "ola@odra.example", "parent_id": self.customer.id}
        )
        self.env["service.membership"].create(
            {"contact_id": contact.id, "customer_id": self.customer.id, "role": "user"}
        )
        with self._sent() as sent:
            self._post(partner_ids=(contact | self.customer).ids)
        self.assertEqual([mail["partner_id"] for mail in sent], [self.customer])

    def test_people_from_outside_give_no_links_away(self):
        """Else a person could leave a door open for the time after the role."""
        contact = self.env["res.partner"].create({"name": "X", "email": "x@private.example"})
        url = f'<a href="/my/invoices/{self.move.id}">x</a>'
        mail = self._create_mail(contact | self.person, url)
        for author, opens in ((self.person, self.person), (self.env.user.partner_id, contact)):
            mail.author_id = author
            bodies = {one["partner_id"]: one["body"] for one in mail._prepare_outgoing_list()}
            self.assertTrue(LINK.search(bodies[opens]))
            self.assertEqual(bool(LINK.search(bodies[contact])), opens == contact)

    def test_many_recipients_cost_no_more_queries(self):
        counts = []
        for count in (2, 2, 40):  # the first one fills caches
            people = self.env["res.partner"].create(
                [{"name": f"P{n}", "email": f"p{n}@odra.example"} for n in range(count)]
            )
            url = f"/mail/view?model=account.move&amp;res_id={self.move.id}"
            mail = self._create_mail(people, f'<a href="{url}">x</a>')
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            bodies = {email["body"] for email in mail._prepare_outgoing_list()}
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
            self.assertEqual(len(bodies), count)
        self.assertEqual(counts[1], counts[2])

    def _create_mail(self, recipients, body):
        return self.env["mail.mail"].create(
            {
                "body_html": body,
                "model": "account.move",
                "res_id": self.move.id,
                "recipient_ids": [Command.set(recipients.ids)],
            }
        )

    # Companies, time

    def test_two_companies(self):
        company = self.setup_other_company()["company"]
        company.service_link_days = 5
        clerk = self._staff("accounting")
        link = self.env["service.link"]._find(self.token)
        self.assertEqual(link.company_id, self.move.company_id)
        self.assertTrue(link.with_user(clerk).search([("id", "=", link.id)]))
        link.company_id = company
        self.assertFalse(link.with_user(clerk).search([("id", "=", link.id)]))
        with self.assertRaises(AccessError):
            link.with_user(clerk).action_revoke()

    def test_old_links_are_forgotten(self):
        old = self.env["service.link"]._find(self._issue(self.person))
        now = fields.Datetime.now()
        old.date_end = now - timedelta(days=366)
        self.env["service.link"].sudo()._gc_old()
        self.assertFalse(old.exists())
        self.assertTrue(self.link.exists())

    def test_forgotten_person_leaves_no_link(self):
        self.person._service_forget(confirmed=True)
        self.assertFalse(self.link.exists())
