from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ServiceBillingCommon
from .common_period import ServicePeriodCommon, day


@tagged("post_install", "-at_install")
class TestServiceCorrection(ServicePeriodCommon, ServiceBillingCommon):
    """Nothing that was sent changes silently: `trade.md` 9."""

    def _billed(self, contract, until):
        charges = self._settle(contract, until)
        moves = charges._bill()
        moves.action_post()
        return moves

    def test_fewer_pages_are_given_back_at_their_price(self):
        device = self._make_device("SN-1")
        self._take(device, {"1-1": 1000, "1-15": 2000, "1-31": 6000})
        contract = self._contract([{"price_unit": 0.05, "tiers": {3001: 0.04}}], {device: "1-1"})
        move = self._billed(contract, "2-1")
        self.assertEqual(move.amount_untaxed, 150 + 80)
        device.meter_ids.last_reading_id._decide("rejected", "typo")
        correction = contract.charge_ids.correction_ids
        # 5,000 pages cost 230; the 1,000 that are true cost 50.
        self.assertEqual((correction.pages, correction.amount), (4000, -180))
        correction.action_make()
        refund = correction.new_charge_id.move_id
        self.assertEqual((refund.move_type, refund.reversed_entry_id), ("out_refund", move))
        self.assertEqual(refund.amount_untaxed, 180)
        refund.action_post()
        ledger = device.meter_ids.filtered("value")
        rows = self.env["service.consumption"].search([("meter_id", "=", ledger.id)])
        self.assertEqual(sum(rows.mapped("pages")), 1000)
        self.env.flush_all()
        [sums] = self.env["service.billing.report"]._read_group(
            [("contract_id", "=", contract.id)], [], ["amount:sum", "pages:sum"]
        )
        self.assertEqual(sums, (50, 1000))
        self._take(device, {"2-28": 2500})
        self.assertEqual(sum(self._settle(contract, "3-1").mapped("pages")), 500)

    def test_to_zero_bills_the_same_again_for_another_payer(self):
        device = self._make_device("SN-1")
        self._take(device, {"1-1": 1000, "1-31": 2000})
        contract = self._contract([{"price_unit": 0.05}], {device: "1-1"})
        move = self._billed(contract, "2-1")
        old = move.service_charge_ids
        refund = move._correct_to_zero("wrong buyer", self.stranger)
        self.assertEqual((refund.state, refund.amount_untaxed), ("posted", 50))
        self.assertFalse(contract._open_from(), "Now it may end earlier.")
        self.assertFalse(refund.taxable_supply_date, "VAT falls in the month of the correction.")
        for undone in (refund, move):
            with self.assertRaises(UserError):
                undone.button_draft()
        new = contract.charge_ids - old
        self.assertEqual((new.state, new.partner_id, new.amount), ("to_bill", self.stranger, 50))
        self.assertFalse(old.consumption_ids)
        self.assertEqual(sum(new.consumption_ids.mapped("pages")), 1000)
        self.assertEqual(self._statement(contract, "2-1").state, "nothing")
        self.env.flush_all()
        report = self.env["service.billing.report"]
        domain = [("contract_id", "=", contract.id)]
        [(earned, pages)] = report._read_group(domain, [], ["amount:sum", "pages:sum"])
        self.assertEqual((earned, pages), (50, 1000), "What was taken back is not earned.")
        with self.assertRaisesRegex(UserError, "stands in the way"):
            move._correct_to_zero("again")

    def test_a_price_is_corrected_up_and_down_by_the_difference(self):
        device = self._make_device("SN-1")
        self._take(device, {"1-1": 1000, "1-31": 2000})
        contract = self._contract([{"price_unit": 0.05}], {device: "1-1"})
        charge = self._billed(contract, "2-1").service_charge_ids
        amounts = []
        for price in (0.06, 0.04):
            wizard = self.env["service.correction.price"].create(
                {"charge_id": charge.id, "price_unit": price, "reason": "annex"}
            )
            wizard.action_correct()
            move = charge.correction_ids.new_charge_id.move_id.filtered(
                lambda move: move.state == "draft"
            )
            amounts.append((move.move_type, move.amount_untaxed, move.taxable_supply_date))
            move.action_post()
        # More was due from the beginning; less counts in the month of the correction.
        self.assertEqual(amounts, [("out_invoice", 10, day("1-31")), ("out_refund", 20, False)])

    def test_a_higher_price_agreed_later_counts_for_vat_since_then(self):
        device = self._make_device("SN-1")
        self._take(device, {"1-1": 1000, "1-31": 2000})
        contract = self._contract([{"price_unit": 0.05}], {device: "1-1"})
        charge = self._billed(contract, "2-1").service_charge_ids
        vals = {"charge_id": charge.id, "price_unit": 0.06, "reason": "annex"}
        for wrong in ("1-30", "12-31"):
            wizard = self.env["service.correction.price"].create(vals | {"cause_date": day(wrong)})
            with freeze_time("2026-06-15"), self.assertRaisesRegex(UserError, "The cause arose"):
                wizard.action_correct()
        wizard.cause_date = day("3-5")
        wizard.action_correct()
        self.company.tax_lock_date = day("2-28")
        move = charge.correction_ids.new_move_id
        self.assertEqual(move.taxable_supply_date, day("3-5"))
        move.taxable_supply_date = day("1-31")
        with self.assertRaisesRegex(UserError, "counts for VAT with"):
            move.action_post()

    def test_a_correction_keeps_the_rate_of_what_it_corrects(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        euro.rate_ids.unlink()
        self.env["res.currency.rate"].create(
            [
                {"name": day(when), "currency_id": euro.id, "inverse_company_rate": rate}
                for when, rate in (("1-1", 4.0), ("3-1", 5.0))
            ]
        )
        device = self._make_device("SN-1")
        self._take(device, {"1-1": 1000, "1-31": 2000})
        contract = self._contract([{"price_unit": 0.05}], {device: "1-1"}, currency_id=euro.id)
        move = self._billed(contract, "2-1")
        wizard = self.env["service.correction.price"].create(
            {"charge_id": move.service_charge_ids.id, "price_unit": 0.04, "reason": "annex"}
        )
        wizard.action_correct()
        refund = contract.charge_ids.correction_ids.new_move_id
        refund.action_post()
        zero = move._correct_to_zero("wrong buyer")
        self.assertEqual(move.amount_untaxed_signed, 200)
        self.assertEqual((refund.amount_untaxed, refund.amount_untaxed_signed), (10, -40))
        self.assertEqual((zero.amount_untaxed, zero.amount_untaxed_signed), (40, -160))

    def test_a_credit_note_by_hand_says_that_nothing_is_charged_again(self):
        move = self._posted(quantity=1000)
        credit = move._reverse_moves([{}])
        self.assertTrue(credit.service_credited_by_hand)
        credit.action_post()
        with self.assertRaisesRegex(UserError, "made by hand"):
            move._correct_to_zero("wrong buyer")

    def test_an_estimate_too_high_is_given_back_at_the_end(self):
        device = self._make_device("SN-1")
        self._take(device, {"1-1": 1000, "1-31": 2000})
        contract = self._contract(
            [{"price_unit": 0.05}], {device: "1-1"}, estimate_policy="trend", date_end=day("4-10")
        )
        self._billed(contract, "3-15")
        estimate = contract.consumption_ids.filtered(lambda row: row.kind == "estimate")
        self.assertGreater(estimate.life_to, 2500)
        self._take(device, {"4-10": 2500})
        self._settle(contract, "5-1")
        correction = contract.charge_ids.correction_ids
        self.assertEqual(correction.kind, "estimate")
        self.assertEqual(correction.pages, estimate.life_to - 2500)
        self.assertEqual(sum(contract.consumption_ids.mapped("pages")), 1500)
        # Whoever has the device next pays for these pages.
        with self.assertRaisesRegex(UserError, "paid twice"):
            correction.action_dismiss()
        with self.cr.savepoint() as savepoint:
            correction.move_id._reverse_moves([{}]).action_post()
            correction.action_dismiss()
            self.assertEqual(correction.state, "dismissed")
            savepoint.rollback()
        # Billed to another buyer it is the same: what was estimated too high is his.
        wrong = correction.move_id
        pages = sum(wrong.service_charge_ids.mapped("pages"))
        wrong._correct_to_zero("wrong buyer", self.stranger)
        self.assertEqual(correction.state, "proposed")
        correction.action_make()
        new = correction.new_move_id
        self.assertEqual(new.partner_id, self.stranger)
        self.assertEqual(new.amount_untaxed, (pages - correction.pages) * 0.05)

    def test_a_fee_paid_in_advance_is_given_back_by_days(self):
        device = self._make_device("SN-1")
        contract = self._contract(
            [{"kind": "base_fee", "price_unit": 300, "level": "device"}], {device: "1-1"}
        )
        self._billed(contract, "6-1")
        contract.device_ids._leave(day("6-21"))
        self.env["res.lang"]._activate_lang("pl_PL")
        contract.customer_id.lang = "pl_PL"
        contract._propose_fees()
        contract._propose_fees()
        correction = contract.charge_ids.correction_ids
        self.assertEqual((len(correction), correction.amount), (1, -100))
        self.assertIn("wyłączone", correction.reason, "The customer reads it.")
