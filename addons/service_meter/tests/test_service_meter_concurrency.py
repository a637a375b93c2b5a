from datetime import timedelta

import psycopg2

from odoo import SUPERUSER_ID, Command, api, fields
from odoo.exceptions import LockError, UserError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, new_test_user, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestServiceMeterConcurrency(BaseCase):
    """Two real connections read one meter, or decide on it: one result, one sentence."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            category = env["service.device.category"].create({"name": "Meters at Once"})
            maker = env["service.device.manufacturer"].create({"name": "Meters at Once"})
            model = env["service.device.model"].create(
                {
                    "name": "At Once",
                    "manufacturer_id": maker.id,
                    "category_id": category.id,
                    "meter_type_ids": [
                        Command.set(env.ref("service_meter.meter_type_mono").ids),
                    ],
                }
            )
            device = env["service.device"].create(
                {
                    "serial": "AT-ONCE",
                    "model_id": model.id,
                    "date_placed": fields.Datetime.now() - timedelta(days=300),
                }
            )
            people = [
                new_test_user(env, login, groups="service_customer.group_service_dispatcher")
                for login in ("meter_at_once_1", "meter_at_once_2")
            ]
            cls.records = [device, model, maker, category]
            cls.people = [person.id for person in people]
            cls.device_id = device.id

    @classmethod
    def tearDownClass(cls):
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            # Nobody can delete readings: the test takes its own away with the guard off.
            tables = ("decision", "reading", "reading_set")
            for table in tables:
                cr.execute(f"ALTER TABLE service_meter_{table} DISABLE TRIGGER USER")
                cr.execute(
                    f"DELETE FROM service_meter_{table} WHERE device_id = %s", [cls.device_id]
                )
                cr.execute(f"ALTER TABLE service_meter_{table} ENABLE TRIGGER USER")
            for record in cls.records:
                record.with_env(env).unlink()
            env["res.users"].browse(cls.people).write({"active": False})
        super().tearDownClass()

    def _device(self, cr, person=None):
        uid = self.people[person] if person is not None else SUPERUSER_ID
        return api.Environment(cr, uid, {})["service.device"].browse(self.device_id)

    def _read(self, cr, value, hours_ago, person=0):
        device = self._device(cr, person)
        date = fields.Datetime.now() - timedelta(hours=hours_ago)
        readings = device._take_readings({"mono": value}, date=date).reading_ids
        device.env.flush_all()
        return readings

    def _stored(self, value):
        """The readings of that value that are there for everybody."""
        with self.registry.cursor() as cr:
            cr.execute(
                "SELECT id, verdict FROM service_meter_reading WHERE device_id = %s AND value = %s",
                [self.device_id, value],
            )
            return cr.fetchall()

    def _suspect(self, value, hours_ago):
        """A reading that waits for a verdict, there for everybody."""
        with self.registry.cursor() as cr:
            self._read(cr, value * 1000, hours_ago + 1)
            reading = self._read(cr, value, hours_ago)
            self.assertEqual(reading.verdict, "suspect")
            return reading.id

    def _queue(self, cr, person, reading_id):
        context = {"service_suspects_only": True}
        env = api.Environment(cr, self.people[person], context)
        return env["service.meter.reading"].browse(reading_id)

    def test_the_second_reader_is_told_while_the_first_works(self):
        with self.registry.cursor() as first, self.registry.cursor() as second:
            self._read(first, 111, 100)
            with self.assertRaisesRegex(LockError, "Somebody else is changing the same"):
                self._read(second, 111, 100, person=1)
            second.rollback()
            first.rollback()

    def test_the_same_reading_of_two_people_is_one(self):
        with self.registry.cursor() as first, self.registry.cursor() as second:
            second.execute("SELECT 1")  # its snapshot is older than what the first commits
            reading = self._read(first, 222, 90)
            first.commit()
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.SerializationFailure),
            ):
                self._read(second, 222, 90, person=1)
            second.rollback()  # and Odoo repeats the request
            self.assertEqual(self._read(second, 222, 90, person=1).ids, reading.ids)
            second.commit()
        self.assertEqual(len(self._stored(222)), 1)

    def test_of_two_verdicts_the_first_stands_and_the_second_is_told(self):
        reading_id = self._suspect(33, 80)
        with self.registry.cursor() as first, self.registry.cursor() as second:
            second.execute("SELECT 1")
            self._queue(first, 0, reading_id).action_reset()
            with self.assertRaisesRegex(LockError, "Somebody else"):
                self._queue(second, 1, reading_id).action_reject()
            second.rollback()
            second.execute("SELECT 1")
            first.commit()
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.SerializationFailure),
            ):
                self._queue(second, 1, reading_id).action_reject()
            second.rollback()
            with self.assertRaisesRegex(UserError, "decided already: .*meter_at_once_1"):
                self._queue(second, 1, reading_id).action_reject()
        self.assertEqual(self._stored(33), [(reading_id, "reset")])

    def test_in_bulk_only_what_somebody_works_on_is_left(self):
        reading_id = self._suspect(44, 60)
        other_id = self._suspect(45, 50)
        with self.registry.cursor() as first, self.registry.cursor() as second:
            self._queue(first, 0, reading_id).action_reset()
            both = self._queue(second, 1, reading_id) | self._queue(second, 1, other_id)
            notice = both.action_reject()
            self.assertIn("Somebody else", notice["params"]["message"])
            second.rollback()
            first.rollback()
