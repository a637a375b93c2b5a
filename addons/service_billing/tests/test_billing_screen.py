from odoo import Command
from odoo.tests import freeze_time, tagged

from .common import ServiceBillingCommon
from .common_period import ServicePeriodCommon, day

PRICES = [
    {"price_unit": 0.05, "included_pages": 100},
    {"kind": "base_fee", "price_unit": 100},
]


@tagged("post_install", "-at_install")
class TestBillingScreen(ServicePeriodCommon, ServiceBillingCommon):
    """What people see of a run: what to do where, the whole calculation, numbers of the month."""

    def _run_line(self, until, contract):
        run = self.env["service.billing.run"].create({"date": day(until)})
        run.line_ids = [Command.create({"contract_id": contract.id})]
        return run.line_ids

    def test_a_missing_reading_leads_to_its_entry(self):
        device = self._make_device("SN-M")
        self._take(device, {"1-1": 1000})
        line = self._run_line("2-1", self._contract(PRICES, {device: "1-1"}))
        line._check()
        self.assertEqual(line.state, "missing")
        action = line.action_mend()
        self.assertEqual(action["res_model"], "service.meter.entry")
        self.assertIn(f"/odoo/service.device/{device.id}", line.problem_html)
        run = line.run_id
        self.assertEqual((run.reading_count, run.todo_line_ids), (1, line))
        self._take(device, {"1-31": {"mono": 10}})
        line._check()
        self.assertEqual(line.state, "suspect")
        self.assertEqual(line.action_mend()["res_model"], "service.meter.reading")

    def test_an_error_is_told_to_one_person_once_and_taken_back(self):
        device = self._make_device("SN-E")
        contract = self._contract(PRICES, {device: "1-1"})
        line = self._run_line("2-1", contract)
        line._keep({"state": "error", "problem": "Nobody receives the invoices."})
        for _day in range(2):
            line.run_id._finish()
        activity = contract.activity_ids.filtered(lambda each: each.summary == "Cannot Be Billed")
        self.assertEqual(len(activity), 1)
        self.assertIn("Nobody receives", activity.note)
        self.assertEqual(contract.attention, "billing")
        line._keep({"state": "nothing"})
        line.run_id._finish()
        self.assertFalse(activity.exists())

    def test_the_calculation_is_written_out_before_and_after(self):
        device = self._make_device("SN-C")
        self._take(device, {"1-1": 1000, "1-31": 1500})
        line = self._run_line("2-1", self._contract(PRICES, {device: "1-1"}))
        for moment in ("before", "after"):
            text = line.preview_html
            for words in (device.display_name, "1,000", "1,500", "101 – 500", "20.00"):
                self.assertIn(words, text, moment)
            line.action_settle()
            line.invalidate_recordset(["preview_html"])
        self.assertIn("Settled in this run", text)

    def test_included_pages_are_foreseen(self):
        device = self._make_device("SN-F")
        self._take(device, {"1-1": 1000, "1-31": 1310})
        contract = self._contract(
            [{"price_unit": 0.05, "included_pages": 280}], {device: "1-1"}, start="1-1"
        )
        self._settle(contract, "2-1")
        with freeze_time("2026-02-15 12:00:00"):
            contract.invalidate_recordset()
            # Ten pages a day as in January, for fifteen days since the last reading: 150 of 280.
            [unit] = contract._allowances()[contract]
            self.assertEqual((unit.allowed, unit.day, unit.days), (280, 15, 28))
            self.assertAlmostEqual(unit.used, 155, delta=6)
            self.assertIn("280", contract.allowance_html)

    def test_pooled_pages_are_shared_out_in_the_analysis(self):
        small, big = self._make_device("SN-1"), self._make_device("SN-2")
        self._take(small, {"1-1": 0, "1-31": 100})
        self._take(big, {"1-1": 0, "1-31": 300})
        contract = self._contract(
            [{"price_unit": 0.05, "level": "contract"}], {small: "1-1", big: "1-1"}
        )
        self._settle(contract, "2-1")
        self.env.flush_all()
        groups = self.env["service.billing.report"]._read_group(
            [("contract_id", "=", contract.id)],
            ["device_id"],
            ["pages:sum", "amount:sum", "page_price:avg"],
        )
        self.assertEqual(
            {device: tuple(numbers) for device, *numbers in groups},
            {small: (100, 5.0, 0.05), big: (300, 15.0, 0.05)},
        )
        nothing = [("contract_id", "=", contract.id), ("pages", "=", 0)]
        prices = self.env["service.billing.report"]._read_group(nothing, [], ["page_price:avg"])
        self.assertEqual(prices, [(False,)], "Without pages there is no price of a page.")

    def test_what_is_not_invoiced_has_the_day_of_the_law(self):
        device = self._make_device("SN-L")
        self._take(device, {"1-1": 1000, "1-31": 1500})
        contract = self._contract(PRICES, {device: "1-1"}, vat_rule="performance")
        charges = self._settle(contract, "2-1")
        january = charges.filtered(lambda charge: charge.date == day("1-31"))
        self.assertEqual(set(january.mapped("bill_deadline")), {day("2-15")})
        contract.vat_rule = "issue"
        contract.payment_term_id = self.env.ref("account.account_payment_term_15days")
        fee = january.filtered(lambda charge: charge.role == "fee")
        # Paid in advance: from the first day of its month.
        self.assertEqual(fee.bill_deadline, day("1-16"))
        self.assertIn(fee, charges.search([("is_overdue", "=", True)]))
