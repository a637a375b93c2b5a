from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import ServiceMeterCommon


@tagged("post_install", "-at_install")
class TestServiceMeterComputed(ServiceMeterCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ref = cls.env.ref
        cls.total_type = ref("service_meter.meter_type_total")
        cls.a3_type = ref("service_meter.meter_type_a3")
        cls.a4_type = ref("service_meter.meter_type_total_a4")
        types = cls.total_type | cls.a3_type | cls.a4_type
        cls.model.meter_line_ids = [
            *(Command.create({"type_id": meter_type.id}) for meter_type in types)
        ]
        cls.a4 = cls.device.meter_ids.filtered(lambda meter: meter.type_id == cls.a4_type)
        cls.line = cls.model.meter_line_ids.filtered(lambda line: line.type_id == cls.total_type)

    def _both(self, total, a3, days_ago):
        reading_set = self.device._take_readings(
            {"total": total, "a3": a3}, date=self._days_ago(days_ago)
        )
        return {reading.type_id: reading for reading in reading_set.reading_ids}

    def _pages(self):
        return [
            (reading.value, reading.usage)
            for reading in self.a4.reading_ids.sorted("date")
            if reading.verdict == "accepted"
        ]

    def test_what_an_a3_page_adds_is_said_by_the_model(self):
        for a3, value in (("once", 1100), ("twice", 1000), ("none", 1200)):
            with self.subTest(a3=a3):
                self.line.a3 = a3
                readings = self._both(1000, 100, {"once": 30, "twice": 29, "none": 28}[a3])
                self.assertEqual(readings[self.a4_type].value, value)

    def test_a_computed_meter_has_a_value_only_for_a_complete_set(self):
        self.device._take_readings({"total": 500}, date=self._days_ago(40))
        self.assertFalse(self.a4.reading_ids)
        self._both(1000, 100, 30)
        self._both(1500, 130, 10)
        self.assertEqual(self._pages(), [(1100, 0), (1630, 530)])
        self.assertEqual((self.a4.value, self.a4.counter_value), (1630, 1630))

    def test_it_follows_verdicts_and_backdating(self):
        self._both(1000, 100, 30)
        low = self._both(40, 110, 10)
        self.assertEqual(self._pages(), [(1100, 0)])
        low[self.total_type].action_reset()
        self.assertEqual(self._pages(), [(1100, 0), (1150, 50)])
        self._both(1200, 105, 20)
        self.assertEqual(self._pages(), [(1100, 0), (1305, 205), (1350, 45)])
        low[self.total_type].action_reject()
        self.assertEqual(self._pages(), [(1100, 0), (1305, 205)])
        self.assertEqual(self.a4.value, 1305)

    def test_it_is_neither_typed_nor_decided_on(self):
        with self.assertRaisesRegex(ValidationError, "is computed from other counters"):
            self.device._take_readings({"total_a4": 5})
        derived = self._both(1000, 100, 30)[self.a4_type]
        with self.assertRaisesRegex(UserError, "Decide on the counters"):
            derived.action_reject()
        entry = self.env["service.meter.entry"].create({"device_id": self.device.id})
        self.assertNotIn(self.a4, entry.line_ids.meter_id)

    def test_a_computed_meter_that_comes_later_knows_the_past(self):
        self.model.meter_line_ids.filtered(lambda line: line.type_id == self.a4_type).unlink()
        device = self._create_device("SN-LATER")
        self._place(device, 100)
        device._take_readings({"total": 10, "a3": 2}, date=self._days_ago(20))
        self.model.meter_line_ids = [Command.create({"type_id": self.a4_type.id})]
        meter = device.meter_ids.filtered(lambda meter: meter.type_id == self.a4_type)
        self.assertEqual(meter.reading_ids.value, 12)

    def _record_earlier(self, device):
        """Let the device and what was read of it be of yesterday, as the database knows it."""
        self.env.flush_all()
        for table in ("service_meter", "service_meter_reading", "service_meter_reading_set"):
            self.cr.execute(
                f"UPDATE {table} SET create_date = create_date - interval '1 day'"
                " WHERE device_id = %s",
                [device.id],
            )
        self.cr.execute(
            "UPDATE service_device SET create_date = create_date - interval '1 day' WHERE id = %s",
            [device.id],
        )
        self.env.invalidate_all()

    def test_a_counter_added_later_leaves_the_pages_before_it(self):
        """Sets read without it stay complete; what it showed first are no pages of that day."""
        lines = self.model.meter_line_ids
        lines.filtered(lambda line: line.type_id == self.a3_type).unlink()
        device = self._create_device("SN-A3")
        self._place(device, 100)
        device._take_readings({"total": 1000}, date=self._days_ago(40))
        self._record_earlier(device)
        self.model.meter_line_ids = [Command.create({"type_id": self.a3_type.id})]
        self.a4 = device.meter_ids.filtered(lambda meter: meter.type_id == self.a4_type)
        self.device = device
        first = self._both(1500, 300, 30)[self.a3_type]
        self._both(1800, 310, 20)
        self.assertEqual(self._pages(), [(1000, 0), (1500, 500), (1810, 310)])
        self.a4._derive()
        self.assertEqual(self._pages(), [(1000, 0), (1500, 500), (1810, 310)])
        # A set without it is incomplete once the device has it; the next counter is the first.
        first.action_reject()
        self.assertEqual(self._pages(), [(1000, 0), (1800, 800)])

    def test_counters_with_one_a3_counter_count_it_alike(self):
        both = self.env["service.meter.type"].create(
            {
                "name": "Mono and colour in A4",
                "code": "both_a4",
                "kind": "computed",
                "is_a4": True,
                "part_type_ids": [Command.set((self.mono_type | self.colour_type).ids)],
            }
        )
        self.model.meter_line_ids = [Command.create({"type_id": both.id})]
        weights = self.model._meter_weights(both)
        self.assertEqual(weights, {self.mono_type: 1, self.colour_type: 1, self.a3_type: 1})
        self.model.meter_line_ids.filtered(lambda line: line.type_id == self.mono_type).a3 = "twice"
        with self.assertRaisesRegex(ValidationError, "must count A3 alike"):
            self.model._meter_weights(both)

    def test_the_model_needs_the_counters_that_are_summed(self):
        with self.assertRaisesRegex(ValidationError, "which .* does not have"):
            self.model.meter_type_ids -= self.total_type

    def test_a_computed_type_is_computed_from_counters(self):
        Type = self.env["service.meter.type"]
        vals = {"name": "X", "code": "x", "kind": "computed"}
        for parts in ([], self.a4_type.ids):
            with self.assertRaises(ValidationError):
                Type.create({**vals, "part_type_ids": [Command.set(parts)]})
        with self.assertRaises(ValidationError):
            self.total_type.write({"kind": "computed", "part_type_ids": self.a3_type.ids})

    def test_many_devices_take_no_more_queries_than_few(self):
        devices = [self._create_device(f"SN-Q{number}") for number in range(20)]

        def take(some, value):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["service.meter.reading.set"]._take(
                [{"device": d, "values": {"total": value, "a3": value}} for d in some]
            )
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        take(devices[:1], 1)
        self.assertLessEqual(take(devices, 10), take(devices[:4], 20) + 3)
