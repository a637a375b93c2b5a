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

    def _wizard(self, cr, operation):
        """Apply the dialog as a person does, in a transaction of its own."""
        env = api.Environment(cr, SUPERUSER_ID, {})
        context = {"default_device_ids": [self.device_id], "default_operation": operation}
        wizard = env["service.device.move"].with_context(**context).create({})
        wizard.action_apply()
        env.flush_all()

    def test_two_people_move_one_device_by_the_dialog(self):
        """One wins; the other gets a sentence, while the first works and after it."""
        with self.registry.cursor() as first, self.registry.cursor() as second:
            second.execute("SELECT 1")  # both have opened the dialog before anything was saved
            self._wizard(first, "scrap")
            with self.assertRaisesRegex(UserError, "Somebody else is moving"):
                self._wizard(second, "courier")
            second.rollback()
            second.execute("SELECT 1")
            first.commit()
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.SerializationFailure),
            ):
                self._wizard(second, "courier")
            second.rollback()
            # The server repeats the request, which sees now what the first one did.
            with self.assertRaisesRegex(UserError, "does not fit where these devices are now"):
                self._wizard(second, "courier")
            second.rollback()
        with self.registry.cursor() as cr:
            device = api.Environment(cr, SUPERUSER_ID, {})["service.device"].browse(self.device_id)
            self.assertEqual(device.status, "scrapped")
            device.placement_id.unlink()
            self.assertEqual(device.status, "in_stock")

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
