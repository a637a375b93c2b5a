from datetime import timedelta

import psycopg2

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestServiceDeviceConcurrency(BaseCase):
    """Two real connections place the same device: one wins, the other is told or repeated."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            category = env["service.device.category"].create({"name": "Concurrency"})
            maker = env["service.device.manufacturer"].create({"name": "Concurrency Maker"})
            model = env["service.device.model"].create(
                {"name": "C", "manufacturer_id": maker.id, "category_id": category.id}
            )
            device = env["service.device"].create({"serial": "CONCURRENT", "model_id": model.id})
            cls.records = [device, model, maker, category]
            cls.device_id = device.id

    @classmethod
    def tearDownClass(cls):
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            for record in cls.records:
                record.with_env(env).unlink()
        super().tearDownClass()

    def _place(self, cr, days_ago):
        env = api.Environment(cr, SUPERUSER_ID, {})
        env["service.device.placement"].create(
            {
                "device_id": self.device_id,
                "date_start": fields.Datetime.now() - timedelta(days=days_ago),
                "kind": "workshop",
            }
        )
        env.flush_all()

    def test_second_is_told_while_the_first_works(self):
        with self.registry.cursor() as first, self.registry.cursor() as second:
            self._place(first, 3)
            with self.assertRaisesRegex(UserError, "Somebody else is moving"):
                self._place(second, 2)
            second.rollback()
            first.rollback()

    def test_second_is_repeated_after_the_first(self):
        with self.registry.cursor() as first, self.registry.cursor() as second:
            second.execute("SELECT 1")  # its snapshot is older than what the first commits
            # Before everything there is: no neighbour's row changes, only the device's own does.
            self._place(first, 900)
            first.commit()
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.SerializationFailure),
            ):
                self._place(second, 901)
            second.rollback()
            self._place(second, 901)
            second.commit()
        with self.registry.cursor() as cr:
            device = api.Environment(cr, SUPERUSER_ID, {})["service.device"].browse(self.device_id)
            placements = device.placement_ids.sorted("date_start")
            self.assertEqual(len(placements), 3)
            self.assertEqual(
                placements.mapped("date_end"), [*placements.mapped("date_start")[1:], False]
            )
