from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import ServiceBillingCommon


@tagged("post_install", "-at_install")
class TestServiceChargeBill(ServiceBillingCommon):
    def test_one_line_per_position(self):
        """Equal positions are summed before rounding; other prices and wordings stay apart."""
        charges = (
            self._charge(quantity=1)
            + self._charge(quantity=1)
            + self._charge(quantity=1)
            + self._charge(quantity=10, price_unit=0.03)
            + self._charge(quantity=10, name="Colour pages")
            + self._charge(quantity=10, discount=10)
        )
        move = charges._bill()
        self.assertRecordValues(
            move.invoice_line_ids.sorted("sequence"),
            [
                {"quantity": 3, "price_unit": 0.0285, "discount": 0, "price_subtotal": 0.09},
                {"quantity": 10, "price_unit": 0.03, "discount": 0, "price_subtotal": 0.3},
                {"quantity": 10, "price_unit": 0.0285, "discount": 0, "price_subtotal": 0.29},
                {"quantity": 10, "price_unit": 0.0285, "discount": 10, "price_subtotal": 0.26},
            ],
        )
        self.assertEqual(
            move.invoice_line_ids.sorted("sequence")[0].service_charge_ids, charges[:3]
        )
        self.assertEqual(set(charges.mapped("state")), {"draft"})
        self.assertEqual(charges.move_id, move)

    def test_exact_unit_price_on_the_invoice(self):
        move = self._charge(quantity=123457)._bill()
        move.invoice_line_ids.invalidate_recordset()
        self.assertEqual(move.invoice_line_ids.price_unit, 0.0285)
        self.assertEqual(move.amount_untaxed, 3518.52)  # 3518.5245

    def test_vat_from_product_and_partner(self):
        move = self._charge(quantity=10000)._bill()
        self.assertRecordValues(
            move, [{"amount_untaxed": 285, "amount_tax": 65.55, "amount_total": 350.55}]
        )
        vat_8 = self.vat_23.copy({"amount": 8, "name": "8% test"})
        position = self.env["account.fiscal.position"].create({"name": "Eight percent"})
        vat_8.fiscal_position_ids = position
        vat_8.original_tax_ids = self.vat_23
        self.customer.property_account_position_id = position
        other = self._charge(quantity=10000)._bill()
        self.assertEqual(other.fiscal_position_id, position)
        self.assertRecordValues(other, [{"amount_untaxed": 285, "amount_tax": 22.8}])

    def test_only_what_is_to_be_billed(self):
        charges = (
            self._charge(covered=True) + self._charge(price_unit=0) + self._charge(payer="own")
        )
        self.assertFalse(charges._bill())
        with self.assertRaisesRegex(UserError, "None of the chosen charges"):
            charges.action_bill()
        self.assertEqual(set(charges.mapped("state")), {"covered"})
        billed = self._charge()
        billed._bill()
        self.assertFalse(billed._bill(), "Billing again makes nothing")

    def test_less_than_a_grosz_each_is_not_lost(self):
        charges = self.env["service.charge"].create(
            [self._charge_vals(quantity=1, price_unit=0.004) for _ in range(100)]
        )
        self.assertEqual(set(charges.mapped("state")), {"to_bill"})
        self.assertFalse(charges[0]._bill(), "No invoice of zero: it waits for more")
        self.assertEqual(charges._bill().amount_untaxed, 0.4)
        self.assertAlmostEqual(sum(charges.mapped("amount")), 0.4, 9)

    def test_nothing_or_less_waits(self):
        """There are no invoices of zero, and a correction needs its invoice."""
        rebate = self._charge(quantity=-1, price_unit=10, name="Rebate")
        self.assertFalse(rebate._bill())
        with self.assertRaisesRegex(UserError, "come to nothing or less"):
            rebate.action_bill()
        self.assertFalse((rebate + self._charge(quantity=1, price_unit=10))._bill())
        move = (rebate + self._charge(quantity=1, price_unit=30))._bill()
        self.assertEqual(move.amount_untaxed, 20)
        self.assertEqual(rebate.move_id, move)

    def test_discount_has_bounds(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self._charge(discount=150)

    def test_two_companies_at_once(self):
        """Journal, account and tax of each company's own document."""
        other = self.setup_other_company(name="Second company")["company"]
        self.pages.taxes_id += other.account_sale_tax_id
        moves = (self._charge() + self._charge(company_id=other.id))._bill()
        for move, company in zip(moves, self.company + other, strict=True):
            line = move.invoice_line_ids
            self.assertEqual(
                move.company_id + move.journal_id.company_id + line.tax_ids.company_id, company
            )
            self.assertIn(company, line.account_id.company_ids)

    def test_archived_customer_and_product_are_billed(self):
        """What was used is paid, whatever was tidied up since."""
        charge = self._charge()
        self.customer.action_archive()
        self.pages.action_archive()
        charge._bill().action_post()
        self.assertEqual(charge.state, "billed")

    def test_groups(self):
        """Payer, customer, currency and month of performance make documents of their own."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        charges = (
            self._charge(date="2026-10-01")
            + self._charge(date="2026-10-31")
            + self._charge(date="2026-11-01")
            + self._charge(date="2026-10-31", customer_id=self.stranger.id)
            + self._charge(date="2026-10-31", partner_id=self.stranger.id)
            + self._charge(date="2026-10-31", currency_id=euro.id)
        )
        moves = charges._bill()
        self.assertEqual(len(moves), 5)
        self.assertEqual(charges[0].move_id, charges[1].move_id)
        self.assertEqual(charges[4].move_id.partner_id, self.stranger)
        self.assertEqual(charges[5].move_id.currency_id, euro)

    @freeze_time("2026-11-23")
    def test_dates(self):
        """Issued on the day of posting; VAT belongs to the month of performance."""
        move = (self._charge(date="2026-10-05") + self._charge(date="2026-10-28"))._bill()
        self.assertFalse(move.invoice_date)
        self.assertEqual(str(move.taxable_supply_date), "2026-10-28")
        move.action_post()
        self.assertEqual(str(move.invoice_date), "2026-11-23")
        self.assertEqual(str(move.date), "2026-10-28", "Poland books by the date of supply")
        self.assertEqual(str(move.invoice_date_due), "2026-11-23")

    def test_deleted_draft_gives_charges_back(self):
        charge = self._charge()
        charge._bill().unlink()
        self.assertRecordValues(
            charge, [{"state": "to_bill", "move_line_id": False, "move_id": False}]
        )
        self.assertTrue(charge._bill())

    def test_deleted_line_gives_its_charges_back(self):
        charges = self._charge() + self._charge(name="Colour pages")
        move = charges._bill()
        charges[1].move_line_id.unlink()
        self.assertEqual(charges.mapped("state"), ["draft", "to_bill"])
        self.assertEqual(move.service_charge_ids, charges[0])

    def test_cancelled_document_gives_charges_back_for_good(self):
        charge = self._charge()
        move = charge._bill()
        move.action_post()
        self.assertEqual(charge.state, "billed")
        move.button_cancel()
        self.assertRecordValues(charge, [{"state": "to_bill", "move_id": False}])
        with self.assertRaisesRegex(UserError, "stays cancelled"):
            move.button_draft()
        self.assertNotEqual(charge._bill(), move)

    def test_posted_back_to_draft(self):
        charge = self._charge()
        move = charge._bill()
        move.action_post()
        move.button_draft()
        self.assertEqual(charge.state, "draft")

    def test_accounting_bills(self):
        accounting = self._staff("accounting")
        charge = self._charge()
        action = charge.with_user(accounting).action_bill()
        move = self.env["account.move"].browse(action["res_id"])
        move.with_user(accounting).action_post()
        self.assertEqual(charge.state, "billed")

    def test_account_of_the_product(self):
        account = self.company_data["default_account_revenue"].copy({"code": "709999"})
        self.pages.property_account_income_id = account
        move = self._charge()._bill()
        self.assertEqual(move.invoice_line_ids.account_id, account)

    def test_charge_without_product(self):
        """Company's own default VAT applies where no product says otherwise."""
        move = self._charge(product_id=False, quantity=1, price_unit=100)._bill()
        self.assertEqual(move.invoice_line_ids.tax_ids, self.company.account_sale_tax_id)

    def test_many_charges_few_queries(self):
        small = self.env["service.charge"].create([self._charge_vals() for _ in range(5)])
        large = self.env["service.charge"].create([self._charge_vals() for _ in range(200)])
        (self._charge())._bill()  # warm
        self.env.flush_all()
        start = self.env.cr.sql_log_count
        small._bill()
        self.env.flush_all()
        of_small = self.env.cr.sql_log_count - start
        start = self.env.cr.sql_log_count
        large._bill()
        self.env.flush_all()
        self.assertLessEqual(self.env.cr.sql_log_count - start, of_small + 5)
