from odoo.tests import tagged

from .common_period import ServicePeriodCommon


@tagged("post_install", "-at_install")
class TestBillingRating(ServicePeriodCommon):
    """What a contract costs for a period, and that each page is in one row of the ledger."""

    def test_pages_run_from_reading_to_reading(self):
        device = self._make_device("SN-1")
        self._take(device, {"1-1": 1000, "2-2": 1500, "2-27": 2500})
        contract = self._contract([{"price_unit": 0.05}], {device: "1-1"})
        charges = self._settle(contract, "3-1")
        rows = [
            (c.period_start.month, c.pages, c.quantity, c.amount) for c in charges.sorted("date")
        ]
        self.assertEqual(rows, [(1, 500, 500, 25), (2, 1000, 1000, 50)])
        ledger = charges.consumption_ids.sorted("seq")
        self.assertEqual(ledger.mapped("pages"), [500, 1000])
        self.assertEqual(set(ledger.mapped("how")), {"reading"})
        self.assertEqual(self._statement(contract, "3-1").state, "nothing")

    def test_a_missing_reading_is_named(self):
        device = self._make_device("SN-1")
        self._take(device, {"1-1": 1000})
        contract = self._contract([{"price_unit": 0.05}], {device: "1-1"})
        statement = self._statement(contract, "2-15")
        self.assertEqual(statement.state, "missing")
        self.assertIn("SN-1", self._texts(statement)[0])
