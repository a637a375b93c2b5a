from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import PIXEL, ServiceMeterCommon


@tagged("post_install", "-at_install")
class TestServiceMeterReading(ServiceMeterCommon):
    def test_a_device_gets_the_meters_of_its_model(self):
        self.assertEqual(self.device.meter_ids.type_id, self.mono_type | self.colour_type)

    def test_a_meter_added_to_the_model_reaches_its_devices(self):
        scan = self.env.ref("service_meter.meter_type_scan")
        self.model.meter_type_ids = [Command.link(scan.id)]
        self.assertIn(scan, self.device.meter_ids.type_id)
        self.assertEqual(len(self.device.meter_ids), 3)

    def test_a_set_keeps_what_was_read_together_and_where(self):
        photo = self.env["ir.attachment"].create({"name": "photo.jpg", "raw": PIXEL})
        partner = self.env["res.partner"].create({"name": "Reader"})
        reading_set = self.device._take_readings(
            {self.mono: 100, "colour": "1 250"},
            date=self._days_ago(1),
            source="portal",
            photos=photo,
            note="by the door",
            partner=partner,
        )
        self.assertRecordValues(
            reading_set,
            [
                {
                    "source": "portal",
                    "customer_id": self.customer.id,
                    "location_id": self.site.id,
                    "user_id": self.env.uid,
                    "partner_id": partner.id,
                    "note": "by the door",
                    "photo_ids": photo.ids,
                }
            ],
        )
        self.assertEqual(
            {reading.type_id.code: reading.value for reading in reading_set.reading_ids},
            {"mono": 100, "colour": 1250},
        )
        self.assertEqual((photo.res_model, photo.res_id), (reading_set._name, reading_set.id))

    def test_the_meter_follows_its_last_accepted_reading(self):
        self._read(100, 10)
        last = self._read(180, 5)
        self._read(50, 1)
        self.assertRecordValues(
            self.mono,
            [{"value": 180, "last_reading_id": last.id, "last_date": self._days_ago(5)}],
        )
        self.assertEqual(last.usage, 80)

    def test_a_lower_reading_is_stored_to_be_explained(self):
        self._read(100, 2)
        lower = self._read(90, 1)
        self.assertRecordValues(
            lower, [{"value": 90, "verdict": "suspect", "life_value": 0, "usage": 0}]
        )

    def test_the_same_value_from_the_same_source_within_a_day_is_the_same_reading(self):
        first = self._read(100, 2)
        again = self._read(100, 2)
        self.assertEqual(again, first)

    def test_the_same_value_from_another_source_or_a_day_later_is_another_reading(self):
        first = self._read(100, 3)
        self.assertNotEqual(self._read(100, 3, source="portal"), first)
        later = self._read(100, 1)
        self.assertNotEqual(later, first)
        self.assertEqual((later.verdict, later.usage), ("accepted", 0))

    def test_the_same_reading_twice_in_one_batch_is_one(self):
        request = {"device": self.device, "date": self._days_ago(2), "source": "import"}
        sets = self.env["service.meter.reading.set"]._take(
            [
                {**request, "values": {"mono": 100}},
                {**request, "values": {"mono": 100}},
                {**request, "values": {"mono": 100, "colour": 5}},
                {**request, "values": {"mono": 100}, "date": self._days_ago(1)},
            ]
        )
        self.assertEqual(sets[0], sets[1])
        self.assertEqual(sets[2].reading_ids.mapped("value"), [5])
        self.assertEqual(len(self.mono.reading_ids), 2)
        self.assertEqual(len(set(sets.ids)), 3)

    def test_a_new_photo_of_a_known_reading_is_kept(self):
        first = self._read(100, 1)
        photos = self.env["ir.attachment"].create(
            [{"name": name, "raw": PIXEL} for name in ("photo.jpg", "once more.jpg")]
        )
        again = self._read(100, 1, photos=photos[0])
        self.assertEqual(again, first)
        self.assertEqual(first.set_id.photo_ids, photos[0])
        self.assertEqual(
            (photos[0].res_model, photos[0].res_id), (again.set_id._name, again.set_id.id)
        )
        self._read(100, 1, photos=photos[1])
        self.assertEqual(first.set_id.photo_ids, photos[0], "the same picture is kept once")

    def test_a_photo_comes_to_the_reading_that_the_same_batch_brings(self):
        photo = self.env["ir.attachment"].create({"name": "photo.jpg", "raw": PIXEL})
        request = {"device": self.device, "date": self._days_ago(2), "values": {"mono": 100}}
        sets = self.env["service.meter.reading.set"]._take([request, {**request, "photos": photo}])
        self.assertEqual(sets[0], sets[1])
        self.assertEqual(sets[0].photo_ids, photo)

    def test_of_a_repeated_set_only_the_new_values_are_taken(self):
        self._read(100, 1)
        both = self.device._take_readings(
            {"mono": 100, "colour": 7}, date=self._days_ago(1), source="staff"
        )
        self.assertEqual(both.reading_ids.type_id, self.colour_type)
        self.assertEqual(len(self.mono.reading_ids), 1)

    def test_a_backdated_reading_recomputes_life_forward(self):
        self._read(1000, 30)
        after_reset = self._read(50, 10)
        after_reset.action_reset()
        self.assertEqual(after_reset.life_value, 1050)
        backdated = self._read(1500, 20)
        self.assertRecordValues(
            backdated | after_reset,
            [
                {"verdict": "accepted", "life_value": 1500, "usage": 500},
                {"verdict": "reset", "life_value": 1550, "usage": 50},
            ],
        )
        self.assertEqual(self.mono.value, 1550)
        self.assertEqual(self.mono.last_reading_id, after_reset)

    def test_a_backdated_reading_above_a_later_one_is_suspect(self):
        self._read(100, 30)
        self._read(200, 10)
        self.assertEqual(self._read(300, 20).verdict, "suspect")

    def test_the_impossible_is_refused_naming_the_meter(self):
        cases = [
            ({"mono": -1}, {}, "Mono"),
            ({"mono": "12a"}, {}, "Mono.*12a"),
            ({"mono": 10**9}, {}, "Mono.*digits"),
            ({"mono": True}, {}, "Mono"),
            ({"mono": 1.5}, {}, "Mono"),
            ({"scan": 1}, {}, "no meter “scan”"),
            ({}, {}, "No reading"),
            ({"mono": 1}, {"date": fields.Datetime.now() + timedelta(minutes=11)}, "Mono.*future"),
        ]
        for values, options, sentence in cases:
            with self.subTest(values=values), self.assertRaisesRegex(ValidationError, sentence):
                self.device._take_readings(values, **options)
        self.assertFalse(self.device.meter_ids.reading_ids)

    def test_a_clock_a_little_ahead_is_fine(self):
        soon = fields.Datetime.now() + timedelta(minutes=9)
        self.assertTrue(self.device._take_readings({"mono": 1}, date=soon))

    def test_a_meter_of_another_device_is_refused(self):
        other = self._create_device("SN-OTHER")
        with self.assertRaisesRegex(ValidationError, "no meter"):
            self.device._take_readings({other.meter_ids[0]: 1})

    def test_what_was_observed_is_never_changed(self):
        reading = self._read(100, 1)
        for record, vals in (
            (reading, {"value": 99}),
            (reading, {"date": self._days_ago(2)}),
            (reading, {"verdict": "rejected"}),
            (reading, {"life_value": 1}),
            (reading.set_id, {"date": self._days_ago(2)}),
            (reading.set_id, {"source": "portal"}),
            (reading.set_id, {"photo_ids": [Command.clear()]}),
        ):
            with (
                self.subTest(record=record, vals=vals),
                self.assertRaisesRegex(UserError, "never changed"),
            ):
                record.write(vals)
        with self.assertRaisesRegex(UserError, "never deleted"):
            reading.unlink()
        with self.assertRaisesRegex(UserError, "never deleted"):
            reading.set_id.unlink()

    def test_the_state_of_a_meter_is_not_for_writing(self):
        with self.assertRaisesRegex(UserError, "follows from its readings"):
            self.mono.with_user(self.users["administrator"]).write({"value": 5})

    def test_many_devices_take_no_more_queries_than_few(self):
        devices = self.env["service.device"].union(
            *(self._create_device(f"SN-{number}") for number in range(40))
        )

        def take(some, value):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["service.meter.reading.set"]._take(
                [{"device": device, "values": {"mono": value}} for device in some]
            )
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        take(devices[:1], 1)
        self.assertLessEqual(take(devices[:40], 10), take(devices[:4], 20) + 3)

    def test_the_history_shows_the_reading_to_the_customer(self):
        reading = self._read(100, 1)
        event = self.env["service.device.event"].search(
            [("device_id", "=", self.device.id), ("kind", "=", "reading")]
        )
        self.assertRecordValues(
            event,
            [
                {
                    "id": reading.set_id.id * 16 + 2,
                    "audience": "customer",
                    "summary": "Mono: 100",
                    "customer_id": self.customer.id,
                    "res_model": "service.meter.reading.set",
                    "res_id": reading.set_id.id,
                }
            ],
        )

    def test_the_trend_shows_pages_of_each_month(self):
        self._read(100, 40)
        self._read(160, 0)
        self.assertIn('"value": 60', self.mono.trend_graph)
        self.assertEqual(self.mono.trend_graph.count("label"), 12)
