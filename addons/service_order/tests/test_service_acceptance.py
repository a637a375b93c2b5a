import base64
import uuid
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import Error
from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import UserError, ValidationError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import file_open, mute_logger

from odoo.addons.service_customer.tests.common import LINK, SentMails

from .common import ServiceOrderCommon


@tagged("post_install", "-at_install")
class TestServiceAcceptance(ServiceOrderCommon):
    """The work is accepted or rejected, once, and what was said stays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = cls._person("accepts")
        cls.contract.tacit_days = 7
        cls.order = cls._create_order(
            reporter_id=cls.person.partner_id.id, user_id=cls.dispatcher.id
        )
        cls._send_waiting_mails()

    @classmethod
    def _send_waiting_mails(cls):
        cls.env.flush_all()
        cls.cr.precommit.run()

    def _to_accept(self, order=None):
        order = order or self.order
        order.stage_id = order.type_id._get_stage("to_accept")
        self._send_waiting_mails()

    def _facts(self):
        return {"partner_id": self.person.partner_id.id, "signed_by": "Jan Nowak"}

    def test_accepted_once(self):
        self._to_accept()
        answer = self.order._accept("panel", **self._facts(), address="192.0.2.7")
        self.assertEqual(self.order.stage_kind, "to_settle")
        self.assertEqual(self.order._accept("panel", **self._facts()), answer)
        self.assertEqual(self.order.answer_ids, answer)
        self.assertIn(self.order.name, answer.content)
        self.assertEqual(len(answer.sha256), 64)
        self.assertEqual((answer.signed_by, answer.address), ("Jan Nowak", "192.0.2.7"))
        with self.assertRaisesRegex(UserError, "answered already"):
            self.order._reject("panel", "Too late", **self._facts())
        self.env.flush_all()
        event = self.env["service.device.event"].search(
            [("device_id", "=", self.device.id), ("kind", "=", "answer")]
        )
        self.assertEqual((event.audience, event.res_id), ("customer", self.order.id))

    def test_evidence_stays(self):
        self._to_accept()
        answer = self.order._accept("panel", **self._facts())
        for change in ("answer = 'rejected'", "content = 'other'"):
            with mute_logger("odoo.sql_db"), self.assertRaises(Error), self.cr.savepoint():
                self.cr.execute(f"UPDATE service_answer SET {change} WHERE id = {answer.id}")
        with mute_logger("odoo.sql_db"), self.assertRaises(Error), self.cr.savepoint():
            self.cr.execute(f"DELETE FROM service_answer WHERE id = {answer.id}")

    def test_not_asked(self):
        with self.assertRaisesRegex(UserError, "waits for no answer"):
            self.order._accept("panel", **self._facts())

    def test_rejected_goes_back(self):
        accepted = self.on_site._get_stage("accepted")
        now = fields.Datetime.now()
        for stage in (self.on_site._get_stage("working"), accepted):
            self.on_site.rejection_stage_id = stage if stage == accepted else False
            self._to_accept()
            # A test asks twice in a second; people don't.
            hours = 2 if stage == accepted else 3
            self.order.accept_asked_on = fields.Datetime.subtract(now, hours=hours)
            photo = ("Photo 1.jpg", b"picture")
            with SentMails(self.env) as sent:
                answer = self.order._reject("panel", " Still jams ", [photo], **self._facts())
            self.assertEqual(self.order.stage_id, stage)
            self.assertEqual((answer.reason, answer.photo_ids.name), ("Still jams", "Photo 1.jpg"))
            # One event, one e-mail, also to whoever follows the order and gets the task.
            told = [mail["partner_id"] for mail in sent]
            self.assertEqual(told, [self.dispatcher.partner_id])
        tasks = self.order.activity_ids.filtered(lambda one: one.summary == "Work rejected")
        self.assertEqual(tasks.user_id, self.dispatcher)
        self._to_accept()
        with self.assertRaisesRegex(UserError, "what is still wrong"):
            self.order._reject("panel", "  ")
        self.order._accept("panel", **self._facts())
        self.assertEqual(
            self.order.answer_ids.sorted("id").mapped("answer"),
            ["rejected", "rejected", "accepted"],
        )

    def test_rejection_stage_is_of_the_process(self):
        foreign = self.env.ref("service_order.stage_workshop_working")
        with self.assertRaises(ValidationError):
            self.on_site.rejection_stage_id = foreign
        self.on_site.rejection_stage_id = self.on_site._get_stage("planned")
        copied = self.on_site.copy().rejection_stage_id
        self.assertEqual(copied.kind, "planned")
        self.assertNotEqual(copied, self.on_site.rejection_stage_id)

    def test_silence(self):
        """One e-mail asks and says what silence means; then silence accepts, and only then."""
        with SentMails(self.env) as sent:
            self._to_accept()
        self.assertEqual(len(sent), 1)
        self.assertIn("counts as accepted", sent[0]["body"])
        link = self.env["service.link"]._find(LINK.findall(sent[0]["body"])[-1])
        self.assertEqual((link.action, link.contact_id), ("accept", self.person.partner_id))
        self.assertTrue(link._opens(self.order, "accept"))
        self.assertFalse(link._opens(self.order, "agree"))
        orders = self.env["service.order"]
        orders._process_tacit()
        self.assertFalse(self.order.answer_ids)
        with freeze_time(fields.Datetime.add(self.order.accept_until, hours=1)):
            self.assertEqual(orders._process_tacit(), 1)
            self.assertEqual(orders._process_tacit(), 0)
        self.assertEqual(self.order.answer_ids.how, "tacit")
        self.assertEqual(self.order.stage_kind, "to_settle")

    def test_one_that_silence_cannot_accept_stops_no_other(self):
        bad = self.order.copy({"user_id": self.dispatcher.id})
        for order in (bad, self.order):
            self._to_accept(order)
        model = type(bad)
        accept = model._accept

        def fail(order, how, **facts):
            if order == bad:
                raise ValueError("Something is wrong with it")
            return accept(order, how, **facts)

        late = fields.Datetime.add(max((bad | self.order).mapped("accept_until")), hours=1)
        with freeze_time(late), patch.object(model, "_accept", fail):
            self.assertEqual(self.env["service.order"]._process_tacit(), 2)
        self.assertEqual((bad.stage_kind, self.order.stage_kind), ("to_accept", "to_settle"))
        self.assertFalse(bad.accept_until, "a person decides")
        self.assertIn("Something is wrong", bad.activity_ids.note)

    def test_silence_that_nobody_was_told_of(self):
        self.person.partner_id.email = False
        self._to_accept()
        self.assertFalse(self.order.accept_until)
        free = self._create_order(self.free_device, reporter_id=self.person.partner_id.id)
        self._to_accept(free)
        self.assertFalse(free.accept_until)

    def test_signature_accepts(self):
        """A visit signed at its end, or signed later, is the acceptance."""
        with file_open("service_order/static/description/icon.png", "rb") as picture:
            signature = base64.b64encode(picture.read())
        visit = self._create_visit(self.order)
        visit.action_start()
        visit.action_finish()
        self.assertEqual(self.order.stage_kind, "to_accept")
        visit.write({"signature": signature, "signed_by": "Anna Nowak"})
        self.assertEqual(self.order.stage_kind, "to_settle")
        answer = self.order.answer_ids
        self.assertEqual(
            (answer.how, answer.signed_by, answer.visit_id), ("signature", "Anna Nowak", visit)
        )

    def test_staff_record_a_call(self):
        self._to_accept()
        consent = self._consent(question="work", answer="accepted", signed_by="Pani Ewa")
        consent.action_confirm()
        answer = self.order.answer_ids
        self.assertEqual((answer.how, answer.user_id), ("phone", self.dispatcher))
        self.assertEqual(answer.signed_by, "Pani Ewa")

    def _consent(self, order=None, **vals):
        vals = {"order_ids": (order or self.order).ids, **vals}
        return self.env["service.consent"].with_user(self.dispatcher).sudo(False).create(vals)


@tagged("post_install", "-at_install")
class TestServiceAgreement(ServiceOrderCommon):
    """What is not covered is agreed by a decision maker, or settled by a person with a reason."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls._person("pays_user")
        cls.decision = cls._person("pays_decision", "decision")
        cls.elsewhere = cls._person("pays_elsewhere", "decision", locations=cls.site)
        cls.customer.service_agreement_limit = 100
        cls.order = cls._create_order(
            cls.free_device,
            reporter_id=cls.user.partner_id.id,
            user_id=cls.dispatcher.id,
        )
        cls.line = cls.env["service.order.line"].create(
            {"order_id": cls.order.id, "kind": "labour", "quantity": 2}
        )
        cls.env.flush_all()
        cls.cr.precommit.run()

    def test_limit(self):
        self.assertEqual(self.line.amount, 360)
        self.assertEqual((self.order.amount_to_agree, self.line.agreement), (360, "waiting"))
        self.customer.service_agreement_limit = 360
        self.order.invalidate_recordset()
        self.line.invalidate_recordset()
        self.assertEqual((self.order.amount_to_agree, self.line.agreement), (0, False))

    def test_decision_makers_of_the_place(self):
        self.assertEqual(self.order._decision_makers(), self.decision.partner_id)
        self.assertFalse(self.order._may_decide(self.user.partner_id))
        self.assertFalse(self.order._may_decide(self.elsewhere.partner_id))

    def test_visit_waits_for_the_decision(self):
        """One e-mail, with a link that agrees, to who may; then the order goes on by itself."""
        visit = self._create_visit(self.order)
        visit.action_start()
        with SentMails(self.env) as sent:
            visit.with_user(self.technician_user).sudo(False).action_finish()
        # The reporter gets the protocol, and no question about costs.
        sent = [mail for mail in sent if mail["partner_id"] != self.user.partner_id]
        self.assertEqual([mail["partner_id"] for mail in sent], [self.decision.partner_id])
        self.assertNotIn("360", sent[0]["body"])
        self.assertEqual(
            (self.order.stage_kind, self.order.decision), ("waiting_customer", "waiting")
        )
        link = self.env["service.link"]._find(LINK.findall(sent[0]["body"])[-1])
        self.assertTrue(link._opens(self.order, "agree"))
        self.order._agree("link", partner_id=self.decision.partner_id.id)
        self.assertEqual((self.order.decision, self.line.agreement), ("agreed", "agreed"))
        self.assertEqual(self.order.stage_kind, "to_accept")
        self.decision.partner_id.service_person_membership_ids.active = False
        self.assertFalse(link._opens(self.order, "agree"))

    def test_what_comes_later_is_asked_again(self):
        self.order._ask_agreement()
        seal = self.order._get_cost_seal()
        self.line.quantity = 3
        with self.assertRaisesRegex(UserError, "have changed"):
            self.order._agree_as_seen(seal, "panel")
        self.order._agree_as_seen(self.order._get_cost_seal(), "panel")
        self.assertFalse(self.order.amount_to_agree)
        self.line.quantity = 4
        self.assertEqual(self.order.amount_to_agree, 720)

    def test_refused(self):
        self.order._ask_agreement()
        with self.assertRaisesRegex(UserError, "why you don't agree"):
            self.order._refuse("panel", "")
        self.order._refuse("panel", "Too dear", partner_id=self.decision.partner_id.id)
        self.assertEqual((self.order.decision, self.line.agreement), ("refused", "refused"))
        self.assertIn("Too dear", str(self.order.activity_ids.mapped("note")))

    def test_sums(self):
        tax = self.env["account.tax"].create({"name": "23 %", "amount": 23})
        self.line.product_id.taxes_id = tax
        self.assertEqual(self.order._get_cost_sums(), {"net": 360.0, "tax": 82.8, "gross": 442.8})

    def test_settlement_is_a_persons_decision(self):
        action = self.order.with_user(self.dispatcher).action_settle()
        self.assertEqual(action["res_model"], "service.consent")
        self.assertFalse(self.order.charge_ids)
        consent = (
            self.env["service.consent"]
            .with_user(self.dispatcher)
            .sudo(False)
            .create({"order_ids": self.order.ids, "question": "settle"})
        )
        with self.assertRaisesRegex(UserError, "without having agreed"):
            consent.action_settle()
        consent.reason = "Agreed in the frame contract"
        consent.action_settle()
        answer = self.order.answer_ids
        self.assertEqual((answer.answer, answer.user_id), ("waived", self.dispatcher))
        self.assertEqual(self.order.charge_ids.amount, 360)

    def test_step_of_the_process_asks(self):
        act = self.env["service.stage.act"].create(
            {"stage_id": self.on_site._get_stage("accepted").id, "kind": "decision"}
        )
        with SentMails(self.env) as sent:
            act._run(self.order)
        self.assertEqual([mail["partner_id"] for mail in sent], [self.decision.partner_id])
        covered = self._create_order(self.free_device)
        self.env["service.order.line"].create({"order_id": covered.id, "kind": "labour"})
        self.customer.service_agreement_limit = 1000
        act._run(covered)
        self.assertEqual(covered.decision, "agreed")


@tagged("post_install", "-at_install")
class TestServiceAcceptanceTwice(BaseCase):
    """Two connections accept one order at the same time."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            customer = env["res.partner"].create({"name": f"Twice {uuid.uuid4()}"})
            order = env["service.order"].create(
                {"customer_id": customer.id, "description": "Twice"}
            )
            order.stage_id = order.type_id._get_stage("to_accept")
            self.order_id, self.customer_id = order.id, customer.id
        self.addCleanup(self._remove)

    def _remove(self):
        with self.registry.cursor() as cr:
            # Evidence is kept by the database; only the test that made it takes it away.
            cr.execute("SET LOCAL session_replication_role = replica")
            cr.execute("DELETE FROM service_answer WHERE order_id = %s", [self.order_id])
            cr.execute("SET LOCAL session_replication_role = origin")
            cr.execute("DELETE FROM service_order WHERE id = %s", [self.order_id])
            api.Environment(cr, SUPERUSER_ID, {})["res.partner"].browse(self.customer_id).unlink()

    def _accept(self, cr):
        env = api.Environment(cr, SUPERUSER_ID, {})
        answer = env["service.order"].browse(self.order_id)._accept("panel", signed_by="Twice")
        env.flush_all()
        return answer.id

    @mute_logger("odoo.sql_db")
    def test_second_finds_the_first(self):
        with self.registry.cursor() as first, self.registry.cursor() as second:
            second.execute("SELECT 1")  # its snapshot is older than what the first commits
            answer = self._accept(first)
            first.commit()
            with self.assertRaises(SerializationFailure):
                self._accept(second)
            second.rollback()
            self.assertEqual(self._accept(second), answer)
