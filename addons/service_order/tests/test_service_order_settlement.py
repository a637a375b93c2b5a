from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

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

    def test_without_contract_all_is_payable(self):
        order = self._finished_order(self.free_device)
        order.action_settle()
        self.assertEqual(order.amount_payable, 84.0 * 2 + 180.0)
        self.assertEqual(set(order.charge_ids.mapped("state")), {"to_bill"})

    def test_planned_parts_are_not_used_parts(self):
        order = self._create_order()
        self._create_line(self._create_visit(order))
        with self.assertRaisesRegex(UserError, "Not marked as used"):
            order.action_settle()

    def test_technician_does_not_settle(self):
        order = self._finished_order()
        with self.assertRaisesRegex(AccessError, "dispatchers and accounting"):
            order.with_user(self.technician_user).action_settle()
        order.with_user(self.accountant).action_settle()
        self.assertEqual(order.stage_kind, "done")


PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)
