from datetime import timedelta

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import ServiceDeviceCommon

# Days ago: just after the receipts of the test, within the tolerance for clocks.
NOW = -1 / 1440


@tagged("post_install", "-at_install")
class TestServiceDeviceStock(ServiceDeviceCommon):
    def test_receipt_makes_devices(self):
        lots = self._receive("SN1", "SN2")
        self.assertEqual(len(lots.service_device_id), 2)
        device = lots[0].service_device_id
        self.assertRecordValues(
            device,
            [
                {
                    "serial": "SN1",
                    "model_id": self.model.id,
                    "lot_id": lots[0].id,
                    "product_id": self.product.id,
                    "status": "in_stock",
                    "owner": "own",
                }
            ],
        )
        self.assertEqual(device.placement_id.stock_location_id, self.stock)
        self.assertIn(lots[0], lots.search([("service_device_id", "=", device.id)]))

    def test_warehouse_clerk_receives_by_picking(self):
        clerk = self.users["warehouse"]
        picking = Form(
            self.env["stock.picking"]
            .with_user(clerk)
            .with_context(default_picking_type_id=self.warehouse.in_type_id.id)
        )
        with picking.move_ids.new() as line:
            line.product_id = self.product
            line.product_uom_qty = 1
        picking = picking.save()
        picking.action_confirm()
        picking.move_ids.move_line_ids.lot_name = "CLERK1"
        picking.move_ids.picked = True
        picking.button_validate()
        device = self.env["service.device"].search([("serial", "=", "CLERK1")])
        self.assertEqual(len(device), 1)
        self.assertEqual(device.with_user(clerk).status, "in_stock")

    def test_receipt_joins_a_device_registered_before(self):
        device = self._create_device("sn9")
        lot = self._receive("SN9")
        self.assertEqual(device.lot_id, lot)
        self.assertEqual(self.env["service.device"].search_count([("lot_id", "=", lot.id)]), 1)

    def test_receipt_of_other_products_makes_none(self):
        product = self.env["product.product"].create(
            {"name": "Phone", "type": "consu", "is_storable": True, "tracking": "serial"}
        )
        self.assertFalse(self._receive("X1", product=product).service_device_id)

    def test_device_product_is_tracked_by_serial(self):
        with self.assertRaisesRegex(ValidationError, "serial"):
            self.product.tracking = "lot"

    def test_location_at_customers_is_outside_every_warehouse(self):
        companies = self.company | self.env["res.company"].create({"name": "Second"})
        for company in companies:
            location = company.service_customer_devices_location_id
            self.assertEqual((location.usage, location.company_id), ("internal", company))
            self.assertFalse(location.warehouse_id)

    def test_location_of_an_earlier_installation_is_taken_back(self):
        """Uninstalled, the addon leaves the location; installed again, it makes no second one."""
        self.env["res.lang"]._activate_lang("pl_PL")
        other = self.env["res.company"].create({"name": "Second"})
        names = {self.company: "Devices at customers", other: "Urządzenia u klientów"}
        for company, name in names.items():
            location = company.service_customer_devices_location_id
            location.name = name
            company.service_customer_devices_location_id = False
            company._create_service_customer_devices_location()
            self.assertEqual(company.service_customer_devices_location_id, location)

    def test_install_and_take_back_move_the_stock(self):
        lot = self._receive("SN1")
        device = lot.service_device_id
        dispatcher = self.users["dispatcher"]
        self.assertFalse(dispatcher.has_group("stock.group_stock_user"))
        later = self.now + timedelta(minutes=1)
        wizard = (
            self.env["service.device.move"]
            .with_user(dispatcher)
            .create(
                {
                    "device_ids": [Command.set(device.ids)],
                    "operation": "install",
                    "customer_id": self.customer.id,
                    "date": later,
                }
            )
        )
        wizard.action_apply()
        self.assertEqual(lot.location_id, self.at_customers)
        move = device.placement_id.stock_move_id
        self.assertEqual((move.state, move.location_dest_id), ("done", self.at_customers))
        self.assertEqual(move.origin, device.name)

        wizard = (
            self.env["service.device.move"]
            .with_user(dispatcher)
            .create(
                {
                    "device_ids": [Command.set(device.ids)],
                    "operation": "take_back",
                    "date": later + timedelta(minutes=1),
                }
            )
        )
        wizard.action_apply()
        self.assertEqual(lot.location_id, self.stock)

    def test_backdated_placement_moves_nothing(self):
        lot = self._receive("SN1")
        self._place(lot.service_device_id, 30)
        self.assertEqual(lot.location_id, self.stock)

    def test_device_of_a_customer_moves_no_stock(self):
        lot = self._receive("SN1")
        device = lot.service_device_id
        placement = self._place(device, NOW, owner="customer")
        self.assertEqual(device.placement_id, placement)
        self.assertFalse(placement.stock_move_id)

    def test_stock_of_another_company_stays_where_it_is(self):
        """A serial number without a company may lie in the stock of two."""
        lot = self._receive("SN1")
        device = lot.service_device_id
        other = self.env["res.company"].create({"name": "Second"})
        theirs = self.env["stock.warehouse"].search([("company_id", "=", other.id)]).lot_stock_id
        lot.company_id = False
        self.env["stock.quant"]._update_available_quantity(self.product, theirs, 1, lot_id=lot)
        self._place(device, NOW)
        held = {quant.location_id: quant.quantity for quant in lot.quant_ids if quant.quantity > 0}
        self.assertEqual(held, {self.at_customers: 1, theirs: 1})

    def test_scrap_leaves_the_stock(self):
        lot = self._receive("SN1")
        self._place(lot.service_device_id, NOW, kind="scrap", customer_id=False, location_id=False)
        self.assertEqual(lot.product_qty, 0)
        self.assertEqual(lot.service_device_id.status, "scrapped")

    def test_device_at_customer_is_never_reserved_by_a_delivery(self):
        lot = self._receive("SN1")
        self._place(lot.service_device_id, NOW)
        move = self.env["stock.move"].create(
            {
                "product_id": self.product.id,
                "product_uom_qty": 1,
                "location_id": self.stock.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "picking_type_id": self.warehouse.out_type_id.id,
                "company_id": self.company.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        self.assertEqual(move.state, "confirmed")
        self.assertFalse(move.move_line_ids)

    def test_device_at_customer_is_never_reserved_by_a_sale_order(self):
        sale_order = self.env.get("sale.order")
        if sale_order is None or "picking_ids" not in sale_order._fields:
            self.skipTest("sale orders that deliver goods need sale_stock, which is not below us")
        lots = self._receive("SN1", "SN2")
        self._place(lots[0].service_device_id, NOW)
        orders = sale_order.create(
            [
                {
                    "partner_id": self.other_customer.id,
                    "order_line": [
                        Command.create({"product_id": self.product.id, "product_uom_qty": 1})
                    ],
                }
            ]
            * 2
        )
        orders.action_confirm()
        orders.picking_ids.action_assign()
        # The one on the shelf is reserved, which shows that reserving works at all.
        self.assertEqual(orders.picking_ids.move_line_ids.lot_id, lots[1])
