from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ServiceBillingCommon
from .common_period import ServicePeriodCommon, day


@tagged("post_install", "-at_install")
class TestServiceCorrectionAgain(ServicePeriodCommon, ServiceBillingCommon):
    """What was corrected once counts in what is corrected after it."""

    def _billed(self, contract, until):
        moves = self._settle(contract, until)._bill()
        moves.action_post()
        return moves

    def _device_billed(self, line, readings, **vals):
        device = self._make_device("SN-1")
        self._take(device, readings)
        contract = self._contract([line], {device: "1-1"}, **vals)
        return device, contract, self._billed(contract, "2-1")

    def _reject_last(self, device):
        meter = device.meter_ids.filtered("last_reading_id")
        meter.last_reading_id._decide("rejected", "typo")

    def _price(self, charge, price):
        wizard = self.env["service.correction.price"].create(
            {"charge_id": charge.id, "price_unit": price, "reason": "annex"}
        )
        wizard.action_correct()
        prices = charge.correction_ids.filtered(lambda each: each.kind == "price")
        return prices.sorted("id")[-1:]

    def test_the_proposal_follows_the_readings_until_it_is_made(self):
        device, contract, _move = self._device_billed(
            {"price_unit": 0.05}, {"1-1": 1000, "1-31": 6000}
        )
        charge = contract.charge_ids
        self._reject_last(device)
        self._take(device, {"1-31": 2000})
        old, new = charge.correction_ids.sorted("id")
        self.assertEqual((old.state, new.state), ("dismissed", "proposed"))
        self.assertEqual((new.pages, new.amount), (4000, -200))
        new.action_make()
        new.new_move_id.action_post()
        # The true reading was wrong, too: only what has not been given back is.
        self._reject_last(device)
        self._take(device, {"1-31": 1500})
        third = charge.correction_ids.filtered(lambda each: each.state == "proposed")
        self.assertEqual((third.pages, third.amount), (500, -25))
        self._take(device, {"2-2": 2100})
        self.assertEqual(third.state, "dismissed", "They have been printed meanwhile.")

    def test_two_corrections_do_not_give_the_highest_tier_back_twice(self):
        device, contract, _move = self._device_billed(
            {"price_unit": 0.05, "tiers": {3001: 0.04}}, {"1-1": 1000, "1-15": 4000, "1-31": 6000}
        )
        for pages, amount in ((2000, -80), (3000, -150)):
            self._reject_last(device)
            correction = contract.charge_ids.correction_ids.filtered(
                lambda each: each.state == "proposed"
            )
            correction.action_make()
            self.assertEqual((correction.pages, correction.amount), (pages, amount))
            correction.new_move_id.action_post()

    def test_pages_and_price_of_one_charge(self):
        device, contract, _move = self._device_billed(
            {"price_unit": 0.05}, {"1-1": 1000, "1-15": 2000, "1-31": 6000}
        )
        charge = contract.charge_ids
        self.assertEqual(self._price(charge, 0.04).amount, -50)
        self._reject_last(device)
        pages = charge.correction_ids.filtered(lambda each: each.kind == "quantity")
        self.assertEqual(pages.amount, -160, "They cost 4 groszy since.")
        pages.action_make()
        again = self._price(charge, 0.05)
        self.assertEqual(again.amount, 10, "A thousand pages are left.")
        with self.assertRaisesRegex(UserError, "billed price already"):
            self._price(charge, 0.05)

    def test_a_minimum_is_not_given_back(self):
        device, contract, move = self._device_billed(
            {"price_unit": 0.05, "minimum_pages": 3000}, {"1-1": 1000, "1-15": 2000, "1-31": 6000}
        )
        self.assertEqual(move.amount_untaxed, 250)
        self._reject_last(device)
        correction = contract.charge_ids.correction_ids
        self.assertEqual((correction.pages, correction.amount), (4000, -100))

    def test_free_pages_are_given_back_without_money(self):
        device, contract, _move = self._device_billed(
            {"price_unit": 0.05, "included_pages": 5000}, {"1-1": 1000, "1-15": 2000, "1-31": 6000}
        )
        self._reject_last(device)
        correction = contract.charge_ids.correction_ids
        self.assertEqual((correction.pages, correction.amount), (4000, 0))
        correction.action_make()
        self.assertFalse(correction.new_move_id)
        self._take(device, {"2-28": 9000})
        # 7,000 pages since the true reading; without the correction 3,000 would have been free.
        self.assertEqual(sum(self._settle(contract, "3-1").mapped("amount")), 100)

    def test_a_block_gets_its_pages_back(self):
        device, contract, _move = self._device_billed(
            {"price_unit": 0.05, "block_pages": 10000, "block_price": 300},
            {"1-1": 1000, "1-15": 2000, "1-31": 6000},
        )
        self._reject_last(device)
        contract.charge_ids.correction_ids.action_make()
        self._take(device, {"2-28": 3000})
        pages = self._settle(contract, "3-1").filtered(lambda each: each.role == "pages")
        self.assertEqual(pages.block_left, 8000)

    def test_a_correction_of_what_is_on_no_document_comes_on_the_same(self):
        device = self._make_device("SN-1")
        self._take(device, {"1-1": 1000, "1-15": 2000, "1-31": 6000})
        contract = self._contract([{"price_unit": 0.05}], {device: "1-1"})
        draft = self._settle(contract, "2-1")._bill()
        self._reject_last(device)
        correction = contract.charge_ids.correction_ids
        with self.assertRaisesRegex(UserError, "Post the draft"):
            correction.action_make()
        draft.unlink()
        correction.action_make()
        move = correction.new_move_id
        self.assertEqual((move.move_type, move.amount_untaxed), ("out_invoice", 50))
        move.action_post()

    def test_the_tax_is_the_one_that_was_billed(self):
        device = self._make_device("SN-1")
        self._take(device, {"1-1": 1000, "1-31": 2000})
        contract = self._contract([{"price_unit": 0.05}], {device: "1-1"})
        move = self._settle(contract, "2-1")._bill()
        other = self.vat_23.copy({"name": "VAT 8 % (test)", "amount": 8})
        move.invoice_line_ids.tax_ids = [Command.set(other.ids)]
        move.action_post()
        refund = self._price(contract.charge_ids, 0.04).new_move_id
        self.assertEqual(refund.invoice_line_ids.tax_ids, other)
        self.assertEqual((refund.amount_untaxed, refund.amount_total), (10, 10.8))

    def test_to_zero_takes_back_what_corrections_have_left(self):
        device, contract, move = self._device_billed(
            {"price_unit": 0.0501, "tiers": {3001: 0.0401}},
            {"1-1": 1000, "1-15": 2001, "1-31": 6000},
        )
        self._reject_last(device)
        charge = contract.charge_ids
        pages = charge.correction_ids
        pages.action_make()
        with self.assertRaisesRegex(UserError, "post or delete a draft"):
            move._correct_to_zero("wrong buyer")
        pages.new_move_id.action_post()
        up = self._price(charge, 60)
        up.new_move_id.action_post()
        less, more = pages.new_move_id, up.new_move_id
        refund = move._correct_to_zero("wrong buyer", self.stranger)
        self.assertEqual(refund.amount_untaxed, 60)
        moves = move | less | more | refund
        for field in ("amount_untaxed_signed", "amount_tax_signed"):
            self.assertAlmostEqual(sum(moves.mapped(field)), 0, 2, field)
        with self.assertRaisesRegex(UserError, "stands in the way"):
            move._correct_to_zero("again")
        # The right buyer is billed what was left, and its corrections go on from there.
        again = contract.charge_ids.filtered(lambda each: each.state == "to_bill")
        new = again._bill()
        new.action_post()
        self.assertEqual((new.partner_id, new.amount_untaxed), (self.stranger, 60))
        self.env.flush_all()
        [sums] = self.env["service.billing.report"]._read_group(
            [("contract_id", "=", contract.id)], [], ["amount:sum", "pages:sum"]
        )
        self.assertEqual(sums, (60, 1001))
        self._reject_last(device)
        self._take(device, {"1-20": 1501})
        third = contract.charge_ids.correction_ids.filtered(lambda each: each.state == "proposed")
        self.assertEqual((third.move_id, third.pages), (new, 500))
        # 60 for 1,001 pages at 5.01 gr: 501 of them are left.
        self.assertEqual(third.amount, -29.97)

    def test_one_sum_is_corrected_to_the_grosz_however_often(self):
        device, contract, _move = self._device_billed(
            {"price_unit": 0.05, "tiers": {3001: 0.04}},
            {"1-1": 1000, "1-10": 2000, "1-15": 3500, "1-31": 6000},
        )
        charge = contract.charge_ids
        amounts = []
        for price in (100, 77.77):
            self._reject_last(device)
            pages = charge.correction_ids.filtered(lambda each: each.state == "proposed")
            pages.action_make()
            pages.new_move_id.action_post()
            amounts.append(pages.amount)
            up = self._price(charge, price)
            up.new_move_id.action_post()
            amounts.append(up.amount)
        # 230 for 5,000 pages; 125 for 2,500, then 100 of them; 40 for 1,000, then 77.77.
        self.assertEqual(amounts, [-105, -25, -60, 37.77])
        self._reject_last(device)
        last = charge.correction_ids.filtered(lambda each: each.state == "proposed")
        self.assertEqual((last.pages, last.amount), (1000, -77.77))

    def test_a_wrong_reading_below_an_estimate_that_was_too_high(self):
        device, contract, _move = self._device_billed(
            {"price_unit": 0.05}, {"1-1": 1000, "1-31": 2000}, estimate_policy="trend"
        )
        self._billed(contract, "3-15")
        row = contract.consumption_ids.filtered(lambda each: each.kind == "billable")
        for value, pages in ((1500, 500), (1400, 100)):
            self._reject_last(device)
            self._take(device, {"1-31": value})
            correction = row.charge_id.correction_ids.filtered(
                lambda each: each.state == "proposed"
            )
            self.assertEqual((correction.pages, correction.amount), (pages, -pages * 0.05))
            correction.action_make()
            correction.new_move_id.action_post()

    def test_a_correction_without_a_document_follows_what_is_billed_again(self):
        _device, contract, move = self._device_billed(
            {"price_unit": 0.05}, {"1-1": 1000, "1-31": 2000}
        )
        up = self._price(contract.charge_ids, 0.06)
        up.new_move_id.unlink()
        move._correct_to_zero("wrong buyer", self.stranger)
        new = contract.charge_ids.filtered(lambda each: each.state == "to_bill")._bill()
        self.assertEqual((new.partner_id, new.amount_untaxed), (self.stranger, 60))

    def test_a_fee_is_given_back_once_whatever_the_end_is_moved_to(self):
        device = self._make_device("SN-1")
        contract = self._contract(
            [{"kind": "base_fee", "price_unit": 300, "level": "device"}], {device: "1-1"}
        )
        self._billed(contract, "6-1")
        amounts = []
        for end in ("6-21", "6-11", "6-26"):
            contract.device_ids.date_end = day(end)
            contract._propose_fees()
            contract._propose_fees()
            open_ones = contract.charge_ids.correction_ids.filtered(
                lambda each: each.state == "proposed"
            )
            amounts.append(open_ones.mapped("amount"))
            open_ones.action_make()
        self.assertEqual(amounts, [[-100], [-100], [150]])

    def test_the_value_of_a_contract_counts_a_credit_once(self):
        _device, contract, _move = self._device_billed(
            {"price_unit": 0.05},
            {"1-1": 1000, "1-31": 2000},
            ceiling_amount=1000,
            ceiling_basis="net",
        )
        self._price(contract.charge_ids, 0.04).new_move_id.action_post()
        contract.invalidate_recordset()
        self.assertEqual(contract.ceiling_used, 40)

    def test_nobody_writes_what_is_given_back(self):
        device, contract, _move = self._device_billed(
            {"price_unit": 0.05}, {"1-1": 1000, "1-15": 2000, "1-31": 6000}
        )
        self._reject_last(device)
        correction = contract.charge_ids.correction_ids
        mine = correction.with_user(self._staff("accounting"))
        for vals in ({"price_unit": 99}, {"state": "made"}, {"charge_id": 1}, {"pages": 1}):
            with self.subTest(vals), self.assertRaisesRegex(UserError, "follows from readings"):
                mine.write(vals)
        mine.write({"reason": "The reading was wrong"})
        mine.action_dismiss()
        self.assertEqual(correction.state, "dismissed")
        for role in ("technician", "dispatcher"):
            with self.assertRaises(AccessError):
                correction.with_user(self._staff(role)).action_make()
