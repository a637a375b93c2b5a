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
        self.assertEqual(refund.taxable_supply_date, move.taxable_supply_date)

    def test_what_was_raised_is_not_corrected_to_zero_without_it(self):
        _device, contract, move = self._device_billed(
            {"price_unit": 0.05}, {"1-1": 1000, "1-31": 2000}
        )
        up = self._price(contract.charge_ids, 0.06)
        with self.assertRaisesRegex(UserError, "has a correction already"):
            move._correct_to_zero("wrong buyer")
        up.new_move_id.unlink()
        with self.assertRaisesRegex(UserError, "has a correction already"):
            move._correct_to_zero("wrong buyer")
        up.new_charge_id.write({"covered": True, "reason": "not needed"})
        refund = move._correct_to_zero("wrong buyer")
        self.assertEqual(refund.taxable_supply_date, move.taxable_supply_date)

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
