import threading
import uuid
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.service.model import retrying
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestServiceChargeConcurrency(TransactionCase):
    """Two real connections at once; what they commit is removed afterwards."""

    def setUp(self):
        super().setUp()
        self.key = f"test/{uuid.uuid4()}"
        self.addCleanup(self._remove)
        self.first, self.second = self.registry.cursor(), self.registry.cursor()
        self.addCleanup(self.first.close)
        self.addCleanup(self.second.close)

    def _remove(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            found = env["service.correction"].search([("key", "=", self.key)])
            found.activity_ids.unlink()
            cr.execute("DELETE FROM service_correction WHERE key = %s", [self.key])
            cr.execute("DELETE FROM service_charge WHERE key = %s", [self.key])

    def _charges(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {})["service.charge"]

    def _take(self, cr):
        charges = self._charges(cr)
        company = charges.env.ref("base.main_company")
        vals = {
            "key": self.key,
            "name": "Two at once",
            "company_id": company.id,
            "customer_id": company.partner_id.id,
            "currency_id": company.currency_id.id,
            "price_unit": 10,
        }
        return charges._take([vals])

    def _commit_first_soon(self):
        """Let the second transaction begin beside the open first one, which commits in a moment."""
        self.second.execute("SELECT 1")  # the second transaction's view of the data begins here
        self.first.flush()
        timer = threading.Timer(0.5, self.first.commit)
        timer.start()
        self.addCleanup(timer.join)

    @mute_logger("odoo.sql_db")
    def test_invisible_key_is_a_serialization_failure(self):
        taken = self._take(self.first)
        self._commit_first_soon()
        with self.assertRaises(SerializationFailure):
            self._take(self.second)
        self.second.rollback()
        self.assertEqual(self._take(self.second).id, taken.id)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_repeated_request_finds_the_charge(self):
        """What Odoo does around a request: the repeat returns the stored charge."""
        taken = self._take(self.first)
        env = api.Environment(self.second, SUPERUSER_ID, {})
        self._commit_first_soon()
        attempts = []

        def request():
            attempts.append(self._take(self.second).id)
            return attempts[-1]

        with patch("odoo.service.model.time.sleep"):
            self.assertEqual(retrying(request, env), taken.id)
        self.assertEqual(attempts, [taken.id], "The first try ended before it had a charge")
        self.second.execute("SELECT count(*) FROM service_charge WHERE key = %s", [self.key])
        self.assertEqual(self.second.fetchone(), (1,))

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_two_propose_the_same_correction(self):
        """One proposal and one activity, and no error for either."""
        charge = self._take(self.first).id
        self.first.commit()

        def propose(cr):
            env = api.Environment(cr, SUPERUSER_ID, {})
            vals = {"key": self.key, "kind": "price", "charge_id": charge, "reason": "two"}
            vals |= {"quantity": -1, "price_unit": 2}
            return env["service.correction"]._propose([vals])

        first = propose(self.first)
        self.assertEqual((first.amount, first.state, len(first.activity_ids)), (-2, "proposed", 1))
        self._commit_first_soon()
        with patch("odoo.service.model.time.sleep"):
            second = retrying(
                lambda: propose(self.second), api.Environment(self.second, SUPERUSER_ID, {})
            )
        self.assertFalse(second)

    @mute_logger("odoo.sql_db")
    def test_two_clerks_bill_at_once(self):
        charge_id = self._take(self.first).id
        self.first.commit()
        self._charges(self.first).browse(charge_id)._lock_to_bill()
        with self.assertRaisesRegex(UserError, "Somebody else is billing"):
            self._charges(self.second).browse(charge_id)._lock_to_bill()
