from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import ServiceOrderCommon


@tagged("post_install", "-at_install")
class TestServiceOrderSettlement(ServiceOrderCommon):
    def _finished_order(self, device=None):
        """An order with labour, a covered roller and one broken by the customer."""
        order = self._create_order(device)
        visit = self._create_visit(order, work_minutes=60, signature=PIXEL, signed_by="Anna")
        self._create_line(visit)
        self._create_line(visit, customer_fault=True)
        visit.action_start()
        visit.action_finish()
        return order

    def test_fault_under_lease_makes_exactly_that_part_payable(self):
        order = self._finished_order()
        self.assertEqual(order.stage_kind, "to_settle")
        order.with_user(self.dispatcher).action_settle()
        payable = order.charge_ids.filtered(lambda charge: charge.state == "to_bill")
        self.assertRecordValues(
            payable, [{"amount": 84.0, "payer": "customer", "rule": "fault", "quantity": 1.0}]
        )
        covered = order.charge_ids - payable
        self.assertEqual(sorted(covered.mapped("kind")), ["labour", "part"])
        self.assertEqual(set(covered.mapped("state")), {"covered"})
        self.assertTrue(all(self.contract.name in charge.reason for charge in covered))
        self.assertEqual((order.stage_kind, order.amount_payable), ("done", 84.0))

    def test_settling_twice_makes_the_same_charges(self):
        order = self._finished_order()
        order.action_settle()
        charges = order.charge_ids
        order.action_settle()
        order.line_ids._settle()
        self.assertEqual(order.charge_ids, charges)
        self.assertEqual(len(charges), 3)

    def test_invoice_has_the_payable_part_at_its_cost(self):
        order = self._finished_order()
        order.action_settle()
        order.with_user(self.accountant).action_bill()
        invoice = order.charge_ids.move_id
        self.assertRecordValues(
            invoice.invoice_line_ids.filtered("product_id"),
            [{"product_id": self.part.id, "quantity": 1.0, "price_unit": 84.0}],
        )
        line = order.line_ids.filtered("customer_fault")
        moves = invoice.invoice_line_ids.filtered("product_id")._get_stock_moves()
        self.assertEqual(moves, line.stock_move_id)
        self.assertEqual(moves.location_dest_id.usage, "customer")

    def test_manager_is_told_who_bills(self):
        order = self._finished_order()
        order.action_settle()
        with self.assertRaisesRegex(AccessError, "Only accounting makes invoices"):
            order.with_user(self.manager).action_bill()

    def test_without_contract_all_is_payable(self):
        order = self._finished_order(self.free_device)
        order.action_settle()
        self.assertEqual(order.amount_payable, 84.0 * 2 + 180.0)
        self.assertEqual(set(order.charge_ids.mapped("state")), {"draft"})

    def test_planned_parts_are_not_used_parts(self):
        order = self._create_order()
        self._create_line(self._create_visit(order))
        with self.assertRaisesRegex(UserError, "Not marked as used"):
            order.action_settle()

    def test_work_of_a_visit_to_come_or_called_off_is_not_charged(self):
        order = self._order_with_part()
        visit = self._create_visit(order)
        work = self.env["service.order.line"].create({"visit_id": visit.id, "kind": "labour"})
        order.action_settle()
        self.assertEqual((work.state, order.charge_ids.kind), ("draft", "part"))
        visit.action_cancel()
        with self.assertRaisesRegex(UserError, "Not marked as used: .*Labour"):
            order.action_settle()
        work.unlink()
        order.action_settle()
        self.assertEqual(order.stage_kind, "done")

    def test_settled_order_is_not_given_away(self):
        """Its charges would be billed all the same."""
        order = self._order_with_part()
        order.billing = "monthly"
        order.action_settle()
        with self.assertRaisesRegex(UserError, "is settled already"):
            order.with_user(self.manager).write({"billing": "none", "billing_note": "Gift"})

    def test_corrected_to_zero_and_billed_again(self):
        """It is earned once, and the cost of the goods goes with the new invoice."""
        order = self._order_with_part()
        order.action_settle()
        invoice = order.charge_ids.move_id.with_user(self.accountant)
        invoice.action_post()
        invoice._correct_to_zero("Wrong buyer")
        order.with_user(self.accountant).action_bill()
        again = order.charge_ids.move_id - invoice
        self.assertEqual(again.invoice_line_ids._get_stock_moves(), order.line_ids.stock_move_id)
        self.env.flush_all()
        order.invalidate_recordset()
        row = self.env["service.order.analysis"].browse(order.id)
        self.assertEqual((order.income, row.income), (84, 84))

    def _order_with_part(self, **vals):
        """An order of the office with one used part, without a visit."""
        order = self._create_order(self.free_device)
        line = self.env["service.order.line"].create(
            {
                "order_id": order.id,
                "kind": "part",
                "product_id": self.part.id,
                "stock_location_id": self.technician.van_location_id.id,
                **vals,
            }
        )
        line.action_use()
        return order

    def test_month_of_the_work_not_of_the_settlement(self):
        with freeze_time("2026-10-31 15:00:00"):
            order = self._order_with_part()
        with freeze_time("2026-11-02 09:00:00"):
            order.action_settle()
        self.assertEqual(str(order.charge_ids.date), "2026-10-31")

    def test_cover_of_the_day_of_the_work(self):
        with freeze_time("2026-10-31 15:00:00"):
            order = self._order_with_part()
            order.device_id = self.device
        self.contract.device_ids._leave(fields.Date.to_date("2026-11-01"))
        with freeze_time("2026-11-02 09:00:00"):
            order.action_settle()
            order.action_settle()  # the first time it says that the device makes a difference
        self.assertTrue(order.charge_ids.covered)

    def test_changed_price_goes_to_a_person_first(self):
        order = self._order_with_part()
        self.part.list_price = 100
        warning = order.with_user(self.dispatcher).action_settle()
        self.assertEqual(warning["params"]["type"], "warning")
        self.assertIn("84", warning["params"]["message"])
        self.assertFalse(order.charge_ids)
        told = order.message_ids[0].tracking_value_ids
        self.assertEqual((told.old_value_float, told.new_value_float), (84, 100))
        self.assertFalse(order.with_user(self.dispatcher).action_settle())
        self.assertEqual(order.charge_ids.amount, 100)

    def test_price_shown_is_the_price_charged(self):
        """A percentage of a price list gives more decimals than a product's own price has."""
        self.customer.specific_property_product_pricelist = self.env["product.pricelist"].create(
            {
                "name": "A third off",
                "item_ids": [
                    Command.create({"compute_price": "percentage", "percent_price": 33.3})
                ],
            }
        )
        order = self._order_with_part(quantity=10)
        order.line_ids.invalidate_recordset()
        shown = order.line_ids.amount
        order.action_settle()
        self.assertEqual((shown, order.charge_ids.amount), (560.28, 560.28))

    def test_price_that_nobody_set_is_no_gift(self):
        self.part.list_price = 0
        order = self._order_with_part()
        with self.assertRaisesRegex(UserError, "without a price: Roller"):
            order.with_user(self.dispatcher).action_settle()
        order.line_ids.with_user(self.manager).override_reason = "Sample"
        order.with_user(self.dispatcher).action_settle()
        self.assertRecordValues(order.charge_ids, [{"amount": 0, "reason": "Sample"}])

    def test_price_list_may_say_zero(self):
        self.customer.specific_property_product_pricelist = self.env["product.pricelist"].create(
            {
                "name": "Free rollers",
                "item_ids": [Command.create({"compute_price": "fixed", "fixed_price": 0})],
            }
        )
        order = self._order_with_part()
        order.action_settle()
        self.assertEqual(order.charge_ids.amount, 0)

    def test_part_leaves_as_it_is_paid(self):
        """Found to be the customer's fault after it was used: own use becomes a delivery."""
        order = self._order_with_part()
        line = order.line_ids
        own_use = self.company.service_consumption_location_id
        delivery = line.stock_move_id.location_dest_id
        self.assertEqual(delivery.usage, "customer")
        line.with_user(self.manager).write({"covered": True, "override_reason": "Goodwill"})
        order.action_settle()
        self.assertEqual(line.stock_move_id.location_dest_id, own_use)
        moves = self.env["stock.move"].search([("origin", "=", order.name)])
        self.assertEqual(set(moves.mapped("state")), {"done"})
        quants = self.env["stock.quant"]
        for location, quantity in (
            (self.technician.van_location_id, 4),
            (delivery, 0),
            (own_use, 1),
        ):
            found = quants.search(
                [("product_id", "=", self.part.id), ("location_id", "=", location.id)]
            )
            self.assertEqual(sum(found.mapped("quantity")), quantity, location.name)

    def test_charged_order_keeps_its_customer_and_stays(self):
        order = self._order_with_part()
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            order.unlink()
        order.action_settle()
        with self.assertRaisesRegex(UserError, "is charged already"):
            order.with_user(self.dispatcher).write(
                {"customer_id": self.stranger.id, "location_id": False, "device_id": False}
            )
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            order.unlink()
        for vals in ({"customer_fault": True}, {"discount": 50, "override_reason": "Late"}):
            with self.assertRaisesRegex(UserError, "settled line does not change"):
                order.line_ids.with_user(self.manager).write(vals)
        order.write({"customer_id": order.customer_id.id, "description": "as it was"})
        self._create_order().unlink()

    def test_what_comes_late_is_not_forgotten(self):
        order = self._order_with_part()
        order.action_settle()
        self.assertEqual(order.stage_kind, "done")
        late = order.line_ids.with_user(self.dispatcher).create(
            {"order_id": order.id, "kind": "labour", "quantity": 2}
        )
        self.assertEqual(order.stage_kind, "to_settle")
        order.with_user(self.dispatcher).action_settle()
        self.assertEqual((order.stage_kind, late.charge_id.amount), ("done", 360))

    def test_goods_come_back_after_the_settlement(self):
        for billing, told in (("monthly", False), ("now", True)):
            order = self._order_with_part()
            order.billing = billing
            line = order.line_ids.with_user(self.dispatcher)
            with self.assertRaisesRegex(UserError, "has left no stock"):
                line.action_return_settled()
            order.action_settle()
            line.action_return_settled()
            moves = self.env["stock.move"].search([("origin", "=", order.name)])
            self.assertFalse(sum(move.quantity * (move.is_out - move.is_in) for move in moves))
            self.assertEqual(order.charge_ids.state, "draft" if told else "covered")
            notes = str(order.activity_ids.mapped("summary"))
            self.assertEqual("with a credit note" in notes, told)
            with self.assertRaisesRegex(UserError, "is back already"):
                line.action_return_settled()

    def test_technician_does_not_settle(self):
        order = self._finished_order()
        with self.assertRaisesRegex(AccessError, "dispatchers and accounting"):
            order.with_user(self.technician_user).action_settle()
        order.with_user(self.accountant).action_settle()
        self.assertEqual(order.stage_kind, "done")

    def test_a_limit_is_consumed_once_and_over_it_the_customer_pays(self):
        row = self.contract.type_id.coverage_ids.filtered(lambda row: row.item_kind == "part")
        row.write({"mode": "limit", "limit_value": 3})
        first, second = self._create_order(), self._create_order()
        for order in (first, second):
            self._create_line(self._create_visit(order), quantity=2).action_use()
        self.assertEqual(second.line_ids.covered, True, "each alone is within the limit")
        contracts = self.env.registry["service.contract"]
        with patch.object(contracts, "_claim_limits", autospec=True) as claimed:
            first.with_user(self.dispatcher).action_settle()
        self.assertEqual(claimed.call_args.args[0], first.contract_id, "nobody else does so now")
        used = first.charge_ids.filtered("coverage_id")
        self.assertRecordValues(used, [{"coverage_id": row.id, "coverage_used": 2.0}])
        warning = second.with_user(self.dispatcher).action_settle()
        self.assertIn(second.line_ids.name, warning["params"]["message"])
        self.assertFalse(second.charge_ids, "what has changed goes to a person first")
        second.with_user(self.dispatcher).action_settle()
        self.assertRecordValues(
            second.charge_ids.sorted("id"),
            [
                {"payer": "own", "quantity": 1.0, "coverage_used": 1.0, "amount": 0.0},
                {"payer": "customer", "quantity": 1.0, "coverage_used": 0.0, "amount": 84.0},
            ],
        )
        self.assertEqual((second.line_ids.price_unit, second.amount_payable), (42.0, 84.0))
        second.with_user(self.accountant).action_bill()
        line = second.charge_ids.move_id.invoice_line_ids.filtered("product_id")
        self.assertEqual(line._get_stock_moves(), second.line_ids.stock_move_id)


PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)
