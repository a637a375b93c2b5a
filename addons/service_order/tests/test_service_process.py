from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .common import ServiceOrderCommon


@tagged("post_install", "-at_install")
class TestServiceProcess(ServiceOrderCommon):
    """A process that an administrator has made: who may move where, when, and what follows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.process = cls.env["service.order.type"].create({"name": "POS", "mode": "on_site"})
        cls.working = cls.process._get_stage("working")
        cls.accepted = cls.process._get_stage("accepted")
        cls.order = cls._create_order(type_id=cls.process.id)
        cls.todo = cls.env.ref("mail.mail_activity_data_todo")

    def _condition(self, kind, stage=None, **vals):
        return self.env["service.stage.condition"].create(
            {"stage_id": (stage or self.working).id, "kind": kind, **vals}
        )

    def _act(self, kind, stage=None, **vals):
        return self.env["service.stage.act"].create(
            {"stage_id": (stage or self.working).id, "kind": kind, **vals}
        )

    def _refused(self, pattern, user=None):
        with self.assertRaisesRegex(UserError, pattern):
            self.order.with_user(user or self.dispatcher).stage_id = self.working

    # ------------------------------------------------------------------ who and when

    def test_counters_read(self):
        """Only a reading since the request counts; without a device there is none to read."""
        self._condition("reading")
        self.device.model_id.meter_type_ids = self.env.ref("service_meter.meter_type_mono")
        now = fields.Datetime.now()
        device = self.device.copy({"serial": "SN-OLD", "date_placed": now - timedelta(days=30)})
        device._take_readings({"mono": 100}, date=now - timedelta(days=2), source="staff")
        self.order.write({"device_id": device.id, "date_reported": now - timedelta(hours=1)})
        self._refused("this is missing: Counters Read")
        device._take_readings({"mono": 120}, date=now, source="staff")
        self.order.with_user(self.dispatcher).stage_id = self.working
        other = self.env["service.order"].create(
            {"customer_id": self.customer.id, "type_id": self.process.id}
        )
        other.with_user(self.dispatcher).stage_id = self.working

    def test_only_some_may_move(self):
        group = self.env.ref("service_customer.group_service_manager")
        self.working.group_ids = group
        self._refused("Ask one of them")
        self.order.with_user(self.manager).stage_id = self.working
        self.assertEqual(self.order.stage_id, self.working)

    def test_what_happened_is_recorded_and_held_up(self):
        """A condition never stops the recording: the order says what is missing, and goes on when
        somebody has added it."""
        self._condition("decision")
        self.assertFalse(self.order._move_to_kind("working"))
        self.assertEqual(self.order.held_stage_id, self.working)
        self.assertIn("Customer Has Agreed", self.order.held_reason)
        with self.assertRaises(UserError):
            self.order.with_user(self.dispatcher).action_move_on()
        self.order.decision = "agreed"
        self.order.with_user(self.dispatcher).action_move_on()
        self.assertEqual((self.order.stage_id, self.order.held_reason), (self.working, False))

    def test_no_change_of_a_process_strands_orders(self):
        """Neither by another process, nor by a closing kind, another company or no stages."""
        self.order.stage_id = self.accepted
        other = self.process.copy()
        for vals in ({"type_id": other.id}, {"kind": "done"}):
            with self.assertRaisesRegex(UserError, "still has orders"):
                self.accepted.write(vals)
        self.accepted.kind = "planned"
        self.assertEqual(self.order.stage_kind, "planned")
        company = self.env["res.company"].create({"name": "Other"})
        with (
            self.assertRaisesRegex(ValidationError, "follow the process POS"),
            self.env.cr.savepoint(),
        ):
            self.process.company_id = company
        with self.assertRaisesRegex(ValidationError, "needs exactly one stage"):
            self.env["service.order.type"].create({"name": "Empty", "stage_ids": []})

    def test_no_new_order_follows_an_archived_process(self):
        topic = self.env["service.topic"].create({"name": "Till", "type_id": self.process.id})
        self.process.active = False
        order = self._create_order(topic_id=topic.id)
        self.assertEqual(order.type_id, self.on_site)
        self.assertEqual(self.order.type_id, self.process)
        self.env["service.order.type"].search([]).active = False
        with self.assertRaisesRegex(UserError, "no process for orders"):
            self._create_order()

    def test_an_order_begins_where_it_may(self):
        """A stage given when an order is made is a move like every other."""
        with self.assertRaisesRegex(UserError, "missing"):
            self._condition("decision")
            self.env["service.order"].with_user(self.dispatcher).create(
                {
                    "customer_id": self.customer.id,
                    "type_id": self.process.id,
                    "stage_id": self.working.id,
                }
            )

    def test_another_process_is_a_move(self):
        """Another process, or a topic that brings it, asks for its conditions and begins its
        steps."""
        other = self.process.copy()
        accepted = other._get_stage("accepted")
        condition = self._condition("decision", accepted)
        self._act("activity", accepted, activity_type_id=self.todo.id, summary="Look")
        topic = self.env["service.topic"].create({"name": "Till", "type_id": other.id})
        order = self.order.with_user(self.dispatcher)
        order.stage_id = self.accepted
        for vals in ({"type_id": other.id}, {"topic_id": topic.id}):
            with self.assertRaisesRegex(UserError, "this is missing"), self.env.cr.savepoint():
                order.write(vals)
        condition.unlink()
        order.topic_id = topic
        self.assertEqual(order.stage_id, accepted)
        self.assertIn("Look", order.activity_ids.mapped("summary"))

    # ------------------------------------------------------------------ what follows

    def test_steps_at_once(self):
        """Technician, decision, task, message and server action come with the stage."""
        code = "record.write({'description': 'run'})"
        action = self.env["ir.actions.server"].create(
            {
                "name": "Note",
                "model_id": self.env["ir.model"]._get_id("service.order"),
                "state": "code",
                "code": code,
            }
        )
        template = self.env.ref("service_order.mail_template_request_received")
        self.order.reporter_id = self._person("step_reporter").partner_id
        self.order.user_id = self.dispatcher
        self._act("assign")
        self._act("decision")
        self._act("activity", activity_type_id=self.todo.id, summary="Call")
        self._act("mail", template_id=template.id)
        self._act("server", action_id=action.id)
        self.order.with_user(self.dispatcher).stage_id = self.working
        self.assertEqual(self.order.decision, "waiting")
        self.assertIn(self.order.technician_id, self.technician | self.colleague)
        self.assertEqual(self.order.description, "run")
        tasks = self.order.activity_ids.filtered(lambda each: each.summary == "Call")
        self.assertEqual(tasks.user_id, self.dispatcher)
        sent = self.order.message_ids.filtered(
            lambda message: message.subtype_id == self.env.ref("mail.mt_comment")
        )
        self.assertIn(self.order.reporter_id, sent.notified_partner_ids)

    def test_failed_step_stops_no_other(self):
        """A step that fails is told; the move and the other steps stand."""
        skill = self.env["service.skill"].create({"name": "Rockets"})
        self.order.topic_id = self.env["service.topic"].create(
            {"name": "Launch", "skill_ids": skill.ids}
        )
        self.order.user_id = self.dispatcher
        self._act("assign")
        self._act("decision", sequence=20)
        self.order.with_user(self.dispatcher).stage_id = self.working
        self.assertEqual((self.order.stage_id, self.order.decision), (self.working, "waiting"))
        self.assertIn("No technician", self.order.activity_ids.note)
        self.assertEqual(self.order.activity_ids.user_id, self.dispatcher)

    def test_technician_of_region_and_skill(self):
        """The region's technician with the skill goes before one with fewer visits."""
        region = self.env["service.region"].create({"name": "North"})
        self.site.service_region_id = region
        skill = self.env["service.skill"].create({"name": "Colour"})
        topic = self.env["service.topic"].create({"name": "A", "skill_ids": skill.ids})
        self.order.topic_id = self.env["service.topic"].create({"name": "B", "parent_id": topic.id})
        self.colleague.write({"region_ids": region.ids, "skill_ids": skill.ids})
        self.technician.skill_ids = skill
        self._create_visit(technician=self.colleague)
        self.order._assign_technician()
        self.assertEqual(self.order.technician_id, self.colleague)

    @freeze_time("2026-11-27 07:30:00")  # Friday
    def test_visit_in_the_first_free_time(self):
        """A visit is planned in working hours, beside other visits and the weekend."""
        self.technician.resource_id.tz = "Europe/Warsaw"
        self.order.topic_id = self.env["service.topic"].create({"name": "Long", "duration": 3})
        self.order.technician_id = self.technician
        self._create_visit(date_start="2026-11-27 09:00:00", date_end="2026-11-27 15:00:00")
        self._act("visit")
        self.order.with_user(self.dispatcher).stage_id = self.working
        visit = self.order.visit_ids
        self.assertEqual(visit.technician_id, self.technician)
        self.assertEqual(visit.date_start, fields.Datetime.to_datetime("2026-11-30 07:00:00"))
        self.assertEqual(visit.date_end - visit.date_start, timedelta(hours=3))

    def test_steps_wait_for_their_time(self):
        """A step comes after its hours, once, and not when the order has left."""
        step = self._act("move", target_stage_id=self.accepted.id, delay=48)
        left = self._create_order(type_id=self.process.id)
        for order in self.order | left:
            order.with_user(self.dispatcher).stage_id = self.working
        left.stage_id = self.process._get_stage("new")
        self.assertFalse(left.step_ids)
        # Nor when a step has been left over.
        self.env["service.order.step"].create(
            {"order_id": left.id, "act_id": step.id, "date_due": self.order.step_ids.date_due}
        )
        with freeze_time(fields.Datetime.now() + timedelta(hours=47)):
            self.env["service.order.step"]._process_due()
            self.assertEqual(self.order.stage_id, self.working)
        with freeze_time(fields.Datetime.now() + timedelta(hours=49)):
            self.env["service.order.step"]._process_due()
        self.assertEqual(self.order.stage_id, self.accepted)
        self.assertEqual(left.stage_id.kind, "new")
        self.assertFalse(self.env["service.order.step"].search([("order_id", "=", self.order.id)]))

    def test_circle_is_refused(self):
        self._act("move", target_stage_id=self.accepted.id)
        with self.assertRaisesRegex(ValidationError, "round in a circle"), self.env.cr.savepoint():
            self._act("move", stage=self.accepted, target_stage_id=self.working.id)
        settle = self.process._get_stage("to_settle")
        self._act("move", target_stage_id=settle.id)
        for delay in (0, 0.001):
            with (
                self.assertRaisesRegex(ValidationError, "round in a circle"),
                self.env.cr.savepoint(),
            ):
                self._act("move", stage=settle, target_stage_id=self.working.id, delay=delay)
        self._act("move", stage=settle, target_stage_id=self.accepted.id)
        self._act("move", stage=self.accepted, target_stage_id=self.working.id, delay=1)

    def test_only_system_administrators_choose_server_actions(self):
        with self.assertRaises(AccessError):
            self.env["service.stage.act"].with_user(self.manager).create(
                {
                    "stage_id": self.working.id,
                    "kind": "server",
                    "action_id": self.env["ir.actions.server"].search([], limit=1).id,
                }
            )
        action = self.env["ir.actions.server"].search([("model_name", "=", "service.order")])[:1]
        self._act("server", action_id=action.id)
        copied = self.process.with_user(self.manager).copy().stage_ids.act_ids
        self.assertEqual(copied.sudo().action_id, action)

    # ------------------------------------------------------------------ changing a process

    def test_removed_stage_asks_where_its_orders_go(self):
        """No order is stranded: neither an open one, nor may it count as done unsettled."""
        self.order.stage_id = self.accepted
        removal = self.env["service.stage.removal"].with_user(self.manager)
        removal = removal.create({"stage_id": self.accepted.id})
        self.assertEqual(removal.order_count, 1)
        with self.assertRaisesRegex(UserError, "Choose the stage"):
            removal.action_remove()
        removal.target_stage_id = self.process._get_stage("done")
        with self.assertRaisesRegex(UserError, "Choose the stage"):
            removal.action_remove()
        removal.target_stage_id = self.working
        removal.action_remove()
        self.assertEqual(self.order.stage_id, self.working)
        self.assertFalse(self.accepted.exists())

    def test_copy_leads_to_its_own_stages(self):
        self._act("move", target_stage_id=self.accepted.id, delay=2)
        self._condition("photo")
        self.assertEqual(self.process.copy({"name": "Mine"}).name, "Mine")
        copy = self.process.copy()
        stage = copy._get_stage("working")
        self.assertEqual(stage.act_ids.target_stage_id, copy._get_stage("accepted"))
        self.assertEqual(stage.condition_ids.kind, "photo")

    def test_picture_tells_conditions_and_steps(self):
        self._condition("photo")
        self._act("move", target_stage_id=self.accepted.id, delay=2)
        picture = self.process.picture_html
        for text in ("In progress", "Photo Taken", "after 02:00 h: Go to a Stage: Accepted"):
            self.assertIn(text, picture)

    def test_condition_by_form(self):
        """A condition that is no longer a field's forgets the field."""
        field = self.env["ir.model.fields"]._get("service.order", "topic_id")
        with Form(self.working) as form, form.condition_ids.new() as line:
            line.kind = "field"
            line.field_id = field
            line.kind = "photo"
        self.assertEqual(self.working.condition_ids.kind, "photo")
        self.assertFalse(self.working.condition_ids.field_id)
