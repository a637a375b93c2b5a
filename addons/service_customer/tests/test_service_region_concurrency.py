import threading

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.exceptions import ValidationError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestServiceRegionConcurrency(TransactionCase):
    """Two real connections type overlapping ranges at once; what is committed is removed."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self._remove)
        self.first, self.second = self.registry.cursor(), self.registry.cursor()
        self.addCleanup(self.first.close)
        self.addCleanup(self.second.close)

    def _remove(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["service.region"].search([("name", "=like", "Two at once%")]).unlink()

    def _type_range(self, cr, number):
        env = api.Environment(cr, SUPERUSER_ID, {})
        region = env["service.region"].create({"name": f"Two at once {number}"})
        env["service.region.zip"].create(
            {
                "region_id": region.id,
                "country_id": env.ref("base.ad").id,
                "zip_from": f"AD10{number}",
                "zip_to": "AD109",
            }
        )
        env.flush_all()

    @mute_logger("odoo.sql_db")
    def test_second_is_repeated_and_then_sees_the_first(self):
        self.second.execute("SELECT 1")  # its snapshot is older than what the first commits
        self._type_range(self.first, 1)
        timer = threading.Timer(0.5, self.first.commit)
        timer.start()
        self.addCleanup(timer.join)
        with self.assertRaises(SerializationFailure):
            self._type_range(self.second, 2)
        self.second.rollback()
        with self.assertRaisesRegex(ValidationError, "overlap"):
            self._type_range(self.second, 2)
