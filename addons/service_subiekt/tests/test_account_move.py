from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ServiceSubiektCommon


@tagged("post_install", "-at_install")
class TestAccountMove(ServiceSubiektCommon):
    def test_posting_hands_over(self):
        self.pages.default_code = "STR-MONO"
        move = self._posted(quantity=10000)
        exchange = move.subiekt_exchange_id
        self.assertRecordValues(
            exchange,
            [
                {
                    "key": f"service.settlement/{move.id}",
                    "state": "waiting",
                    "amount_total": 350.55,
                    "res_model": "account.move",
                    "res_id": move.id,
                }
            ],
        )
        self.assertEqual(move.service_issue_state, "waiting")
        [document] = self._sent(move).trade_documents
        self.assertIn(f"[SRV:service.settlement/{move.id}]", document.header.notes)
        self.assertIn(move.name, document.header.notes)
        self.assertEqual(document.header.sale_date, move.taxable_supply_date)
        self.assertEqual(document.header.issue_date, move.invoice_date)
        [line] = document.lines
        self.assertEqual(
            (line.qty, line.price_net, line.value_net, line.value_vat, line.vat_percent),
            tuple(map(Decimal, ("10000", "0.0285", "285", "65.55", "23"))),
        )

    def test_finer_price_goes_as_one_service(self):
        """Money of Subiekt has four decimals: no rounding of a page price, one sum instead."""
        move = self._posted(quantity=100000, price_unit=0.028571)
        [line] = self._sent(move).trade_documents[0].lines
        self.assertEqual(move.amount_untaxed, 2857.1)
        self.assertEqual((line.qty, line.price_net), (Decimal(1), Decimal("2857.1")))
        self.assertEqual(line.value_net, Decimal("2857.1"))
        self.assertEqual(line.oneoff_name, "Mono pages")
        self.assertRegex(line.oneoff_description, r"^100000 \S+ x 0.028571 PLN$")

    def test_discount(self):
        move = self._posted(quantity=3, price_unit=10, discount=12.5)
        [line] = self._sent(move).trade_documents[0].lines
        self.assertEqual(
            (line.qty, line.price_net, line.discount_percent, line.value_net),
            tuple(map(Decimal, ("3", "10", "12.5", "26.25"))),
        )

    def test_line_with_two_vat_rates(self):
        draft = self._charge()._bill()
        draft.invoice_line_ids.tax_ids += self.vat_23.copy({"name": "Another"})
        with self.assertRaisesRegex(UserError, "exactly one VAT rate"):
            draft.action_post()

    def test_number_comes_back(self):
        move = self._posted(quantity=10000)
        self.assertFalse(move._is_fiscally_complete())
        self._come_back(move)
        self.assertRecordValues(
            move,
            [
                {
                    "service_external_number": "FS 15/2026",
                    "service_external_date": move.invoice_date,
                    "service_issue_state": "issued",
                    "service_fiscally_complete": True,
                }
            ],
        )
        self.assertTrue(move.name.startswith("ROZ/"))
        self.assertIn("FS 15/2026", move.message_ids[0].body)
        self._come_back(move)
        told = [body for body in move.message_ids.mapped("body") if "FS 15/2026" in body]
        self.assertEqual(len(told), 1, "Importing again says nothing new")

    def test_difference_is_told(self):
        move = self._posted(quantity=10000)
        self._come_back(move, gross=Decimal("350.56"))
        self.assertIn("differs", move.message_ids[0].body)
        self.assertEqual(move.amount_total, 350.55)

    def test_nothing_leaves_before_the_number(self):
        move = self._posted()
        with self.assertRaisesRegex(UserError, "has not come back"):
            self.env["account.move.send"]._generate_and_send_invoices(move)
        person = self._person("accounting")
        self.assertFalse(move.with_user(person).has_access("read"))
        self._come_back(move)
        self.assertTrue(move.with_user(person).has_access("read"))

    def test_handed_over_stays(self):
        move = self._posted()
        for button in (move.button_draft, move.button_cancel):
            with self.assertRaisesRegex(UserError, "handed over to Subiekt"):
                button()

    def test_corrections_are_made_there(self):
        move = self._posted()
        correction = move._reverse_moves([{"invoice_date": move.invoice_date}])
        correction.action_post()
        self.assertFalse(correction.subiekt_exchange_id)
        self.assertEqual(correction.service_issue_state, "not_issued")

    def test_company_without_a_connection(self):
        """Another program without a connector: the number is typed by hand."""
        self.backend.unlink()
        move = self._posted()
        self.assertFalse(move._is_fiscally_complete())
        move.service_external_number = "FV 1/2026"
        self.assertTrue(move._is_fiscally_complete())

    def test_accounting_posts(self):
        accounting = self._staff("accounting")
        draft = self._charge()._bill()
        draft.with_user(accounting).action_post()
        self.assertEqual(draft.subiekt_exchange_id.state, "waiting")
        draft.with_user(accounting).action_open_subiekt_exchange()
