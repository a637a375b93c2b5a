from datetime import date
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

RUN = "odoo.addons.service_billing.models.service_billing_run"


@tagged("post_install", "-at_install")
class TestBillingWorkers(TransactionCase):
    """Two real connections settle one run; what they commit is removed afterwards."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self._remove)
        self.first, self.second = self.registry.cursor(), self.registry.cursor()
        self.addCleanup(self.first.close)
        self.addCleanup(self.second.close)
        env = self._env(self.first)
        self.customer = env["res.partner"].create({"name": "Two Workers", "is_company": True})
        # Without prices: each is looked at, and nobody has to be paid for the test.
        contracts = env["service.contract"].create(
            [
                {
                    "type_id": env.ref("service_contract.type_all_in").id,
                    "customer_id": self.customer.id,
                    "date_start": date(2019, 1, 1),
                }
                for _each in range(4)
            ]
        )
        self.run_id = env["service.billing.run"].create(
            {"date": date(2019, 2, 1), "state": "running"}
        )
        self.lines = env["service.billing.line"].create(
            [{"run_id": self.run_id.id, "contract_id": contract.id} for contract in contracts]
        )
        self.first.commit()
        self.startPatcher(patch(f"{RUN}.BATCH", 2))
        self.startPatcher(patch("odoo.addons.service_meter.tools.repeat.time.sleep"))

    @staticmethod
    def _env(cr):
        return api.Environment(cr, SUPERUSER_ID, {})

    def _runs(self, cr):
        return self._env(cr)["service.billing.run"]

    def _remove(self):
        with self.registry.cursor() as cr:
            env = self._env(cr)
            env["service.billing.run"].browse(self.run_id.id).unlink()
            env["service.contract"].search([("customer_id", "=", self.customer.id)]).unlink()
            env["res.partner"].browse(self.customer.id).unlink()

    def _states(self, connection):
        connection.commit()
        return set(self.lines.with_env(self._env(connection)).mapped("state"))

    def _hand_over(self, earlier, later):
        """A device that went from the contract of one line to that of another."""
        env, name = self._env(self.first), "Two Workers"
        category = env["service.device.category"].create({"name": name})
        maker = env["service.device.manufacturer"].create({"name": name})
        model = env["service.device.model"].create(
            {"name": name, "manufacturer_id": maker.id, "category_id": category.id}
        )
        device = env["service.device"].create({"serial": name, "model_id": model.id})
        env["service.contract.device"].create(
            [
                {
                    "contract_id": line.contract_id.id,
                    "device_id": device.id,
                    "date_start": since,
                    "date_end": until,
                }
                for line, since, until in (
                    (earlier, date(2019, 1, 1), date(2019, 1, 16)),
                    (later, date(2019, 1, 16), date(2019, 2, 1)),
                )
            ]
        )
        self.first.commit()
        self.addCleanup(self._remove_device, device, model, maker, category)

    def _remove_device(self, *records):
        with self.registry.cursor() as cr:
            for table in ("service_contract_device", "service_device_placement"):
                cr.execute(f"DELETE FROM {table} WHERE device_id = ANY(%s)", [records[0].ids])
            for each in records:
                cr.execute(f"DELETE FROM {each._table} WHERE id = ANY(%s)", [each.ids])

    def test_the_contracts_of_a_handed_over_device_are_taken_together(self):
        later, other, *mine = self.lines
        self._hand_over(mine[1], later)
        self.assertEqual(set(self._runs(self.first)._next_batch().ids), {each.id for each in mine})
        others = self._runs(self.second)._next_batch()
        self.assertEqual(others.ids, other.ids, "The earlier contract is with the first worker.")
        self.first.rollback()
        together = later.with_env(self._env(self.second))._with_handed_over()
        self.assertEqual(together.ids, [later.id, mine[1].id])

    def test_two_workers_share_the_contracts(self):
        mine, others = self._runs(self.first)._next_batch(), self._runs(self.second)._next_batch()
        self.assertEqual((len(mine), len(others)), (2, 2))
        self.assertEqual({*mine.ids, *others.ids}, {*self.lines.ids})
        self.assertFalse(mine & mine.browse(others.ids))

    @mute_logger("odoo.sql_db")
    def test_a_lost_race_is_repeated(self):
        """What another worker has settled since is no failure of the cron, and not done again."""
        self.second.execute("SELECT 1")  # the second transaction's view of the data begins here
        self._runs(self.first)._cron_settle()
        with self.assertRaises(SerializationFailure):
            self._runs(self.second)._next_batch()
        self.second.rollback()
        looked_at = []
        line_model = self.registry["service.billing.line"]
        settle = line_model._settle

        def counted(lines, automatic):
            looked_at.extend(lines.ids)
            return settle(lines, automatic)

        self.lines.with_env(self._env(self.first)).state = "waiting"
        self.run_id.with_env(self._env(self.first)).state = "running"
        self.first.commit()
        self.second.execute("SELECT 1")
        with patch.object(line_model, "_settle", counted):
            self._runs(self.first)._cron_settle()
            self._runs(self.second)._cron_settle()
        self.assertEqual(sorted(looked_at), sorted(self.lines.ids))
        self.assertNotIn("waiting", self._states(self.second))

    def test_a_conflict_in_the_middle_is_repeated(self):
        """A batch that met another transaction is done anew, not left as an error."""
        line_model = self.registry["service.billing.line"]
        settle, failures = line_model._settle, [SerializationFailure("somebody was first")]

        def failing(lines, automatic):
            done = settle(lines, automatic)
            if failures:
                raise failures.pop()
            return done

        with patch.object(line_model, "_settle", failing):
            self._runs(self.first)._cron_settle()
        self.assertFalse(failures)
        self.assertNotIn("waiting", self._states(self.second))
        self.assertEqual(self._runs(self.second).browse(self.run_id.id).state, "done")

    @mute_logger("odoo.sql_db")
    def test_two_who_tell_of_the_same_contract(self):
        """The second comes again, and finds that somebody was told; the daily job does so itself,
        as Odoo repeats no cron."""
        line = self.lines[0].with_env(self._env(self.first))
        line._keep({"state": "error", "problem": "Nobody receives the invoices."})
        self.first.commit()
        self.second.execute("SELECT 1")
        self._env(self.first)["service.billing.line"]._tell_errors()
        self.first.commit()
        line_model = self._env(self.second)["service.billing.line"]
        with self.assertRaises(SerializationFailure):
            line_model._tell_errors()
        self.second.rollback()
        line_model._tell_errors()
        self.second.commit()
        other = self.lines[1].with_env(self._env(self.first))
        other._keep({"state": "error", "problem": "Nobody receives the invoices."})
        self.first.commit()
        self.second.execute("SELECT 1")
        self._env(self.first)["service.billing.line"]._tell_errors()
        self.first.commit()
        self._env(self.second)["service.contract"]._cron_service_contract_day()
        contract = self.lines[0].contract_id.with_env(self._env(self.second))
        self.assertEqual(len(contract.activity_ids), 1)

    def test_one_bad_contract_stops_nobody(self):
        """An error of the program while a contract is rated stays with it; the others go on."""
        rating = self.registry["service.billing.rating"]
        statements, bad = rating._statements, self.lines[0].contract_id.id

        def failing(model, contracts, day):
            if bad in contracts.ids:
                raise ZeroDivisionError("pages")
            return statements(model, contracts, day)

        with (
            patch.object(rating, "_statements", failing),
            mute_logger("odoo.addons.service_billing.models.service_billing_line"),
        ):
            self._runs(self.first)._cron_settle()
        lines = self.lines.with_env(self._env(self.second))
        self.assertIn("pages", lines[0].problem)
        self.assertNotIn("waiting", set(lines.mapped("state")))
        self.assertNotIn("pages", "".join(filter(None, lines[1:].mapped("problem"))))
