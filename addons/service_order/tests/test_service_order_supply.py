from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ServiceOrderCommon


@tagged("post_install", "-at_install")
class TestServiceOrderSupply(ServiceOrderCommon):
    """Parts that are missing are brought or bought; then the order goes on by itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.main = cls.env["service.technician"]._get_default_stock_location(cls.company)
        cls.vendor = cls.env["res.partner"].create({"name": "Parts Ltd"})
        cls.bought = cls._create_part(
            "Fuser", seller_ids=[Command.create({"partner_id": cls.vendor.id, "price": 300})]
        )

    def _waiting_order(self, *products):
        order = self._create_order(user_id=self.dispatcher.id)
        visit = self._create_visit(order)
        for product in products:
            self._create_line(visit, product)
        order.action_accept()
        order.with_user(self.technician_user).action_get_parts()
        return order

    def _receive(self, purchase):
        purchase.button_confirm()
        purchase.picking_ids.move_ids.write({"quantity": 1, "picked": True})
        purchase.picking_ids.button_validate()

    def test_brought_from_the_main_stock(self):
        part = self._create_part("Belt")
        self.env["stock.quant"]._update_available_quantity(part, self.main, 1)
        order = self._waiting_order(part)
        line = order.line_ids
        self.assertEqual(order.stage_kind, "waiting_parts")
        picking = line.supply_move_id.picking_id
        self.assertRecordValues(
            picking,
            [
                {
                    "location_id": self.main.id,
                    "location_dest_id": self.technician.van_location_id.id,
                    "state": "assigned",
                    "origin": order.name,
                }
            ],
        )
        self.assertIn(picking.name, line.with_user(self.technician_user).waits_for)
        with self.assertRaises(AccessError):
            picking.with_user(self.technician_user).write({"origin": "mine"})
        picking.move_ids.picked = True
        picking.button_validate()
        self.assertFalse(line.is_waiting)
        self.assertEqual(order.stage_kind, "planned", "its visit is still to come")
        self.assertIn("All parts are there", order.activity_ids.mapped("summary"))
        self.assertEqual(order.activity_ids.user_id, self.dispatcher)
        # Nobody's order: whoever reported it, as a customer in the panel, has no desk.
        order.activity_ids.unlink()
        order.user_id = False
        order._tell_parts_arrived()
        self.assertEqual(order.activity_ids.user_id, order._get_dispatchers())

    def test_rest_of_a_transfer_is_waited_for(self):
        """A backorder brings the rest; without one somebody is told. The visit goes on meanwhile,
        and the next one brings what has come."""
        belt, drum = (self._create_part(name) for name in ("Belt", "Drum"))
        for part in (belt, drum):
            self.env["stock.quant"]._update_available_quantity(part, self.main, 2)
        order = self._create_order(user_id=self.dispatcher.id)
        visit = self._create_visit(order)
        lines = self._create_line(visit, belt, quantity=2) | self._create_line(visit, drum)
        order.with_user(self.technician_user).action_get_parts()
        picking = lines.supply_move_id.picking_id
        first, second = picking.move_ids
        first.write({"quantity": 1, "picked": True})
        picking.with_context(skip_backorder=True).button_validate()
        rest = picking.backorder_ids
        self.assertEqual(lines.supply_move_id.picking_id, rest)
        self.assertEqual(lines.mapped("is_waiting"), [True, True])
        self.assertIn(rest.name, lines[0].waits_for)
        visit.with_user(self.technician_user).action_finish()
        self.assertEqual(
            (lines.mapped("state"), order.stage_kind), (["draft"] * 2, "waiting_parts")
        )
        rest.move_ids.picked = True
        rest.with_context(skip_backorder=True).button_validate()
        self.assertEqual((lines.mapped("is_waiting"), order.stage_kind), ([False] * 2, "accepted"))
        again = self._create_visit(order)
        self.assertEqual((lines.visit_id, order.stage_kind), (again, "planned"))
        again.action_finish()
        self.assertEqual(lines.mapped("state"), ["used", "used"])
        self.assertFalse(any(lines.mapped("is_short")))

    def test_too_few_came(self):
        part = self._create_part("Belt")
        self.env["stock.quant"]._update_available_quantity(part, self.main, 2)
        order = self._create_order(user_id=self.dispatcher.id)
        line = self._create_line(self._create_visit(order), part, quantity=2)
        order.action_get_parts()
        line.supply_move_id.write({"quantity": 1, "picked": True})
        picking = line.supply_move_id.picking_id
        picking.with_context(
            skip_backorder=True, picking_ids_not_to_backorder=picking.ids
        ).button_validate()
        self.assertTrue(line.is_waiting)
        self.assertIn("get it again", line.waits_for)
        self.assertIn("Too few of", order.activity_ids.mapped("summary")[-1])
        self.assertEqual(order.stage_kind, "waiting_parts")
        order.action_get_parts()
        self.assertEqual(line.supply_move_id.product_uom_qty, 1)
        line.supply_move_id.picking_id.action_cancel()
        self.assertIn("get it again", line.waits_for)
        line.with_user(self.technician_user).action_use()
        self.assertFalse(line.is_waiting, "it was used: it came another way")

    def test_bought_on_the_open_draft_then_brought(self):
        first = self._waiting_order(self.bought)
        second = self._waiting_order(self.bought)
        purchase = (first.line_ids | second.line_ids).purchase_line_id.order_id
        self.assertEqual(len(purchase), 1, "the draft is used again")
        self.assertEqual(len(purchase.order_line), 2)
        self.assertEqual(purchase.origin, f"{first.name}, {second.name}")
        with self.assertRaisesRegex(UserError, "No part is missing"):
            first.action_get_parts()
        first.visit_ids.action_cancel()
        self._receive(purchase)
        line = first.line_ids
        self.assertTrue(line.is_waiting, "it is on the shelf, not in the van")
        self.assertEqual(line.supply_move_id.location_id, self.main)
        picking = line.supply_move_id.picking_id
        picking.move_ids.picked = True
        picking.button_validate()
        self.assertEqual(first.stage_kind, "accepted")
        self.assertFalse(line.is_waiting)

    def test_nobody_sells_it_or_it_is_not_missing(self):
        with self.assertRaisesRegex(UserError, "Enter a vendor"):
            self._waiting_order(self._create_part("Rare"))
        with self.assertRaisesRegex(UserError, "No part is missing"):
            self._waiting_order(self.part)
        order = self._create_order()
        self._create_line(self._create_visit(order), self.bought)
        with self.assertRaisesRegex(AccessError, "Only the order's technician"):
            order.with_user(self.accountant).action_get_parts()
