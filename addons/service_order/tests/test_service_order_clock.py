from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ServiceOrderCommon

MONDAY = "2026-11-30"


@tagged("post_install", "-at_install")
class TestServiceOrderClock(ServiceOrderCommon):
    """A contract promises a response within 4 and a repair within 16 hours, from 8 to 16."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "8-16",
                "tz": "Europe/Warsaw",
                "company_id": cls.company.id,
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {"name": "x", "dayofweek": str(day), "hour_from": 8, "hour_to": 16}
                        )
                        for day in range(5)
                    ),
                ],
            }
        )
        cls.contract.write(
            {"response_hours": 4, "repair_hours": 16, "hours_calendar_id": cls.calendar.id}
        )

    def _go(self, order, kind, moment):
        """Somebody moves the order at a moment."""
        with freeze_time(moment):
            order.stage_id = order.type_id._get_stage(kind)
            self.env.flush_all()

    def _watch(self, moment):
        with freeze_time(moment):
            return self.env["service.order.clock"]._process_due()

    def _local(self, moment):
        return fields.Datetime.context_timestamp(
            self.env.user.with_context(tz="Europe/Warsaw"), moment
        ).strftime("%m-%d %H:%M")

    @freeze_time(f"{MONDAY} 07:00:00")
    def _order(self, **vals):
        """An order reported on Monday at eight."""
        order = self._create_order(**vals)
        self.env.flush_all()
        return order

    def test_the_promise_of_the_contract(self):
        order = self._order()
        self.assertEqual(self._local(order.response_due), "11-30 12:00")
        self.assertEqual(self._local(order.repair_due), "12-01 16:00")
        self.assertEqual(order.clock_due, order.response_due)
        self.assertEqual(order.clock_state, "running")
        # What is agreed later counts for later orders.
        self.contract.response_hours = 1
        self.assertEqual(self._local(order.response_due), "11-30 12:00")
        for other in (
            self._order(device=self.free_device),
            self._order(topic_id=self.env.ref("service_order.topic_toner").id),
        ):
            self.assertFalse(other.clock_ids)
            self.assertFalse(other.clock_state)
            other.device_id, other.topic_id = self.device, False
            self.assertEqual(other.clock_ids.mapped("hours"), [1, 16])
        order.date_reported = order.date_reported - timedelta(hours=24 * 3)
        self.assertEqual(self._local(order.repair_due), "11-30 16:00")
        for year in ("0026", "9999"):
            with self.assertRaisesRegex(ValidationError, "year"), self.env.cr.savepoint():
                order.with_user(self.dispatcher).date_reported = f"{year}-11-30 08:00:00"

    def test_visit_responds_and_acceptance_ends(self):
        order = self._order()
        visit = self._create_visit(order)
        with freeze_time(f"{MONDAY} 10:30:00"):
            visit.with_user(self.technician_user).action_start()
        self.assertEqual(order.response_state, "met")
        self.assertEqual(order.repair_state, "running")
        self.assertEqual(order.clock_due, order.repair_due)
        self._go(order, "to_accept", "2026-12-02 09:00:00")
        self.assertEqual(order.repair_state, "breached")
        self.assertFalse(order.clock_due)
        # Rejected: the device does not work, and the time goes on.
        self._go(order, "working", "2026-12-02 10:00:00")
        self.assertEqual(order.repair_state, "breached")
        self.assertTrue(order.clock_due)
        self.assertEqual(
            order.clock_event_ids.mapped("kind"), ["start", "response", "stop", "resume"]
        )

    def test_done_remotely_and_called_off(self):
        order = self._order()
        self._go(order, "to_settle", f"{MONDAY} 09:00:00")
        self.assertEqual((order.response_state, order.repair_state), ("met", "met"))
        cancelled = self._order()
        self._go(cancelled, "cancelled", "2026-12-04 09:00:00")
        self.assertEqual((cancelled.response_state, cancelled.repair_state), ("void", "void"))
        self.assertFalse(self._watch("2026-12-05 09:00:00"))
        self._go(cancelled, "accepted", "2026-12-07 07:00:00")
        self.assertEqual(cancelled.clock_state, "breached")

    def test_pauses_by_itself_and_a_wrong_pause_is_corrected(self):
        order = self._order()
        self._go(order, "waiting_customer", f"{MONDAY} 09:00:00")
        self.assertEqual((order.clock_state, order.clock_due), ("paused", False))
        self._go(order, "accepted", "2026-12-01 09:00:00")
        self.assertEqual(self._local(order.response_due), "12-01 12:00")
        pause = order.clock_event_ids.filtered(lambda event: event.kind == "pause")
        self.assertEqual(pause.reason_id, self.env.ref("service_order.clock_reason_customer"))
        # It began an hour later than somebody said.
        with freeze_time("2026-12-01 10:00:00"):
            pause.with_user(self.manager).date = f"{MONDAY} 10:00:00"
            self.env.flush_all()
        self.assertEqual(self._local(order.response_due), "12-01 11:00")
        self.assertIn("Pause", order.message_ids[0].preview)
        with freeze_time("2026-12-01 12:00:00"):
            pause.with_user(self.manager).unlink()
            self.env.flush_all()
        self.assertEqual(self._local(order.response_due), "11-30 12:00")
        self.assertEqual(order.response_state, "breached")
        with self.assertRaises(UserError):
            order.clock_event_ids.filtered(lambda event: event.kind == "start").unlink()
        with self.assertRaises(ValidationError), freeze_time(MONDAY):
            order.clock_event_ids[-1].date = "2026-12-24"

    def test_events_in_any_order(self):
        """However people correct the events by hand, the repair time says one thing."""
        reason = self.env.ref("service_order.clock_reason_access").id
        base, hour, two = "12-01 16:00", "12-02 09:00", "12-02 10:00"
        for steps, due, state in (
            ((("pause", 9), ("pause", 10), ("resume", 11)), two, "running"),
            ((("pause", 9), ("resume", 10), ("resume", 11)), hour, "running"),
            ((("resume", 9), ("pause", 10)), None, "paused"),
            ((("resume", 10), ("pause", 9)), hour, "running"),
            ((("pause", 7), ("resume", 7)), base, "running"),
            ((("pause", 9), ("stop", 10)), hour, "met"),
            ((("pause", 9), ("cancel", 10), ("resume", 11)), two, "running"),
            ((("stop", 9), ("resume", 10)), hour, "running"),
        ):
            with self.subTest(steps=steps), freeze_time(f"{MONDAY} 12:00:00"):
                order = self._order()
                self.env["service.order.clock.event"].create(
                    [
                        # Local hours, an hour later than those of the database.
                        {
                            "order_id": order.id,
                            "kind": kind,
                            "date": f"{MONDAY} {at - 1:02}:00:00",
                            "reason_id": kind == "pause" and reason,
                        }
                        for kind, at in steps
                    ]
                )
                self.env.flush_all()
                self.assertEqual(order.repair_due and self._local(order.repair_due), due or False)
                self.assertEqual(order.repair_state, state)

    def test_round_the_clock_through_the_nights_of_the_clocks(self):
        """Neither contract nor company has hours: four are four, also when the clocks change."""
        self.contract.hours_calendar_id = False
        self.company.resource_calendar_id = False
        for begun, due in (
            ("2026-10-24 22:00:00", "10-25 03:00"),
            ("2027-03-27 23:00:00", "03-28 05:00"),
        ):
            with freeze_time(begun):
                order = self._create_order(date_reported=begun)
                self.env.flush_all()
            self.assertEqual(self._local(order.response_due), due)

    def test_parts_pause_by_setting(self):
        order, other = self._order(), self._order()
        self._go(order, "waiting_parts", f"{MONDAY} 09:00:00")
        self.assertEqual(order.clock_state, "running")
        self.company.service_clock_parts = True
        self._go(other, "waiting_parts", f"{MONDAY} 09:00:00")
        self.assertEqual(other.clock_state, "paused")

    def test_a_pause_by_hand_is_ended_by_hand(self):
        order = self._order()
        reason = self.env.ref("service_order.clock_reason_access")
        events = self.env["service.order.clock.event"].with_user(self.dispatcher)
        vals = {"order_id": order.id, "kind": "pause", "reason_id": reason.id}
        with freeze_time(f"{MONDAY} 08:00:00"):
            events.create(vals)
        self._go(order, "accepted", f"{MONDAY} 09:00:00")
        self.assertEqual(order.clock_state, "paused")
        with freeze_time(f"{MONDAY} 10:00:00"):
            order.with_user(self.dispatcher).action_resume_clocks()
        self.assertEqual(self._local(order.response_due), "11-30 14:00")
        with self.assertRaises(AccessError):
            events.create({**vals, "date": f"{MONDAY} 07:00:00"})
        with self.assertRaises(UserError):
            events.create({"order_id": order.id, "kind": "stop"})
        ended = self._order()
        self._go(ended, "to_settle", "2026-12-10 09:00:00")
        with self.assertRaisesRegex(UserError, "Only a service manager"):
            events.create({**vals, "order_id": ended.id})
        with self.assertRaises(AccessError):
            order.clock_event_ids[0].with_user(self.dispatcher).write({"kind": "resume"})
        for user in (self.technician_user, self._person("clock_person")):
            with self.assertRaises(AccessError):
                order.clock_ids.with_user(user).read(["date_due"])

    def test_warned_and_told_once(self):
        order = self._order(user_id=self.dispatcher.id)
        self.assertEqual(self._watch(f"{MONDAY} 09:59:00"), 0)
        self.assertEqual(self._watch(f"{MONDAY} 10:00:00"), 1)
        self.assertEqual(self._watch(f"{MONDAY} 10:30:00"), 0)
        self.assertEqual(order.response_state, "warning")
        self.assertRegex(order.activity_ids.summary, "due on")
        self.assertEqual(order.activity_ids.user_id, self.dispatcher)
        messages = order.message_ids
        self.assertEqual(self._watch(f"{MONDAY} 11:00:00"), 1)
        self.assertEqual(self._watch(f"{MONDAY} 12:00:00"), 0)
        self.assertEqual(order.clock_state, "breached")
        self.assertRegex(order.activity_ids.summary, "overdue")
        self.assertEqual(len(order.message_ids - messages), 1)
        with freeze_time(f"{MONDAY} 12:00:00"):
            self.assertIn(order, self.env["service.order"].search([("is_late", "=", True)]))
        self._go(order, "working", f"{MONDAY} 12:00:00")
        self.assertFalse(order.activity_ids)
        self.assertEqual(order.clock_state, "running")
        self.company.service_clock_hours = 15
        self.assertEqual(self._local(self._order().clock_ids[1].date_warn), "11-30 09:00")

    def test_one_that_cannot_be_told_stops_no_other(self):
        bad, good = self._order(), self._order(user_id=self.dispatcher.id)
        clock = type(self.env["service.order.clock"])
        tell = clock._tell

        def fail(clock):
            if clock.order_id == bad:
                raise ValueError("Nobody is there")
            tell(clock)

        logger = "odoo.addons.service_order.models.service_order_clock_watch"
        with patch.object(clock, "_tell", fail), mute_logger(logger):
            self.assertEqual(self._watch(f"{MONDAY} 10:00:00"), 2)
        self.assertIn("nobody could be told", bad.message_ids[0].body)
        self.assertEqual(good.activity_ids.user_id, self.dispatcher)

    def test_days_off_move_what_is_promised(self):
        order, done = self._order(), self._order()
        self._go(done, "to_settle", f"{MONDAY} 09:00:00")
        leave = self.env["resource.calendar.leaves"].create(
            {
                "name": "Inwentaryzacja",
                "calendar_id": self.calendar.id,
                "date_from": "2026-11-30 23:00:00",
                "date_to": "2026-12-01 22:59:59",
            }
        )
        self.assertEqual(self._local(order.repair_due), "12-02 16:00")
        self.assertEqual(self._local(done.repair_due), "12-01 16:00")
        leave.unlink()
        self.assertEqual(self._local(order.repair_due), "12-01 16:00")

    def test_many_orders_cost_as_many_queries_as_few(self):
        counts = []
        for number in (1, 5, 50):
            self.contract.write({"response_hours": 0, "repair_hours": 0})
            orders = self.env["service.order"].create([{"device_id": self.device.id}] * number)
            self.contract.write({"response_hours": 4, "repair_hours": 16})
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            orders._set_clocks()
            orders._follow_clocks()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts[1:])
