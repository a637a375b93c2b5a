from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ServiceMeterCommon


@tagged("post_install", "-at_install")
class TestServiceMeterFacts(ServiceMeterCommon):
    """What was observed stays; what was decided is dated, signed and told."""

    def test_the_database_keeps_what_was_observed(self):
        reading = self._read(100, 5)
        other = self._read(120, 4)
        for column, value in (
            ("value", 90),
            ("date", "2020-01-01"),
            ("source", "import"),
            ("meter_id", self.colour.id),
            ("set_id", other.set_id.id),
        ):
            self.assertKept(
                f"UPDATE service_meter_reading SET {column} = %s WHERE id = %s", value, reading.id
            )
        for column, value in (("date", "2020-01-01"), ("source", "import"), ("note", "other")):
            self.assertKept(
                f"UPDATE service_meter_reading_set SET {column} = %s WHERE id = %s",
                value,
                reading.set_id.id,
            )
        self.assertKept("DELETE FROM service_meter_reading WHERE id = %s", reading.id)
        self.assertKept("DELETE FROM service_meter_reading_set WHERE id = %s", reading.set_id.id)

    def test_the_database_keeps_what_was_decided(self):
        reading = self._read(100, 5)
        reading.action_reject()
        self.assertKept(
            "UPDATE service_meter_decision SET user_id = NULL WHERE reading_id = %s", reading.id
        )
        self.assertKept("DELETE FROM service_meter_decision WHERE reading_id = %s", reading.id)
        with self.assertRaisesRegex(UserError, "never changed"):
            reading.decision_ids.note = "other"
        with self.assertRaisesRegex(UserError, "never deleted"):
            reading.decision_ids.unlink()

    def test_guards_are_in_the_database(self):
        self.cr.execute(
            "SELECT tgname FROM pg_trigger"
            " WHERE tgname LIKE 'service_meter_%_keep_%' AND tgenabled = 'O'"
        )
        self.assertEqual(
            {name.removeprefix("service_meter_") for (name,) in self.cr.fetchall()},
            {
                "reading_keep_change",
                "reading_keep_deletion",
                "reading_keep_derived",
                "reading_set_keep_change",
                "reading_set_keep_deletion",
                "decision_keep_change",
                "decision_keep_deletion",
            },
        )
        self.cr.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'service_meter_reading'::regclass"
        )
        names = {name for (name,) in self.cr.fetchall()}
        self.assertLessEqual(
            {"service_meter_reading_value_natural", "service_meter_reading_usage_natural"}, names
        )

    def test_each_decision_is_kept_with_its_date_and_signature(self):
        dispatcher, manager = self.users["dispatcher"], self.users["manager"]
        self._read(1000, 30)
        low = self._read(50, 20)
        self.assertFalse(low.decision_ids, "what the rules say first stands on the reading")
        low.with_user(dispatcher).action_reset()
        low.with_user(manager).action_reject()
        self.assertRecordValues(
            low.decision_ids.sorted("id"),
            [
                {"user_id": dispatcher.id, "verdict_before": "suspect", "verdict": "reset"},
                {"user_id": manager.id, "verdict_before": "reset", "verdict": "rejected"},
            ],
        )
        self.assertTrue(all(low.decision_ids.mapped("date")))
        self.assertEqual(low.value, 50)

    def test_what_the_rules_take_back_is_kept_without_a_signature(self):
        self._read(1000, 30)
        low = self._read(50, 20)
        low.action_reset()
        small = self._read(80, 10)
        low.action_reject()
        self.assertRecordValues(
            small.decision_ids,
            [{"user_id": False, "verdict_before": "accepted", "verdict": "suspect"}],
        )

    def test_the_history_tells_readings_and_verdicts(self):
        self._read(1000, 30)
        low = self._read(50, 20)
        events = self.device.event_ids.filtered(lambda event: event.kind == "reading")
        self.assertEqual(
            events.sorted("date").mapped("summary"), ["Mono: 1,000", "Mono: 50 (To be explained)"]
        )
        low.with_user(self.users["dispatcher"]).action_reset()
        self.env.invalidate_all()
        told = self.device.event_ids.filtered(lambda event: event.kind == "verdict")
        self.assertRecordValues(
            told,
            [
                {
                    "summary": "Mono: 50 → Accepted after a reset",
                    "user_id": self.users["dispatcher"].id,
                    "customer_id": self.customer.id,
                    "audience": "customer",
                }
            ],
        )
        self.assertEqual(told.action_open_source()["res_id"], low.id)

    def test_below_what_is_billed_a_correction_is_proposed(self):
        self._read(1000, 30)
        wrong = self._read(1500, 20)
        billed = {self.mono: 1500}
        with patch.object(type(self.mono), "_get_billed_lives", autospec=True, return_value=billed):
            self._read(1600, 10).action_reject()
            self.assertFalse(self.device.activity_ids, "the life still covers what is billed")
            wrong.with_user(self.users["dispatcher"]).action_reject()
        self.assertEqual(self.mono.value, 1000)
        activity = self.device.activity_ids
        self.assertEqual(activity.user_id, self.users["dispatcher"])
        self.assertIn("billed up to 1500", activity.note)
        self.assertIn("end at 1000", activity.note)

    def test_a_placement_that_never_was_gives_its_readings_back(self):
        self._place(
            self.device, 50, customer_id=self.other_customer.id, location_id=self.other_site.id
        )
        reading = self._read(10, 20)
        self.assertEqual(reading.customer_id, self.other_customer)
        self.device.placement_id.unlink()
        self.assertEqual(reading.customer_id, self.customer)
        self.assertEqual(reading.set_id.location_id, self.site)


@tagged("post_install", "-at_install")
class TestServiceMeterModel(ServiceMeterCommon):
    """What the model says of its counters may change, the lives of counters stay right."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.line = cls.model.meter_line_ids.filtered(lambda line: line.type_id == cls.mono_type)

    def test_digits_on_which_a_life_rests_are_not_forgotten(self):
        self.line.digits = 5
        self._read(99_000, 30)
        self._read(10, 20).action_rollover()
        other = self.model.copy({"name": "T200"})
        for change in (
            lambda: self.line.write({"digits": 6}),
            lambda: self.line.write({"type_id": self.env.ref("service_meter.meter_type_scan").id}),
            self.line.unlink,
            lambda: self.model.write({"meter_type_ids": [Command.unlink(self.mono_type.id)]}),
        ):
            with self.assertRaisesRegex(UserError, "already gone through"), self.cr.savepoint():
                change()
        other.meter_line_ids.filtered(lambda line: line.type_id == self.mono_type).digits = 6
        with self.assertRaisesRegex(UserError, "already gone through"):
            self.device.model_id = other
        other.meter_line_ids.filtered(lambda line: line.type_id == self.mono_type).digits = 5
        self.device.model_id = other
        self._read(30, 10)
        self.assertEqual(self.mono.value, 100_030)

    def test_what_is_computed_follows_how_the_model_counts_a3(self):
        types = [self.env.ref(f"service_meter.meter_type_{code}") for code in ("total", "a3")]
        computed = self.env.ref("service_meter.meter_type_total_a4")
        self.model.meter_line_ids = [
            Command.create({"type_id": meter_type.id}) for meter_type in [*types, computed]
        ]
        meter = self.device.meter_ids.filtered(lambda meter: meter.type_id == computed)
        for days, total, a3 in ((30, 1000, 900), (20, 1010, 905)):
            self.device._take_readings({"total": total, "a3": a3}, date=self._days_ago(days))
        self.assertEqual(meter.value, 1915)
        line = self.model.meter_line_ids.filtered(lambda line: line.type_id == types[0])
        self.model.write({"meter_line_ids": [Command.update(line.id, {"a3": "twice"})]})
        self.assertEqual(set(meter.reading_ids.mapped("value")), {1000, 1010})
        self.device._take_readings({"total": 1030, "a3": 910}, date=self._days_ago(10))
        self.assertEqual((meter.value, meter.last_reading_id.usage), (1030, 20))
        self.assertEqual(set(meter.reading_ids.mapped("verdict")), {"accepted"})
