from odoo import Command
from odoo.tests import tagged

from .common import ServiceBillingCommon
from .common_period import ServicePeriodCommon, day


@tagged("post_install", "-at_install")
class TestBillingRun(ServicePeriodCommon, ServiceBillingCommon):
    """From readings to posted invoices, contract by contract."""

    def _run(self, until, contracts):
        run = self.env["service.billing.run"].create({"date": day(until)})
        run.line_ids = [Command.create({"contract_id": contract.id}) for contract in contracts]
        return run

    def test_a_run_settles_and_posts_what_is_ready(self):
        ready, waits = self._make_device("SN-R"), self._make_device("SN-W")
        self._take(ready, {"1-1": 1000, "1-31": 1500})
        self._take(waits, {"1-1": 1000})
        prices = [{"price_unit": 0.05}, {"kind": "base_fee", "price_unit": 100}]
        contracts = self._contract(prices, {ready: "1-1"}) | self._contract(prices, {waits: "1-1"})
        run = self._run("2-1", contracts)
        run.line_ids._settle(automatic=True)
        lines = {line.contract_id: line for line in run.line_ids}
        self.assertEqual(lines[contracts[0]].state, "invoiced", lines[contracts[0]].problem)
        self.assertEqual(lines[contracts[1]].state, "missing")
        moves = lines[contracts[0]].move_ids
        self.assertEqual(set(moves.mapped("state")), {"posted"})
        self.assertEqual(sum(moves.mapped("amount_untaxed")), 225)
        # The fee in advance waits for no reading.
        self.assertEqual(lines[contracts[1]].amount, 200)
        again = self._run("3-1", contracts[0])
        again.line_ids._settle(automatic=True)
        self.assertEqual(again.line_ids.state, "missing")
        self.assertEqual(again.line_ids.amount, 100)
