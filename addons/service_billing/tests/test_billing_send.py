from unittest.mock import patch

from odoo import SUPERUSER_ID, Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_cron import IrCron
from odoo.addons.base.models.ir_mail_server import IrMail_Server

from .common_period import day
from .test_billing_document import BillingDocumentCommon

SENT = "odoo.addons.service_billing.models.account_move_send"


@tagged("post_install", "-at_install")
class TestBillingSend(BillingDocumentCommon):
    """Documents of a run leave by themselves, each once (`trade.md` 3); a contract fails alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.email = "office@odra.example"
        cls.accounting = cls._person("accounting").partner_id
        cls.accounting.email = "accounting@odra.example"
        cls._person("user").partner_id.email = "user@odra.example"
        cls.clerk = cls._staff("accounting")

    def _ready(self, count=1, **vals):
        """Contracts with something due on the first of February."""
        contracts = self.env["service.contract"]
        for number in range(count):
            device = self._make_device(f"SN-{len(self.env['service.device'].search([]))}-{number}")
            self._take(device, {"1-1": 0, "1-31": 1000})
            contracts += self._contract([{"price_unit": 0.05}], {device: "1-1"}, **vals)
        return contracts

    def _cron(self):
        # A test keeps its transaction.
        with patch.object(IrCron, "_commit_progress", lambda *args, **kwargs: 0):
            self.env["account.move"]._cron_account_move_send()

    def _letters(self, move):
        return move.message_ids.filtered(lambda message: message.message_type == "comment")

    def _reports(self, failing=None):
        """Papers without the programs that print; one document may fail."""

        model = type(self.env["ir.actions.report"])

        def pre(report, name, res_ids=None, **kwargs):
            if failing and failing.id in res_ids:
                raise ValueError("the printer is on fire")
            return {record: {"stream": b"%PDF", "attachment": None} for record in res_ids}, "pdf"

        return (
            patch.object(model, "_pre_render_qweb_pdf", pre),
            patch.object(
                model,
                "_get_splitted_report",
                lambda report, name, content, kind: {key: b"%PDF" for key in content},
            ),
            patch.object(model, "_render", lambda report, name, ids, **kwargs: (b"%PDF", "pdf")),
        )

    def _send(self, failing=None):
        first, second, third = self._reports(failing)
        with first, second, third:
            self._cron()

    def test_sent_once_to_accounting_with_the_annex(self):
        move = self._bill(self._ready(), "2-1").move_ids
        self.assertEqual(move.service_sending, "queued")
        self._send()
        self._send()
        [letter] = self._letters(move)
        self.assertEqual(letter.notified_partner_ids, self.accounting)
        names = sorted(letter.attachment_ids.mapped("name"))
        self.assertEqual(len(names), 2)
        self.assertTrue(any(name.startswith("Statement of readings") for name in names), names)
        self.assertEqual(move.service_sending, "sent")
        self.assertFalse(move.sending_data)
        self.env["service.billing.line"]._refresh()
        self.assertEqual(move.service_sending, "sent")

    def test_what_the_program_makes_is_from_the_company(self):
        office = self.company.partner_id
        office.email = "office@service.example"
        charges = self._settle(self._ready(), "2-1")
        move = charges.with_user(SUPERUSER_ID)._bill()
        move.action_post()
        move._send_by_themselves()
        self._send()
        letter = self._letters(move)
        self.assertEqual((letter.author_id, letter.email_from), (office, office.email_formatted))

    def test_without_an_accounting_contact_the_recipient_gets_it(self):
        self.env["service.membership"].search(
            [("contact_id", "=", self.accounting.id)]
        ).active = False
        move = self._bill(self._ready(), "2-1").move_ids
        self._send()
        self.assertEqual(self._letters(move).partner_ids, self.customer)

    def test_scope_of_the_accounting_contact(self):
        """Who keeps the books of one place only gets the documents of that place."""
        role = self.env["service.membership"].search([("contact_id", "=", self.accounting.id)])
        role.write({"scope": "locations", "location_ids": [Command.set(self.other_site.ids)]})
        move = self._bill(self._ready(), "2-1").move_ids
        self.assertEqual(move.partner_shipping_id, self.site)
        self.assertFalse(move._get_accounting_contacts())
        role.location_ids = self.site
        self.assertEqual(move._get_accounting_contacts(), self.accounting)

    def test_not_by_itself(self):
        for mode in ("post", "manual"):
            line = self._bill(self._ready(billing_mode=mode), "2-1")
            self.assertFalse(any(line.move_ids.mapped("service_sending")))

    def test_one_that_fails_is_told_and_the_rest_goes_on(self):
        bad, *good = self._bill(self._ready(3, user_id=self.clerk.id), "2-1").move_ids
        with mute_logger(SENT):
            self._send(failing=bad)
        self.assertEqual({move.service_sending for move in good}, {"sent"})
        self.assertEqual(bad.service_sending, "failed")
        self.assertFalse(self._letters(bad))
        [activity] = bad.activity_ids
        self.assertEqual(activity.user_id, self.clerk)
        self.assertIn("on fire", activity.note)
        self.env["service.billing.line"]._refresh()
        self._send()
        self.assertEqual(bad.service_sending, "sent")
        self.assertEqual(len(self._letters(bad)), 1)
        self.assertFalse(bad.activity_ids)

    def test_e_mail_that_does_not_leave(self):
        """The outgoing server refuses: told once, tried again, and nobody gets it twice."""
        move = self._bill(self._ready(user_id=self.clerk.id), "2-1").move_ids
        refuse = patch.object(IrMail_Server, "send_email", side_effect=OSError("refused"))
        connect = patch.object(IrMail_Server, "_connect__", lambda *args, **kwargs: None)
        allowed = patch.object(IrMail_Server, "_disable_send", lambda server: False)
        with connect, allowed, refuse, mute_logger("odoo.addons.mail.models.mail_mail"):
            self._send()
        self.assertEqual(move.service_sending, "failed")
        self.assertEqual(move.activity_ids.user_id, self.clerk)
        mails = self.env["mail.mail"].search([("mail_message_id", "in", self._letters(move).ids)])
        self.assertEqual(set(mails.mapped("state")), {"exception"})
        self.env["account.move"]._retry_sending()
        self.assertEqual(set(mails.mapped("state")), {"outgoing"})
        accept = patch.object(IrMail_Server, "send_email", lambda *args, **kwargs: "<id@x>")
        with connect, allowed, accept:
            mails.send()
        self.assertEqual(move.service_sending, "sent")
        self.assertFalse(move.activity_ids)
        self._send()
        self.assertEqual(len(self._letters(move)), 1)

    def test_nobody_to_send_to(self):
        (self.accounting | self.customer).email = False
        move = self._bill(self._ready(), "2-1").move_ids
        with mute_logger(SENT):
            self._send()
        self.assertEqual(move.service_sending, "failed")
        self.assertIn("Nobody gets", move.activity_ids.note)

    def test_waits_for_the_number(self):
        """Trade 1: where another program issues, it is sent when the number is there."""
        self.company.service_issuer = "external"
        lines = self._bill(self._ready(), "2-1")
        move = lines.move_ids
        complete = patch.object(
            type(move), "_is_fiscally_complete", lambda self: bool(self.service_external_number)
        )
        with complete:
            move._compute_service_fiscally_complete()
            lines._keep({"state": "number"})
            move.service_sending = move.sending_data = False
            self.env["service.billing.line"]._refresh()
            self.assertEqual((lines.state, move.service_sending), ("number", False))
            move.service_external_number = "FS 7/2026"
            move._compute_service_fiscally_complete()
            self.env["service.billing.line"]._refresh()
            self.assertEqual((lines.state, move.service_sending), ("invoiced", "queued"))
            self._send()
        [letter] = self._letters(move)
        self.assertIn("FS 7/2026", letter.subject)

    # ------------------------------------------------------------------ what cannot be settled

    def test_closed_period(self):
        """Nothing is half made, the other contract is billed, somebody is told once."""
        self.company.tax_lock_date = day("1-31")
        closed, good = self._ready(2)
        closed.user_id = self.clerk
        good.vat_rule = "issue"
        run = self._bill(closed | good, "2-1").run_id
        lines = {line.contract_id: line for line in run.line_ids}
        self._run_ends(run)
        self.assertEqual(lines[good].state, "invoiced", lines[good].problem)
        self.assertEqual(lines[closed].state, "error")
        self.assertIn("closed in accounting", lines[closed].problem)
        self.assertFalse(closed.charge_ids)
        self.assertFalse(closed.consumption_ids)
        [activity] = closed.activity_ids
        self.assertEqual(activity.user_id, self.clerk)
        self.assertIn("closed in accounting", activity.note)
        lines[closed]._settle(automatic=True)
        self._run_ends(run)
        self.assertEqual(closed.activity_ids, activity)
        self.company.tax_lock_date = False
        lines[closed]._settle(automatic=True)
        self._run_ends(run)
        self.assertEqual(lines[closed].state, "invoiced")
        self.assertFalse(closed.activity_ids)

    def test_the_staff_is_told_in_the_language_of_the_company(self):
        """Not in that of the scheduled jobs."""
        self.env["res.lang"]._activate_lang("pl_PL")
        self.company.partner_id.lang = "pl_PL"
        self.customer.email = self.accounting.email = False
        move = self._bill(self._ready(user_id=self.clerk.id), "2-1").move_ids
        with mute_logger(SENT):
            self._send()
        self.assertIn("nie dostanie", move.activity_ids.note)
        self.assertEqual(move.activity_ids.summary, "Dokumentu nie udało się wysłać do klienta")
        self.company.tax_lock_date = day("1-31")
        line = self._bill(self._ready(), "2-1")
        self.assertIn("zamknięt", line.problem)

    def _run_ends(self, run):
        """The worker finds that nothing is left of a run."""
        run.state = "running"
        with patch.object(IrCron, "_commit_progress", lambda *args, **kwargs: 0):
            run.sudo()._settle_next()
        self.assertEqual(run.state, "done")

    def test_nobody_writes_what_a_run_has_found(self):
        line = self._bill(self._ready(), "2-1")
        mine = line.with_user(self.clerk)
        for vals in (
            {"state": "error"},
            {"amount": 1},
            {"move_ids": [Command.clear()]},
            {"contract_id": 1},
            {"problem": "none"},
        ):
            with self.subTest(vals), self.assertRaisesRegex(UserError, "by the run only"):
                mine.write(vals)
        vals = {"run_id": line.run_id.id, "contract_id": self._ready().id}
        with self.assertRaisesRegex(UserError, "by the run only"):
            mine.create({**vals, "amount": 5})
        mine.create(vals).action_settle()
        with self.assertRaises(AccessError):
            line.with_user(self._staff("dispatcher")).action_settle()

    def test_missing_journal(self):
        self.env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", self.company.id)]
        ).active = False
        contract = self._ready()
        line = self._bill(contract, "2-1")
        self.assertEqual(line.state, "error")
        self.assertIn("no sale journal", line.problem)
        self.assertFalse(contract.charge_ids)

    def test_currency_without_a_rate(self):
        """An amount in a currency nobody has given a rate for says so, and is not taken for 1:1."""
        self.env.ref("base.CHF").active = True
        self.env.ref("base.CHF").rate_ids.unlink()
        contract = self._ready(currency_id=self.env.ref("base.CHF").id)
        line = self._bill(contract, "2-1")
        self.assertEqual(line.state, "error")
        self.assertIn("CHF", line.problem)
        self.assertFalse(contract.charge_ids)
