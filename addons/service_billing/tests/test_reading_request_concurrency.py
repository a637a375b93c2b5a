import threading
from datetime import date

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, Command, api
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestReadingRequestConcurrency(TransactionCase):
    """Two schedulers find the same device at once; what they commit is removed afterwards."""

    def setUp(self):
        super().setUp()
        self.first, self.second = self.registry.cursor(), self.registry.cursor()
        self.addCleanup(self.first.close)
        self.addCleanup(self.second.close)
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            customer = env["res.partner"].create({"name": "At Once", "is_company": True})
            model = env["service.device.model"].create(
                {
                    "name": "Read at Once",
                    "manufacturer_id": env["service.device.manufacturer"]
                    .create({"name": "Read at Once"})
                    .id,
                    "category_id": env["service.device.category"]
                    .create({"name": "Read at Once"})
                    .id,
                }
            )
            device = env["service.device"].create(
                {
                    "serial": "READ-AT-ONCE",
                    "model_id": model.id,
                    "customer_id": customer.id,
                    "owner": "customer",
                }
            )
            contract = env["service.contract"].create(
                {
                    "customer_id": customer.id,
                    "type_id": env.ref("service_contract.type_all_in").id,
                    "device_ids": [Command.create({"device_id": device.id})],
                }
            )
            self.stay_id = contract.device_ids.id
            self.records = [contract, device, model, model.manufacturer_id, model.category_id]
            self.records.append(customer)
        self.addCleanup(self._remove)

    def _remove(self):
        self.first.rollback()
        self.second.rollback()
        with self.registry.cursor() as cr:
            for record in self.records:
                record.with_env(api.Environment(cr, SUPERUSER_ID, {})).unlink()

    def _make(self, cr):
        env = api.Environment(cr, SUPERUSER_ID, {})
        stay = env["service.contract.device"].browse(self.stay_id)
        requests, day = env["service.reading.request"], date(2026, 11, 1)
        row = requests._prepare_row(stay, day, day, env["res.partner"], 10)
        return requests._insert_absent([row])

    @mute_logger("odoo.sql_db")
    def test_one_request_whoever_comes_second(self):
        made = self._make(self.first)
        self.assertEqual(len(made), 1)
        self.second.execute("SELECT 1")  # the second transaction's view of the data begins here
        self.first.flush()
        timer = threading.Timer(0.5, self.first.commit)
        timer.start()
        self.addCleanup(timer.join)
        with self.assertRaises(SerializationFailure):
            self._make(self.second)
        self.second.rollback()
        self.assertFalse(self._make(self.second), "The next try finds it and makes none.")
