from odoo import Command
from odoo.exceptions import AccessError, UserError
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
        both = again.line_ids.search([("contract_id", "=", contracts[0].id)])
        self.assertEqual(both.run_id.ids, [again.id, run.id], "The newest month first.")
        self._manage(run.with_user(self._staff("manager")))

    def _manage(self, run):
        """A service manager looks again, stops and deletes, but lets nothing be issued."""
        done = run.line_ids.filtered(lambda line: line.state == "invoiced")
        run.line_ids.action_check()
        self.assertEqual(done.state, "invoiced")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            run.unlink()
        with self.assertRaises(AccessError):
            run.action_start()

    def test_pages_that_are_only_given_back_are_settled(self):
        device = self._make_device("SN-G")
        self._take(device, {"1-1": 1000, "1-31": 2000})
        contract = self._contract(
            [{"price_unit": 0.05}], {device: "1-1"}, estimate_policy="trend", date_end=day("2-28")
        )
        self._settle(contract, "3-15")
        self._take(device, {"3-20": 2100})
        run = self._run("3-20", contract)
        run.line_ids._settle(automatic=True)
        self.assertEqual(contract.charge_ids.correction_ids.mapped("kind"), ["estimate"])
        self.assertEqual(contract.consumption_ids[0].kind, "give_back")

    def test_prices_for_settled_days_are_refused_also_before_their_invoice(self):
        device = self._make_device("SN-P")
        self._take(device, {"1-1": 1000, "1-31": 2000})
        contract = self._contract([{"price_unit": 0.05}], {device: "1-1"})
        self.assertEqual(self._settle(contract, "2-1").state, "to_bill")
        with self.assertRaisesRegex(UserError, "has been settled until"):
            self._rates(contract, "1-16", [{"price_unit": 0.06}])
        self._rates(contract, "2-1", [{"price_unit": 0.06}])

    def test_a_device_that_was_handed_over_is_settled_with_both_customers(self):
        device = self._make_device("SN-H")
        self._take(device, {"1-1": 1000, "1-16": 1200, "1-31": 1700})
        prices = [{"price_unit": 0.05}]
        later = self._contract(prices, {device: "1-16"}, customer_id=self.other_customer.id)
        first = self._contract(prices, {})
        first.device_ids = [
            Command.create(
                {"device_id": device.id, "date_start": day("1-1"), "date_end": day("1-16")}
            )
        ]
        # The later one is looked at first, and waits for the earlier one.
        run = self._run("2-1", later | first)
        self.assertEqual(run.line_ids._statements()[run.line_ids[0]].after, {first})
        run.line_ids._settle(automatic=True)
        amounts = {line.contract_id: (line.state, line.amount) for line in run.line_ids}
        self.assertEqual(amounts, {later: ("invoiced", 25), first: ("invoiced", 10)})
        # Where the earlier one waits for a person, the later one waits with it.
        manual = self._make_device("SN-M")
        self._take(manual, {"1-1": 1000, "1-16": 1200, "1-31": 1700})
        held = self._contract(prices, {}, billing_mode="manual")
        held.device_ids = [
            Command.create(
                {"device_id": manual.id, "date_start": day("1-1"), "date_end": day("1-16")}
            )
        ]
        after = self._contract(prices, {manual: "1-16"})
        run.line_ids = [Command.create({"contract_id": each.id}) for each in held | after]
        run.line_ids[-2:]._settle(automatic=True)
        self.assertEqual(run.line_ids[-2:].mapped("state"), ["ready", "missing"])

    def test_devices_that_two_contracts_exchanged_are_settled(self):
        """Each waits for the other; what needs neither is settled first."""
        one, two = self._make_device("SN-1"), self._make_device("SN-2")
        for device in one, two:
            self._take(device, {"1-1": 1000, "1-16": 1200, "1-31": 1700})
        contracts = [self._contract([{"price_unit": 0.05}], {}) for _each in range(2)]
        for contract, came, gone in zip(contracts, (two, one), (one, two), strict=True):
            days = [(gone, "1-1", day("1-16")), (came, "1-16", False)]
            contract.device_ids = [
                Command.create({"device_id": each.id, "date_start": day(since), "date_end": until})
                for each, since, until in days
            ]
        run = self._run("2-1", contracts)
        run.line_ids._settle(automatic=True)
        self.assertEqual(run.line_ids.mapped("state"), ["invoiced"] * 2)
        self.assertEqual(run.line_ids.mapped("amount"), [35, 35])

    def test_work_of_past_months_is_on_a_document_of_its_month_though_nothing_else_is_due(self):
        contract = self._contract([], {self._make_device("SN-L"): "1-1"})
        self._charge(
            contract_id=contract.id, kind="labour", date=day("1-20"), quantity=1, price_unit=150
        )
        run = self._run("1-31", contract)
        run.line_ids._settle(automatic=True)
        self.assertEqual(run.line_ids.state, "nothing")
        run = self._run("2-1", contract)
        run.line_ids._settle(automatic=True)
        self.assertEqual((run.line_ids.state, run.line_ids.amount), ("invoiced", 150))

    def test_what_is_on_no_document_any_more_is_billed_again(self):
        device = self._make_device("SN-R")
        self._take(device, {"1-1": 1000, "1-31": 1500})
        contract = self._contract([{"price_unit": 0.05}], {device: "1-1"}, billing_mode="manual")
        line = self._run("2-1", contract).line_ids
        line.action_settle()
        self.assertEqual(line.state, "draft")
        line.move_ids.unlink()
        line._refresh()
        self.assertEqual(line.state, "ready", "Its draft was deleted.")
        line._settle(automatic=True)
        self.assertFalse(line.move_ids, "It waits for a person.")
        self.assertEqual(line.state, "ready")
        line.action_settle()
        self.assertEqual((line.state, line.amount), ("draft", 25))
        line.move_ids.action_post()
        contract.billing_mode = "post"
        line.move_ids._correct_to_zero("wrong buyer", self.stranger)
        line._settle(automatic=True)
        self.assertEqual(line.state, "invoiced", line.problem)
        self.assertEqual(line.move_ids.partner_id, self.customer | self.stranger)

    def test_a_contract_that_waits_in_two_runs_is_settled_once(self):
        device = self._make_device("SN-R")
        self._take(device, {"1-1": 1000, "1-31": 1500, "2-28": 1600})
        contract = self._contract([{"price_unit": 0.05}], {device: "1-1"}, billing_mode="post")
        runs = self._run("3-1", contract) | self._run("2-1", contract)
        runs.line_ids._settle(automatic=True)
        self.assertEqual(runs.line_ids.mapped("amount"), [5, 25], runs.line_ids.mapped("problem"))
        self.assertEqual(len(contract.charge_ids), 2)

    def test_what_can_be_settled_is_kept_when_a_reading_is_missing(self):
        device = self._make_device("SN-W")
        self._take(device, {"1-1": 1000})
        prices = [{"price_unit": 0.05}, {"kind": "base_fee", "price_unit": 100}]
        line = self._run("2-1", self._contract(prices, {device: "1-1"})).line_ids
        line.action_settle()
        self.assertEqual((line.state, line.amount), ("missing", 200))
        with self.assertRaisesRegex(UserError, "is missing"):
            line.action_settle()
