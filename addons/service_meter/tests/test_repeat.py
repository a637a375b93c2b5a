from types import SimpleNamespace
from unittest.mock import MagicMock, Mock, patch

from psycopg2 import OperationalError

from odoo.exceptions import LockError, UserError
from odoo.tests import BaseCase

from ..tools.repeat import alone, repeated


class TestRepeat(BaseCase):
    def _repeated(self, outcomes, retries):
        """Run work that ends so, one outcome after the other: (result, number of rollbacks)."""
        env = SimpleNamespace(cr=Mock(), flush_all=Mock())
        work = Mock(side_effect=outcomes)
        with patch("time.sleep"):
            try:
                result = repeated(env, work, retries)
            except Exception as error:  # noqa: BLE001 - the test compares it
                result = error
        self.assertEqual(work.call_count, len(outcomes))
        return result, env.cr.rollback.call_count

    def test_work_that_met_another_transaction_is_done_again(self):
        conflict, locked = OperationalError(), LockError("x")
        self.assertEqual(self._repeated(["done"], 2), ("done", 0))
        self.assertEqual(self._repeated([conflict, locked, "done"], 2), ("done", 2))
        self.assertEqual(self._repeated([conflict, conflict, locked], 2), (locked, 2))

    def test_other_errors_are_not_repeated(self):
        refusal = UserError("x")
        self.assertEqual(self._repeated([refusal], 2), (refusal, 0))

    def test_one_of_many_fails_alone(self):
        """What is wrong with it is told; a conflict is not its fault and repeats all."""
        env = MagicMock()
        env.cr.savepoint.return_value.__exit__.return_value = False
        failed = Mock()
        refusal = UserError("x")
        with alone(env, failed):
            raise refusal
        failed.assert_called_once_with(refusal)
        for conflict in (OperationalError(), LockError("x")):
            with self.assertRaises(type(conflict)), alone(env, failed):
                raise conflict
        failed.assert_called_once()
