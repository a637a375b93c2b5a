from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import ServiceOrderCommon
from .test_service_order_settlement import PIXEL


@tagged("post_install", "-at_install")
class TestServiceVisit(ServiceOrderCommon):
    def test_visit_moves_its_order_all_the_way(self):
        order = self._create_order()
        visit = self._create_visit(order)
        self.assertRecordValues(
            order,
            [
                {
                    "stage_kind": "planned",
                    "next_visit_id": visit.id,
                    "technician_id": self.technician.id,
                }
            ],
        )
        mine = visit.with_user(self.technician_user)
        mine.action_start()
        self.assertEqual(order.stage_kind, "working")
        with Form(mine) as form:
            form.description = "Changed the roller"
            form.work_minutes = 90
            form.signed_by = "Anna Nowak"
        mine.signature = PIXEL
        mine.action_finish()
        self.assertEqual((visit.state, order.stage_kind), ("done", "to_settle"))
        self.assertTrue(order.is_signed and visit.signed_on)
        self.assertRecordValues(
            order.line_ids, [{"kind": "labour", "quantity": 1.5, "state": "used"}]
        )

    def test_unsigned_work_waits_for_acceptance(self):
        visit = self._create_visit()
        visit.action_start()
        visit.refusal_reason = "Nobody there"
        visit.action_finish()
        self.assertEqual(visit.order_id.stage_kind, "to_accept")

    def test_second_visit_keeps_the_order_planned(self):
        order = self._create_order()
        first = self._create_visit(order)
        self._create_visit(order, date_start=fields.Datetime.now() + timedelta(days=2))
        first.action_start()
        first.action_finish()
        self.assertEqual(order.stage_kind, "planned")

    def test_cancelled_visit_gives_the_order_back(self):
        visit = self._create_visit()
        visit.with_user(self.dispatcher).action_cancel()
        self.assertEqual(visit.order_id.stage_kind, "accepted")

    def test_steps_follow_each_other(self):
        visit = self._create_visit()
        visit.action_start()
        with self.assertRaisesRegex(UserError, "already in the state"):
            visit.action_start()
        with self.assertRaises(AccessError):
            visit.with_user(self.colleague_user).action_finish()
        for _state in ("in progress", "done"):
            with self.assertRaisesRegex(UserError, "has taken place"):
                visit.with_user(self.dispatcher).unlink()
            if visit.state != "done":
                visit.action_finish()

    def test_times(self):
        topic = self.env["service.topic"].create({"name": "Long", "duration": 2.5})
        visit = self._create_visit(self._create_order(topic_id=topic.id))
        self.assertEqual(visit.date_end - visit.date_start, timedelta(hours=2.5))
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            visit.date_end = visit.date_start
            visit.flush_recordset()
        visit.invalidate_recordset()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            visit.work_minutes = -5
            visit.flush_recordset()

    def test_closed_order_gets_no_visit(self):
        order = self._create_order()
        order.action_cancel()
        with self.assertRaisesRegex(UserError, "is closed"):
            self._create_visit(order)

    def test_reporter_hears_of_the_date_and_its_change(self):
        person = self._person("visit_reporter")
        order = self._create_order(reporter_id=person.partner_id.id)
        visit = self._create_visit(order)
        for _change in range(2):
            self.env.flush_all()
            self.cr.precommit.run()
            visit.date_start += timedelta(days=1)
            visit.date_end += timedelta(days=1)
        mails = visit.message_ids.filtered(lambda message: person.partner_id in message.partner_ids)
        self.assertEqual(len(mails), 2)

    def test_technician_takes_readings(self):
        meter_type = self.env["service.meter.type"].search([], limit=1)
        meter = self.env["service.meter"].create(
            {"device_id": self.device.id, "type_id": meter_type.id}
        )
        visit = self._create_visit()
        visit.action_start()
        action = visit.with_user(self.technician_user).action_take_readings()
        entry = (
            self.env["service.meter.entry"]
            .with_user(self.technician_user)
            .with_context(**action["context"])
            .create({})
        )
        entry.line_ids.write({"value": 1234, "test_pages": 12})
        entry.action_take()
        self.assertEqual(visit.reading_set_id.source, "technician")
        self.assertEqual(meter.value, 1234)
        tests = self.device.meter_test_ids
        self.assertEqual((tests.meter_id, tests.pages), (meter, 12))
        self.assertEqual(tests.user_id, self.technician_user)

    def test_qr_leads_the_technician_to_the_own_visit(self):
        order = self._create_order()
        visit = self._create_visit(order)
        self.assertEqual(
            self.device._qr_target(self.technician_user)["url"],
            f"/odoo/my-service-visits/{visit.id}",
        )
        visit.state = "cancelled"
        self.assertNotIn("visits", self.device._qr_target(self.technician_user)["url"])

    def test_technician_starts_with_the_visits(self):
        mine = self.env.ref("service_order.service_visit_action_mine")
        self.assertEqual(self.technician_user.action_id.id, mine.id)
        manager = new_test_user(
            self.env, "visit_manager", groups="service_customer.group_service_manager"
        )
        self.env["service.technician"].create({"user_id": manager.id})
        self.assertFalse(manager.action_id, "who plans starts elsewhere")
