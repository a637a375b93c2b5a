from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, JsonRpcException, TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import ServiceCustomerCommon

INVITATION = "auth_signup.portal_set_password_email"


class AccessCommon(ServiceCustomerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()
        cls.yesterday = cls.today - timedelta(days=1)

    def setUp(self):
        super().setUp()
        self.sent = sent = []

        def send_mail(template, res_id, **kwargs):
            user = template.env["res.users"].sudo().browse(res_id)
            sent.append((template.sudo().get_external_id()[template.id], user.email))

        patcher = patch.object(self.registry["mail.template"], "send_mail", send_mail)
        patcher.start()
        self.addCleanup(patcher.stop)

    def _person(self, name, email):
        return self.env["res.partner"].create(
            {"name": name, "email": email, "parent_id": self.customer.id}
        )

    def _give_key(self, user):
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        self.env["res.users.apikeys"].with_user(user)._generate("rpc", "Key", tomorrow)
        self.assertTrue(user.api_key_ids)

    def _bodies(self, record):
        return " ".join(str(message.body) for message in record.message_ids)


@tagged("post_install", "-at_install")
class TestGrantingAccess(AccessCommon, TransactionCase):
    def _open(self, action):
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        return wizard.with_user(self.dispatcher)

    def test_several_people_of_the_list_at_once(self):
        ewa, jan = self._person("Ewa", "ewa@odra.example"), self._person("Jan", "jan@odra.example")
        mute = self._person("Mute", False)
        twin = self._person("Twin", "ewa@odra.example")
        rows = self.env["service.membership"].union(
            *(self._create_membership(contact=one) for one in (ewa, jan, mute, twin, self.person))
        )
        self.assertEqual(set(rows.mapped("portal_state")), {"none", "invited"})
        wizard = self._open(rows.with_user(self.dispatcher).action_invite())
        self.assertEqual(wizard.user_ids.partner_id, rows.contact_id)
        wizard.action_service_invite_all()
        self.assertEqual(
            self.sent, [(INVITATION, "ewa@odra.example"), (INVITATION, "jan@odra.example")]
        )
        self.assertTrue(ewa.user_ids._is_portal())
        self.assertEqual(ewa.signup_type, "signup")
        self.assertFalse(mute.user_ids | twin.user_ids)
        with self.assertRefused("nobody to invite"):
            wizard.action_service_invite_all()

    def test_a_button_on_the_person(self):
        ewa = self._person("Ewa", "ewa@odra.example")
        wizard = self._open(ewa.with_user(self.dispatcher).action_service_invite())
        wizard.user_ids.action_grant_access()
        self.assertEqual(self.sent, [(INVITATION, "ewa@odra.example")])
        with self.assertRefused("Choose people"):
            (self.customer | self.site).action_service_invite()

    def test_technicians_grant_nothing(self):
        with self.assertRaises(AccessError):
            self.person.with_user(self.technician).action_service_invite()
        self._create_membership()
        with self.assertRaises(AccessError):
            self.person.with_user(self.technician).action_service_take_away()

    def test_access_is_given_again_after_it_was_taken_away(self):
        membership = self._create_membership()
        membership.action_archive()
        self.assertFalse(self.portal_user.active)
        membership.action_unarchive()
        self.assertFalse(self.portal_user.active, "an account is opened by an invitation only")
        wizard = self._open(membership.with_user(self.dispatcher).action_invite())
        wizard.action_service_invite_all()
        self.assertTrue(self.portal_user.active)
        self.assertTrue(self.portal_user._is_portal())


@tagged("post_install", "-at_install")
class TestTakingAccessAway(AccessCommon, TransactionCase):
    def test_the_last_role_taken_away_closes_the_account(self):
        rows = self._create_membership("user") | self._create_membership("decision")
        self._give_key(self.portal_user)
        self.person.signup_prepare()
        rows[0].with_user(self.dispatcher).unlink()
        self.assertTrue(self.portal_user.active)
        self.assertTrue(self.portal_user.api_key_ids)
        rows[1].with_user(self.dispatcher).unlink()
        self.assertFalse(self.portal_user.active)
        self.assertFalse(self.portal_user.api_key_ids)
        self.assertFalse(self.person.signup_type)
        self.assertIn("no role is left", self._bodies(self.person))

    def test_a_role_elsewhere_keeps_the_account(self):
        here = self._create_membership()
        self._create_membership(customer=self.other_customer, date_from=self.today + timedelta(9))
        here.action_archive()
        self.assertTrue(self.portal_user.active, "a role to come counts too")

    def test_all_access_of_a_person_at_once(self):
        rows = self._create_membership() | self._create_membership(customer=self.other_customer)
        self.person.with_user(self.dispatcher).action_service_take_away()
        self.assertFalse(any(rows.mapped("active")))
        self.assertFalse(self.portal_user.active)
        self.assertIn("Switched off", self._bodies(self.other_customer))

    def test_staff_keeps_its_account(self):
        self._create_membership(contact=self.technician.partner_id).unlink()
        self.assertTrue(self.technician.active)

    def test_switched_off_roles_open_nothing(self):
        self._create_membership(customer=self.other_customer)
        membership = self._create_membership(locations=self.site)
        self.assertTrue(self.site.with_user(self.portal_user).has_access("read"))
        membership.active = False
        self.assertFalse(membership.is_live)
        self.assertFalse(self.site.with_user(self.portal_user).has_access("read"))
        self.assertEqual(self.portal_user._service_roles(self.customer), set())
        cellar = self._create_location("Cellar", self.site)
        membership.active = True
        self.assertTrue(cellar.with_user(self.portal_user).has_access("read"))

    def test_the_end_of_a_role_closes_the_account_by_cron(self):
        cron = self.env.ref("service_customer.ir_cron_close_access")
        membership = self._create_membership(date_from=self.yesterday - timedelta(9))
        other = new_test_user(self.env, "service_other", groups="base.group_portal")
        self._create_membership(contact=other.partner_id, date_to=self.today)
        self._give_key(self.portal_user)
        before = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        membership.date_to = self.yesterday
        after = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self.assertGreater(after, before, "the cron is woken")
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *a, **kw: 60):
            self.env["res.users"]._cron_service_close_access()
        self.assertFalse(self.portal_user.active)
        self.assertFalse(self.portal_user.api_key_ids)
        self.assertTrue(other.active, "the last day counts")

    def test_a_plain_portal_user_is_left_alone(self):
        self.person.service_person_membership_ids.unlink()
        self.assertFalse(self.portal_user in self._idle())
        self._create_membership(date_from=self.yesterday, date_to=self.yesterday)
        self.assertTrue(self.portal_user in self._idle())

    def _idle(self):
        users = self.env["res.users"]
        return users.search(users._get_service_idle_domain())


@tagged("post_install", "-at_install")
class TestLastDecisionMaker(AccessCommon, TransactionCase):
    """Staff may leave a customer without one, and is told."""

    def _acts(self):
        return {
            "taken away": lambda row: row.unlink(),
            "switched off": lambda row: row.action_archive(),
            "another role": lambda row: row.write({"role": "user"}),
            "ended": lambda row: row.write({"date_from": "2020-01-01", "date_to": "2020-12-31"}),
        }

    def test_staff_is_warned(self):
        for name, act in self._acts().items():
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                row = self._create_membership("decision").with_user(self.dispatcher)
                with patch.object(type(self.env["res.users"]), "_bus_send") as bus:
                    act(row)
                self.assertIn("Nobody decides now at Odra", self._bodies(self.customer))
                self.assertEqual(bus.call_args[0][0], "simple_notification")
                self.assertIn("Nobody decides", bus.call_args[0][1]["message"])
                savepoint.rollback()

    def test_no_warning_while_somebody_decides(self):
        other = self._person("Ewa", "ewa@odra.example")
        self._create_membership("decision", contact=other)
        row = self._create_membership("decision")
        row.role = "user"
        row.role = "accounting"
        self.assertNotIn("Nobody decides", self._bodies(self.customer))


@tagged("post_install", "-at_install")
class TestOpenTabs(HttpCase, AccessCommon):
    """What a logged-in person has open ends with the next request."""

    def setUp(self):
        super().setUp()
        self.portal_user.password = "service_person"
        self.membership = self._create_membership(locations=self.site)
        self.authenticate("service_person", "service_person")

    def _read(self, partner):
        return self.make_jsonrpc_request(
            "/web/dataset/call_kw/res.partner/read",
            {
                "model": "res.partner",
                "method": "read",
                "args": [partner.ids, ["name"]],
                "kwargs": {},
            },
        )

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_one_company_taken_away(self):
        there = self._create_membership(customer=self.other_customer)
        self.assertTrue(self._read(self.site) and self._read(self.foreign_site))
        there.with_user(self.dispatcher).unlink()
        with self.assertRaises(JsonRpcException):
            self._read(self.foreign_site)
        self.assertTrue(self._read(self.site))

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_a_role_that_has_ended(self):
        self.assertTrue(self._read(self.site))
        self.membership.write({"date_from": self.yesterday, "date_to": self.yesterday})
        with self.assertRaises(JsonRpcException):
            self._read(self.site)

    @mute_logger("odoo.http")
    def test_all_access_taken_away_ends_the_session(self):
        self.assertEqual(self.url_open("/my", allow_redirects=False).status_code, 200)
        self.membership.with_user(self.dispatcher).unlink()
        response = self.url_open("/my", allow_redirects=False)
        self.assertIn("/web/login", response.headers["Location"])
        with self.assertRaisesRegex(JsonRpcException, "Session"):
            self._read(self.site)
