from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ServiceBillingCommon


@tagged("post_install", "-at_install")
class TestAccountMoveCharge(ServiceBillingCommon):
    """A document and its charges are the same to the grosz."""

    def _fine_charges(self):
        """Charges whose own values, summed, miss both the lines and the raw sum."""
        return self.env["service.charge"].create(
            [self._charge_vals(quantity=1, price_unit=0.024) for _ in range(3)]
            + [
                self._charge_vals(quantity=1, price_unit=0.025 + i / 1000, name=f"Page {i}")
                for i in range(6)
            ]
        )

    def test_charges_lines_and_net_are_one_sum(self):
        for method in ("round_globally", "round_per_line"):
            self.company.tax_calculation_rounding_method = method
            charges = self._fine_charges()
            move = charges._bill()
            lines = move.invoice_line_ids
            for line in lines:
                shared = sum(line.service_charge_ids.mapped("amount"))
                self.assertAlmostEqual(shared, line.price_subtotal, 9)
            self.assertAlmostEqual(sum(lines.mapped("price_subtotal")), move.amount_untaxed, 9)
            self.assertAlmostEqual(sum(charges.mapped("amount")), move.amount_untaxed, 9)
            self.assertEqual(move.amount_untaxed, 0.25, method)  # 0.07 + 6 × 0.03
        self.assertEqual(charges[:3].mapped("amount"), [0.02, 0.03, 0.02])
        move.action_post()
        booked = move.line_ids.filtered(lambda line: line.display_type == "product")
        self.assertAlmostEqual(-sum(booked.mapped("balance")), 0.25, 9)

    def test_tax_is_on_the_sum_of_the_lines(self):
        self.company.tax_calculation_rounding_method = "round_globally"
        charges = self.env["service.charge"].create(
            [self._charge_vals(quantity=1, price_unit=33.335, name=f"Part {i}") for i in range(3)]
        )
        move = charges._bill()
        # 3 × 33.34 = 100.02, of which 23 % are 23.0046; 3 × 33.335 would be 100.01 (100.005).
        self.assertRecordValues(move, [{"amount_untaxed": 100.02, "amount_tax": 23.0}])

    def test_correction_takes_back_the_same(self):
        self.company.tax_calculation_rounding_method = "round_globally"
        move = self._fine_charges()._bill()
        move.action_post()
        credit = move._reverse_moves([{"invoice_date": move.invoice_date}])
        self.assertRecordValues(
            credit, [{"amount_untaxed": move.amount_untaxed, "amount_total": move.amount_total}]
        )

    def test_charge_given_back_has_its_own_value_again(self):
        charges = self._fine_charges()
        before = charges.mapped("amount")
        charges._bill().unlink()
        self.assertEqual(charges.mapped("amount"), before)

    def test_changed_draft_is_not_posted(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        for change in (
            lambda move: move.invoice_line_ids.write({"price_unit": 3}),
            lambda move: move.invoice_line_ids.write({"quantity": 1}),
            lambda move: move.write({"partner_id": self.stranger.id}),
            lambda move: move.write({"currency_id": euro.id}),
        ):
            move = self._charge(price_unit=10)._bill()
            change(move)
            with self.assertRaisesRegex(UserError, "no longer says what its charges say"):
                move.action_post()

    def test_price_with_tax_inside_is_not_taken_for_net(self):
        inside = self.vat_23.copy({"name": "23% inside", "price_include_override": "tax_included"})
        self.pages.taxes_id = inside
        move = self._charge(quantity=1, price_unit=123)._bill()
        self.assertEqual(move.amount_untaxed, 100)
        with self.assertRaisesRegex(UserError, "123.00.* net for"):
            move.action_post()

    def test_forgotten_tax_is_refused(self):
        self.pages.taxes_id = False
        move = self._charge()._bill()
        with self.assertRaisesRegex(UserError, "has no tax"):
            move.action_post()
        move.invoice_line_ids.tax_ids = self.vat_23
        move.action_post()
        self.assertEqual(move.state, "posted")

    def test_accountant_without_a_service_role_posts(self):
        move = self._charge()._bill()
        clerk = self._user("charge_clerk", "account.group_account_invoice")
        move.with_user(clerk).action_post()
        self.assertEqual(move.state, "posted")
