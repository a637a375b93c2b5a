from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .common import ServiceOrderCommon


@tagged("post_install", "-at_install")
class TestServiceOrder(ServiceOrderCommon):
    def _stage(self, kind, process=None):
        return (process or self.on_site)._get_stage(kind)

    def test_device_says_whose_and_where(self):
        with Form(self.env["service.order"].with_user(self.dispatcher)) as form:
            form.device_id = self.device
        self.assertRecordValues(
            form.record,
            [
                {
                    "customer_id": self.customer.id,
                    "location_id": self.site.id,
                    "contract_id": self.contract.id,
                    "type_id": self.on_site.id,
                    "stage_kind": "new",
                }
            ],
        )
        self.assertRegex(form.record.name, r"^ZS/\d{4}/\d{5}$")

    def test_location_of_another_customer_is_refused(self):
        foreign = self.env["res.partner"].create(
            {"name": "Hala", "type": "location", "parent_id": self.stranger.id}
        )
        with self.assertRaisesRegex(ValidationError, "not a location of"):
            self._create_order(location_id=foreign.id)

    def test_shipped_processes_are_legal(self):
        for name in ("on_site", "workshop", "courier"):
            self.env.ref(f"service_order.type_{name}")._check_stages()

    def test_new_process_starts_legal_and_stays_so(self):
        process = self.env["service.order.type"].create({"name": "Remote", "mode": "remote"})
        self.assertEqual(process.stage_ids.mapped("kind")[0], "new")
        with self.assertRaisesRegex(ValidationError, "exactly one stage of the kind New"):
            process.stage_ids = [Command.create({"name": "Second", "kind": "new"})]
        with self.assertRaisesRegex(ValidationError, "at least one Cancelled"):
            self._stage("cancelled", process).unlink()

    def test_stage_with_orders_stays(self):
        order = self._create_order()
        with self.assertRaisesRegex(UserError, "still has orders"):
            order.stage_id.unlink()

    def test_illegal_move_same_sentence_by_write_and_button(self):
        order = self._create_order()
        self._create_visit(order)
        sentences = set()
        for move in (
            lambda user: user.write({"stage_id": self._stage("done").id}),
            lambda user: user.action_done(),
        ):
            with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
                move(order.with_user(self.dispatcher))
            # The web client shows the sentence of core's own kinds only.
            self.assertIs(type(caught.exception), UserError)
            sentences.add(str(caught.exception))
        self.assertEqual(len(sentences), 1)
        self.assertIn("not finished", sentences.pop())

    def test_stage_of_another_process_is_refused(self):
        order = self._create_order()
        foreign = self._stage("working", self.env.ref("service_order.type_workshop"))
        with self.assertRaisesRegex(UserError, "belongs to the process"):
            order.stage_id = foreign

    def test_missing_kind_is_skipped_and_said(self):
        order = self._create_order(type_id=self.env.ref("service_order.type_workshop").id)
        self.assertFalse(order._move_to_kind("planned"))
        self.assertEqual(order.stage_kind, "new")
        self.assertIn("has no stage of the kind", order.message_ids[0].body)

    def test_changed_process_keeps_the_kind(self):
        order = self._create_order()
        order.action_accept()
        order.type_id = self.env.ref("service_order.type_workshop")
        self.assertEqual((order.stage_kind, order.stage_id.type_id), ("accepted", order.type_id))

    def test_cancelling_calls_visits_off_but_forgets_nothing(self):
        order = self._create_order()
        visit = self._create_visit(order)
        order.action_cancel()
        self.assertEqual((order.stage_kind, visit.state), ("cancelled", "cancelled"))
        used = self._create_order(self.free_device)
        self._create_line(self._create_visit(used)).action_use()
        with self.assertRaisesRegex(UserError, "Settle it instead"):
            used.action_cancel()
        begun = self._create_order(self.free_device)
        self._create_visit(begun).action_start()
        with self.assertRaisesRegex(UserError, "is working on"):
            begun.action_cancel()

    def test_open_order_of_a_device(self):
        order = self._create_order()
        orders = self.env["service.order"]
        self.assertEqual(orders._open_for_devices(self.device), {self.device: order})
        self.assertEqual(self._create_order().duplicate_ids, order)
        order.action_cancel()
        self.assertNotEqual(self.device.open_order_id, order)

    def test_report_notifies_dispatchers_and_the_reporter(self):
        person = self._person("order_reporter")
        order = (
            self.env["service.order"]
            .with_user(person)
            ._report(
                {"device_id": self.device.id, "description": "Broken", "source": "portal"},
                photos=[("photo.txt", b"picture")],
            )
        ).sudo()
        self.assertRecordValues(
            order,
            [
                {
                    "customer_id": self.customer.id,
                    "reporter_id": person.partner_id.id,
                    "source": "portal",
                    "stage_kind": "new",
                }
            ],
        )
        self.assertIn(self.dispatcher, order.activity_ids.user_id)
        self.assertIn(person.partner_id, order.message_partner_ids)
        self.assertEqual(order.photo_ids.mapped("name"), ["photo.txt"])
        self.flush_tracking()
        mails = order.message_ids.filtered(lambda message: person.partner_id in message.partner_ids)
        self.assertTrue(mails, "the reporter hears that the request came in")
        order.with_user(self.dispatcher).action_accept()
        self.assertFalse(order.activity_ids)
        self.assertEqual(order.user_id, self.dispatcher)

    def test_history_tells_all(self):
        order = self._create_order()
        visit = self._create_visit(order)
        self._create_line(visit)
        self.flush_tracking()
        visit.action_start()
        visit.action_finish()
        order.message_post(body="Still warm", message_type="comment")
        for question in ("work", "cost"):
            vals = {"key": question, "question": question, "answer": "accepted", "how": "phone"}
            self.env["service.answer"]._take(order, vals)
        self.flush_tracking()
        self.env.flush_all()
        events = self.env["service.device.event"].search([("device_id", "=", self.device.id)])
        self.assertLessEqual({"order", "visit", "part", "stage"}, set(events.mapped("kind")))
        said = events.filtered(lambda event: event.kind == "message")
        self.assertEqual(said.mapped("summary"), [f"{order.name}: Still warm"])
        seen = events.with_user(self._person("history_person")).search([("id", "in", events.ids)])
        self.assertLessEqual({"order", "visit", "answer"}, set(seen.mapped("kind")))
        self.assertFalse({"part", "stage", "message"} & set(seen.mapped("kind")))
        self.assertNotIn("Cost", seen.filtered(lambda event: event.kind == "answer").summary)

    def test_the_database_itself_keeps_things_single(self):
        self.cr.execute(
            """
            SELECT replace(indexdef, 'public.', '') FROM pg_indexes
             WHERE tablename ~ '^service_(order|visit|parcel|answer)' AND indexdef ~ 'UNIQUE'
            """
        )
        indexes = [definition.partition(" ON ")[2] for (definition,) in self.cr.fetchall()]
        for table, columns in (
            ("service_answer", "key"),
            ("service_order", "company_id, email_key"),
            ("service_order_clock", "order_id, kind"),
            ("service_order_device", "order_id, device_id"),
            ("service_order_step", "order_id, act_id"),
            ("service_parcel", "name"),
            ("service_visit_protocol", "visit_id, is_signed"),
            ("service_visit_protocol", "company_id, name"),
        ):
            with self.subTest(table, columns=columns):
                found = f"{table} USING btree ({columns})"
                self.assertTrue(any(each.startswith(found) for each in indexes), indexes)

    def flush_tracking(self):
        """Post what tracking has collected, as the end of the transaction would."""
        self.env.flush_all()
        self.cr.precommit.run()
