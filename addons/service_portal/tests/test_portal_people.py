import re

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from .common import ServicePortalCommon


@tagged("post_install", "-at_install")
class TestPortalPeople(ServicePortalCommon):
    """The decision maker manages the own company's people, and nobody else does."""

    def setUp(self):
        super().setUp()
        self._login(self.decision)

    def _rows(self, contact, customer=None):
        memberships = self.env["service.membership"].with_context(active_test=False)
        return memberships.search(
            [
                ("contact_id", "=", contact.id),
                ("customer_id", "=", (customer or self.customer).id),
            ]
        )

    def _row(self, user, customer=None):
        return self._rows(user.partner_id, customer).ensure_one()

    def _post(self, url, **post):
        """Send a form, with the token of a page that the logged-in person has."""
        post.setdefault("csrf_token", self._csrf_of("/my/security"))
        return self.url_open(url, data=post, allow_redirects=False)

    def _invite(self, name="Ewa Nowa", email="ewa@odra.example", **post):
        post = {"role": "user", "scope": "all", "name": name, "email": email, **post}
        return self._post("/my/people/new", **post)

    def _find(self, email):
        return self.env["res.partner"].search([("email", "=", email)])

    def _assert_refused(self, response, sentence):
        self.assertEqual(response.status_code, 200)
        self.assertIn("o_service_error", response.text)
        self.assertIn(sentence, response.text)

    # --- who has the page ---

    def test_only_decision_makers_have_the_page(self):
        row = self._row(self.user)
        urls = ["/my/people", "/my/people/new", f"/my/people/{row.id}"]
        for user in (self.user, self.accounting, self.former, self.plain, self.other):
            with self.subTest(user.login):
                self._login(user)
                for url in urls:
                    self.assertEqual(self.url_open(url).status_code, 404, url)
                self.assertNotIn("/my/people", self.url_open("/my").text)
                self.assertEqual(self._invite().status_code, 404)
                self.assertEqual(self._post(f"/my/people/{row.id}/off").status_code, 404)
        self.assertTrue(row.active)
        self._login(self.decision)
        for url in urls:
            self.assertEqual(self.url_open(url).status_code, 200, url)
        self.assertIn("/my/people", self.url_open("/my").text)

    def test_anonymous_is_sent_to_the_login(self):
        self.authenticate(None, None)
        response = self.url_open("/my/people", allow_redirects=False)
        self.assertEqual(response.status_code, 303)

    def test_the_list_has_the_own_people_only(self):
        self._row(self.user).active = False
        page = self.url_open("/my/people").text
        for user in (self.decision, self.user, self.local, self.accounting, self.former):
            self.assertIn(user.name, page)
        self.assertNotIn(self.other.name, page)
        self.assertIn("Switched off", page)
        self.assertIn("Ended", page)
        self.assertIn("Branch A", page)
        found = self.url_open("/my/people?search=p_local").text
        self.assertIn(self.local.name, found)
        self.assertNotIn(self.accounting.name, found)
        self.assertIn("Nobody matches", self.url_open("/my/people?search=zzz").text)

    def test_alone_the_page_says_what_to_do_first(self):
        boss = self._create_person("p_boss", "decision", customer=self.stranger)
        self._row(self.other, self.stranger).unlink()
        self._login(boss)
        self.assertIn("So far nobody else", self.url_open("/my/people").text)

    # --- inviting ---

    def test_an_invited_person_gets_odoos_mail_and_the_role(self):
        with self.mock_invitations() as mails:
            response = self._invite(scope="locations", locations_ids=self.site_a.id)
        self.assertEqual(response.headers["Location"], "/my/people?done=invited")
        person = self._find("ewa@odra.example")
        self.assertRecordValues(
            self._rows(person),
            [{"role": "user", "scope": "locations", "location_ids": self.site_a.ids}],
        )
        self.assertRecordValues(
            person, [{"name": "Ewa Nowa", "parent_id": self.customer.id, "type": "contact"}]
        )
        self.assertTrue(person.user_ids._is_portal())
        self.assertEqual(person.signup_type, "signup")
        self.assertEqual(mails, [("auth_signup.portal_set_password_email", "ewa@odra.example")])
        self.assertIn("Invited", self.url_open("/my/people").text)
        log = self.customer.message_ids.filtered(lambda one: "Ewa Nowa" in (one.body or ""))
        self.assertEqual(log.author_id, self.decision.partner_id)

    def test_listed_devices(self):
        self._invite(scope="devices", devices_ids=self.device_b.id)
        user = self._find("ewa@odra.example").user_ids
        devices = self.env["service.device"].with_user(user).search([])
        self.assertEqual(devices.ids, self.device_b.ids)

    def test_what_is_wrong_is_said_and_nothing_typed_is_lost(self):
        for values, sentence in (
            ({"name": " "}, "first and last name"),
            ({"name": "Win http://evil.example"}, "without addresses"),
            ({"email": "not an address"}, "is not an e-mail address"),
            ({"email": "anna nowa@odra.example"}, "is not an e-mail address"),
            ({"role": "boss"}, "Choose a role"),
            ({"scope": "everything"}, "at least one entry"),
            ({"scope": "locations"}, "at least one entry"),
        ):
            with self.subTest(values):
                response = self._invite(**values)
                self._assert_refused(response, sentence)
                self.assertIn(values.get("name", "Ewa Nowa").strip(), response.text)
        self.assertFalse(self._find("ewa@odra.example"))

    def test_addresses_in_use(self):
        """The own people are named; of others and of staff one sentence says nothing."""
        self.local.email = "local@odra.example"
        self._assert_refused(self._invite(email="local@odra.example"), self.local.name)
        staff = self.env.ref("base.user_admin")
        staff.partner_id.email = "boss@service.example"
        self.other.write({"login": "jan@wisla.example", "email": "jan@wisla.example"})
        answers = []
        for email in ("boss@service.example", "jan@wisla.example"):
            response = self._invite(email=email)
            self._assert_refused(response, "be invited here")
            answers.append(re.sub(r"\s+", " ", response.text).replace(email, "@"))
            self.assertNotIn("Wisla", response.text)
            self.assertNotIn(self.other.name, response.text)
        errors = [re.search(r'o_service_error".*?</div> </div>', one)[0] for one in answers]
        self.assertEqual(errors[0], errors[1])

    def test_two_people_with_one_address(self):
        self.env["res.partner"].create(
            [
                {"name": name, "email": "biuro@odra.example", "parent_id": self.customer.id}
                for name in ("Iza", "Ola")
            ]
        )
        self._assert_refused(self._invite("Iza", "biuro@odra.example"), "Iza, Ola")

    def test_a_known_contact_is_used_again(self):
        known = self.env["res.partner"].create(
            {"name": "Iza Znana", "email": "iza@odra.example", "parent_id": self.customer.id}
        )
        self._invite("iza znana", "Iza@odra.example")
        self.assertEqual(self._find("iza@odra.example"), known)
        self.assertEqual(self._rows(known).role, "user")

    def test_invitations_are_limited(self):
        limits = self.env.registry["service.rate.limit"]
        self.patch(limits, "_take", lambda self, name, address, limit, seconds: False)
        self._assert_refused(self._invite(), "within an hour")
        self.assertFalse(self._find("ewa@odra.example"), "nothing is left of a refused invitation")

    # --- changing ---

    def test_a_role_is_changed(self):
        row = self._row(self.user)
        self._post(f"/my/people/{row.id}", role="accounting", scope="all")
        self.assertRecordValues(row, [{"role": "accounting", "scope": "all"}])
        self._post(
            f"/my/people/{row.id}", role="user", scope="locations", locations_ids=self.site_b.id
        )
        self.assertRecordValues(row, [{"role": "user", "location_ids": self.site_b.ids}])
        for scope, ids in (("devices", self.device_a.ids), ("locations", self.site_b.ids)):
            self._post(f"/my/people/{row.id}", role="user", scope=scope, **{f"{scope}_ids": ids})
        self.assertFalse(row.device_ids, "what was listed before counts no more")
        self._login(self.user)
        self.assertNotIn("SER-AAA", self.url_open("/my/devices").text)

    def test_a_second_role_and_taking_one_away(self):
        row = self._row(self.user)
        self._post("/my/people/new", membership_id=row.id, role="accounting", scope="all")
        self.assertEqual(
            set(self._rows(self.user.partner_id).mapped("role")), {"user", "accounting"}
        )
        self._post(f"/my/people/{row.id}/remove")
        self.assertEqual(self._rows(self.user.partner_id).role, "accounting")
        self.assertTrue(self.user.active)

    def test_switched_off_and_on(self):
        row = self._row(self.user)
        self.user.email = "user@odra.example"
        key = (
            self.env["res.users.apikeys"]
            .with_user(self.user)
            ._generate("rpc", "Key", fields.Datetime.add(fields.Datetime.now(), days=1))
        )
        self.assertTrue(key)
        self._post(f"/my/people/{row.id}/off")
        self.assertFalse(row.active)
        self.assertFalse(self.user.active)
        self.assertFalse(self.user.api_key_ids)
        with self.mock_invitations() as mails:
            self._post(f"/my/people/{row.id}/on")
        self.assertTrue(row.active)
        self.assertTrue(self.user.active)
        self.assertTrue(self.user._is_portal())
        self.assertEqual(mails, [("auth_signup.portal_set_password_email", "user@odra.example")])

    # --- never above the own rights ---

    def test_own_access_is_not_changed(self):
        row = self._row(self.decision)
        self.assertEqual(self.url_open(f"/my/people/{row.id}").status_code, 404)
        self.assertEqual(self._post(f"/my/people/{row.id}/off").status_code, 404)
        contact = self.decision.partner_id
        contact.email = "boss@odra.example"
        self._assert_refused(
            self._invite(contact.name, contact.email, role="accounting"), "change your own access"
        )
        self.assertEqual(self._rows(contact), row)
        self.assertTrue(row.active)

    def test_foreign_rows_do_not_exist(self):
        row = self._row(self.other, self.stranger)
        self.assertEqual(self.url_open(f"/my/people/{row.id}").status_code, 404)
        self.assertEqual(self.url_open("/my/people/999999").status_code, 404)
        for act in ("off", "remove", "invite"):
            self.assertEqual(self._post(f"/my/people/{row.id}/{act}").status_code, 404)
        for post in ({"customer_id": self.stranger.id}, {"membership_id": row.id}):
            self.assertEqual(self._invite(**post).status_code, 404)
        self.assertRecordValues(row, [{"active": True, "role": "user"}])

    def test_guessed_ids_give_nothing(self):
        for post in (
            {"scope": "locations", "locations_ids": self.site_other.id},
            {"scope": "devices", "devices_ids": self.device_other.id},
        ):
            self._assert_refused(self._invite(**post), "at least one entry")

    def test_other_fields_are_not_taken(self):
        self._invite(
            date_to="2099-01-01",
            contact_id=self.other.partner_id.id,
            parent_id=self.stranger.id,
            vat="PL123",
            is_company="1",
        )
        person = self._find("ewa@odra.example")
        self.assertRecordValues(
            person, [{"parent_id": self.customer.id, "vat": False, "is_company": False}]
        )
        self.assertRecordValues(self._rows(person), [{"contact_id": person.id, "date_to": False}])

    def test_limited_decision_maker(self):
        until = fields.Date.add(fields.Date.today(), days=30)
        chief = self._create_person("p_chief", "decision", self.site_a)
        self._row(chief).date_to = until
        self._login(chief)
        page = self.url_open("/my/people").text
        self.assertIn(self.local.name, page)
        self.assertNotIn(self.user.name, page, "whoever sees more is not managed")
        form = self.url_open("/my/people/new").text
        self.assertIn("Branch A", form)
        self.assertNotIn("Branch B", form)
        self.assertNotIn("SER-BBB", form)
        for post in (
            {"scope": "all"},
            {"role": "accounting", "scope": "locations", "locations_ids": self.site_a.id},
        ):
            self._assert_refused(self._invite(**post), "further than your own access")
        self._assert_refused(
            self._invite(scope="locations", locations_ids=self.site_b.id), "at least one entry"
        )
        self._invite(scope="devices", devices_ids=self.device_a.id)
        self.assertRecordValues(
            self._rows(self._find("ewa@odra.example")),
            [{"device_ids": self.device_a.ids, "date_to": until}],
        )
        wide = self._row(self.user)
        self.assertEqual(self._post(f"/my/people/{wide.id}/off").status_code, 404)
        self.assertTrue(wide.active)

    def test_the_model_refuses_what_the_page_does_not_offer(self):
        chief = self._create_person("p_chief", "decision", self.site_a)
        memberships = self.env["service.membership"].with_user(chief)
        contact = self.local.partner_id
        for scope, ids in (
            ("all", []),
            ("locations", self.site_b.ids),
            ("devices", self.device_b.ids),
        ):
            with self.subTest(scope), self.assertRaisesRegex(Exception, "further than your own"):
                memberships._portal_give(self.customer, contact, "decision", scope, ids)
        with self.assertRaises(AccessError):
            memberships._portal_give(self.stranger, contact, "user", "all", [])
        with self.assertRaises(AccessError):
            memberships.create({"contact_id": contact.id, "customer_id": self.customer.id})

    @mute_logger("odoo.http")
    def test_forms_need_their_token(self):
        row = self._row(self.user)
        for url in ("/my/people/new", f"/my/people/{row.id}", f"/my/people/{row.id}/off"):
            response = self._post(url, csrf_token="", role="user", scope="all")
            self.assertEqual(response.status_code, 400, url)
        self.assertIn(self.url_open(f"/my/people/{row.id}/off").status_code, (404, 405))
        self.assertTrue(row.active)

    # --- open tabs ---

    def _read_device(self):
        return self.make_jsonrpc_request(
            "/web/dataset/call_kw/service.device/read",
            {
                "model": "service.device",
                "method": "read",
                "args": [self.device_a.ids, ["serial"]],
                "kwargs": {},
            },
        )

    @mute_logger("odoo.http")
    def test_an_ended_role_counts_with_the_next_request(self):
        row = self._row(self.user)
        self.env["service.membership"].create(
            {
                "contact_id": self.user.partner_id.id,
                "customer_id": self.stranger.id,
                "role": "user",
            }
        )
        self._login(self.user)
        pages = [f"/my/devices/{device.id}" for device in (self.device_a, self.device_other)]
        self.assertEqual([self.url_open(url).status_code for url in pages], [200, 200])
        self.assertEqual(self._read_device()[0]["serial"], "SER-AAA")
        yesterday = fields.Date.add(fields.Date.today(), days=-1)
        row.write({"date_from": yesterday, "date_to": yesterday})
        self.assertEqual([self.url_open(url).status_code for url in pages], [404, 200])
        with self.assertRaisesRegex(JsonRpcException, "AccessError|Access"):
            self._read_device()

    @mute_logger("odoo.http")
    def test_all_access_switched_off_ends_the_session(self):
        self._login(self.user)
        self.assertEqual(self.url_open("/my/devices").status_code, 200)
        self._row(self.user).active = False
        response = self.url_open("/my/devices", allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        self.assertIn("/web/login", response.headers["Location"])
        with self.assertRaisesRegex(JsonRpcException, "SessionExpired|Session expired"):
            self._read_device()

    def test_reports_of_listed_devices(self):
        """Whoever has a list of devices reports for them, and for nothing beside them."""
        person = self._create_person("p_listed", "user")
        self._row(person).write({"scope": "devices", "device_ids": self.device_b.ids})
        order_a, order_b = self._create_order(), self._create_order(self.device_b)
        self._login(person)
        self.assertEqual(self.url_open(f"/my/service/{order_a.id}").status_code, 404)
        self.assertEqual(self.url_open(f"/my/service/{order_b.id}").status_code, 200)
        response = self._report(f"/my/devices/{self.device_b.id}/report", topic_id=self.topic.id)
        self.assertEqual(response.status_code, 303)
        self.assertEqual(self.url_open("/my/service/new/other").status_code, 404)
        choose = self.url_open("/my/service/new")
        self.assertEqual(choose.url.split("/my")[1], f"/devices/{self.device_b.id}/report")

    def mock_invitations(self):
        """Collect the addresses to which Odoo's invitation is sent."""
        return _Invitations(self)


class _Invitations(list):
    """Templates and addresses of the mails to users sent meanwhile."""

    def __init__(self, case):
        super().__init__()
        self.case = case

    def __enter__(self):
        found = self

        def send_mail(template, res_id, **kwargs):
            user = template.env["res.users"].sudo().browse(res_id)
            found.append((template.sudo().get_external_id()[template.id], user.email))

        self.case.patch(self.case.env.registry["mail.template"], "send_mail", send_mail)
        return self

    def __exit__(self, *args):
        return False
