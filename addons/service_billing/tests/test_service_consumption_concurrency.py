import threading
import uuid
from datetime import datetime
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.service.model import retrying
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestServiceConsumptionConcurrency(TransactionCase):
    """Two real connections settle one meter at once; what they commit is removed afterwards."""

    def setUp(self):
        super().setUp()
        self.made = {}
        self.addCleanup(self._remove)
        self.first, self.second = self.registry.cursor(), self.registry.cursor()
        self.addCleanup(self.first.close)
        self.addCleanup(self.second.close)
        self._make()

    def _make(self):
        """A device with a meter that both connections see."""
        env = api.Environment(self.first, SUPERUSER_ID, {})
        name = f"Concurrency {uuid.uuid4()}"
        category = env["service.device.category"].create({"name": name})
        maker = env["service.device.manufacturer"].create({"name": name})
        model = env["service.device.model"].create(
            {
                "name": name,
                "manufacturer_id": maker.id,
                "category_id": category.id,
                "meter_type_ids": env.ref("service_meter.meter_type_mono").ids,
            }
        )
        device = env["service.device"].create({"serial": name, "model_id": model.id})
        self.meter = device.meter_ids.id
        self.made = {
            "service_device": device.ids,
            "service_device_model": model.ids,
            "service_device_manufacturer": maker.ids,
            "service_device_category": category.ids,
        }
        self.first.commit()

    def _remove(self):
        with self.registry.cursor() as cr:
            for table in ("service_consumption", "service_device_placement"):
                devices = self.made.get("service_device", [])
                cr.execute(f"DELETE FROM {table} WHERE device_id = ANY(%s)", [devices])
            for table, ids in self.made.items():
                cr.execute(f"DELETE FROM {table} WHERE id = ANY(%s)", [ids])

    def _append(self, cr):
        """Write the row behind the last one that this connection sees."""
        env = api.Environment(cr, SUPERUSER_ID, {})
        rows, meter = env["service.consumption"], env["service.meter"].browse(self.meter)
        last = rows._ends([self.meter]).get(self.meter, {"seq": 0, "life_to": 0, "date_to": None})
        begin = last["date_to"] or datetime(2026, 1, 1)
        vals = {
            "meter_id": meter.id,
            "device_id": meter.device_id.id,
            "company_id": meter.company_id.id or env.company.id,
            "customer_id": None,
            "contract_id": None,
            "stay_id": None,
            "charge_id": None,
            "seq": last["seq"] + 1,
            "prev_seq": last["seq"] or None,
            "life_from": last["life_to"],
            "life_to": last["life_to"] + 100,
            "date_from": begin,
            "date_to": begin,
            "kind": "out",
            "how": "days",
            "estimates": 0,
            "reading_id": None,
        }
        return rows._append([vals])

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_one_settles_and_the_other_goes_on_behind_it(self):
        self.second.execute("SELECT 1")  # the second transaction's view of the data begins here
        first = self._append(self.first)
        timer = threading.Timer(0.5, self.first.commit)
        timer.start()
        self.addCleanup(timer.join)
        attempts = []

        def request():
            attempts.append(len(attempts))
            return self._append(self.second).id

        with patch("odoo.service.model.time.sleep"):
            second = retrying(request, api.Environment(self.second, SUPERUSER_ID, {}))
        self.assertEqual(len(attempts), 2, "The first try ended before it had a row")
        self.second.execute(
            "SELECT id, seq, life_from, life_to FROM service_consumption"
            " WHERE meter_id = %s ORDER BY seq",
            [self.meter],
        )
        expected = [(first.id, 1, 0, 100), (second, 2, 100, 200)]
        self.assertEqual(self.second.fetchall(), expected)
