from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ServiceBillingCommon


@tagged("post_install", "-at_install")
class TestServiceContractCeiling(ServiceBillingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contract = cls.env["service.contract"].create(
            {
                "type_id": cls.env.ref("service_contract.type_service_only").id,
                "customer_id": cls.customer.id,
                "company_id": cls.company.id,
                "currency_id": cls.company.currency_id.id,
                "date_start": "2026-01-01",
                "ceiling_amount": 1000,
                "ceiling_basis": "net",
            }
        )
        cls.contract.action_activate()

    def _fee(self, amount, **vals):
        """A fee under the contract that comes to so much without taxes."""
        vals = {"contract_id": self.contract.id, "quantity": 1, "price_unit": amount, **vals}
        return self._charge(**vals)

    def _used(self):
        self.contract.invalidate_recordset()
        return self.contract.ceiling_used, self.contract.attention

    def test_the_value_is_used_by_what_was_billed(self):
        self._fee(5000, covered=True)
        self._fee(5000, payer="insurer")._bill()
        first = self._fee(790)
        self.assertEqual(self._used(), (0, "no_rate"))
        self.env["service.rate"].create(
            {
                "contract_id": self.contract.id,
                "line_ids": [Command.create({"kind": "labour", "price_unit": 1})],
            }
        )
        move = first._bill()
        self.assertEqual(self._used(), (790, False))
        self.contract.ceiling_basis = "gross"
        self.assertEqual(self._used(), (971.7, "ceiling_near"))
        self._fee(23)._bill()
        self.assertEqual(self._used(), (999.99, "ceiling_near"))
        self._fee(1)._bill()
        self.assertEqual(self._used(), (1001.22, "ceiling_reached"))
        self.assertEqual(self.contract.ceiling_left, -1.22)
        self.assertIn("of the value of contract", self.contract.lint_html)
        move.action_post()
        reversal = move._reverse_moves([{"invoice_date": move.invoice_date}])
        reversal.action_post()
        self.assertEqual(self._used(), (29.52, False))

    def test_people_are_warned_but_not_stopped(self):
        self._fee(1500)._bill()
        self.assertEqual(self.contract.ceiling_used, 1500)

    def test_a_contract_can_stop_at_its_value(self):
        for basis, fits in (("net", 900), ("gross", 800)):
            self.contract.write(
                {"ceiling_basis": basis, "ceiling_stop": True, "ceiling_amount": 1000}
            )
            if basis == "gross":
                self.contract.ceiling_amount += self.contract.ceiling_used
            some = self._fee(fits) + self._fee(150) + self._fee(1)
            other = self._fee(700, contract_id=False)
            self.contract.invalidate_recordset()
            moves = (some + other)._bill()
            self.assertEqual(set(moves.invoice_line_ids.mapped("price_unit")), {fits, 700})
            self.assertEqual(set(some[1:].mapped("state")), {"to_bill"}, "Nor what comes after.")
            with self.assertRaisesRegex(UserError, "stops at its value"):
                some[1:].action_bill()
            some[1:].unlink()

    def test_what_is_charged_in_another_currency_counts(self):
        """As orders do under a contract in euros: 4 zlotys are 1 euro."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        euro.rate_ids.unlink()
        euro.rate_ids.create(
            {
                "currency_id": euro.id,
                "company_id": self.company.id,
                "name": "2026-01-01",
                "inverse_company_rate": 4,
            }
        )
        self.contract = self.contract.copy(
            {"currency_id": euro.id, "ceiling_amount": 100, "ceiling_stop": True}
        )
        self.contract.action_activate()
        self._fee(360)._bill()
        self.contract.invalidate_recordset()
        self.assertEqual((self.contract.ceiling_used, self.contract.ceiling_left), (90, 10))
        self._fee(5, currency_id=euro.id)._bill()
        with self.assertRaisesRegex(UserError, "stops at its value"):
            self._fee(24).action_bill()
        self._fee(20).action_bill()
        self.contract.invalidate_recordset()
        self.assertEqual(self.contract.ceiling_left, 0)

    def test_taxes_are_those_of_the_payer(self):
        """Who pays no Polish VAT does not reach a value with taxes because of it."""
        none = self.env["account.tax"].create({"name": "0 %", "amount": 0})
        abroad = self.env["account.fiscal.position"].create(
            {"name": "Abroad", "tax_ids": [Command.set(none.ids)]}
        )
        none.original_tax_ids = self.vat_23
        self.customer.property_account_position_id = abroad
        self.contract.write({"ceiling_basis": "gross", "ceiling_stop": True})
        self.assertTrue(self._fee(950)._bill())

    def test_what_technicians_read_names_no_amounts(self):
        """They may read the messages and activities of a contract, not its value."""
        self.contract.ceiling_stop = True
        (self._fee(900) + self._fee(150))._bill()
        self.contract.invalidate_recordset()
        told = self.contract.message_ids[0].body
        self.assertIn("1 charges", told)
        told += self.contract._watch_text("ceiling_near")
        self.assertIn("90 %", told)
        self.assertNotRegex(told, "150|900")

    def test_what_waits_for_its_bill_is_not_handed_over(self):
        """Else both customers together would be billed more than the value."""
        self._fee(400)._bill()
        self._fee(300)
        self._fee(200, date="2026-11-01")
        day = fields.Date.to_date("2026-11-01")
        new = self.contract._hand_over(self.stranger, day)
        self.assertEqual(new.ceiling_amount, 300)
        self._fee(300)
        self.contract.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "used up"):
            self.contract._hand_over(self.stranger, day)
