import threading
from unittest.mock import patch

from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import UserError
from odoo.service.model import retrying
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL, mute_logger


@tagged("post_install", "-at_install")
class TestServiceIndexationConcurrency(TransactionCase):
    """Two real connections apply one indexation at once; what they commit is removed afterwards."""

    def setUp(self):
        super().setUp()
        self.first, self.second = self.registry.cursor(), self.registry.cursor()
        self.made = {}
        self.addCleanup(self._remove)
        self.addCleanup(self.first.close)
        self.addCleanup(self.second.close)
        env = self._env(self.first)
        customer = env["res.partner"].create({"name": "Two at Once", "is_company": True})
        contract = env["service.contract"].create(
            {
                "type_id": env.ref("service_contract.type_service_only").id,
                "customer_id": customer.id,
                "date_start": "2024-01-01",
                "indexation_method": "percent",
                "indexation_percent": 10,
                "indexation_month": "1",
                "rate_ids": [
                    Command.create(
                        {
                            "date_from": "2024-01-01",
                            "line_ids": [Command.create({"kind": "labour", "price_unit": 100})],
                        }
                    )
                ],
            }
        )
        contract.action_activate()
        run = env["service.indexation.run"].create(
            {"date": "2027-01-01", "contract_ids": [Command.set(contract.ids)]}
        )
        run.action_preview()
        self.made = {"customer": customer.id, "contract": contract.id, "run": run.id}
        self.first.commit()

    def _env(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {})

    def _run(self, cr):
        return self._env(cr)["service.indexation.run"].browse(self.made["run"])

    def _remove(self):
        """Drafts and prices go with their contract; people cannot delete one that is in force."""
        with self.registry.cursor() as cr:
            for table, column, key in (
                ("service_indexation_run", "id", "run"),
                ("service_contract_document", "contract_id", "contract"),
                ("service_contract", "id", "contract"),
                ("res_partner", "id", "customer"),
            ):
                cr.execute(
                    SQL(
                        "DELETE FROM %s WHERE %s = %s",
                        SQL.identifier(table),
                        SQL.identifier(column),
                        self.made[key],
                    )
                )

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_two_people_apply_one_run_at_once(self):
        """The second finds it applied: one version of the prices, one letter."""
        self._run(self.first).action_apply()
        self.first.flush()
        self.second.execute("SELECT 1")  # the second transaction's view of the data begins here
        timer = threading.Timer(0.5, self.first.commit)
        timer.start()
        self.addCleanup(timer.join)
        tries = []

        def request():
            tries.append(self.second)
            self._run(self.second).action_apply()

        with (
            patch("odoo.service.model.time.sleep"),
            self.assertRaisesRegex(UserError, "No contract is proposed"),
        ):
            retrying(request, self._env(self.second))
        self.second.rollback()
        self.assertGreater(len(tries), 1, "It was repeated with the data of the first.")
        contract = self._env(self.second)["service.contract"].browse(self.made["contract"])
        self.assertEqual(len(contract.rate_ids), 2)
        self.assertEqual(len(contract.document_ids), 1)
        self.assertEqual(contract.indexation_line_ids.mapped("state"), ["applied"])
