from datetime import timedelta

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import ServiceDeviceCommon

NOW = -1 / 1440


@tagged("post_install", "-at_install")
class TestServiceDeviceTransfer(ServiceDeviceCommon):
    """A done transfer of a serial number places its device, exactly once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls._receive("SN1")
        cls.device = cls.lot.service_device_id
        cls.customers = cls.customer.property_stock_customer
        cls.suppliers = cls.env.ref("stock.stock_location_suppliers")
        cls.shelf = cls.env["stock.location"].create(
            {"name": "Shelf", "usage": "internal", "location_id": cls.stock.id}
        )

    def _assert_placed(self, device=None, **expected):
        """The newest placement says so, and it is one more than there was before the transfer."""
        device = device or self.device
        self.assertRecordValues(device.placement_id, [expected])
        self.assertEqual(device.status, device.placement_id.status)

    def _disagreements(self):
        return self.env["service.device.disagreement"].search([("lot_id", "=", self.lot.id)])

    def _move(self, lots, source, target, **vals):
        """Move serial numbers without a transfer."""
        places = {"location_id": source.id, "location_dest_id": target.id}
        line = {"product_id": self.product.id, "quantity": 1} | places
        move = {
            "product_id": self.product.id,
            "product_uom_qty": len(lots),
            "picked": True,
            "move_line_ids": [Command.create(line | {"lot_id": lot.id}) for lot in lots],
        }
        move = self.env["stock.move"].create(move | places | vals)
        move._action_done()
        return move

    # --- each transfer makes its placement ---

    def test_delivery_of_a_sold_device(self):
        moves = self.env["stock.move"].search_count([])
        picking = self._transfer(self.lot, self.customers, partner=self.site)
        self._assert_placed(
            kind="customer",
            status="installed",
            owner="customer",
            customer_id=self.customer.id,
            location_id=self.site.id,
            operation="install",
            stock_move_id=picking.move_ids.id,
            date_start=self._get_start(picking.move_ids),
            note=picking.name,
        )
        self.assertEqual(len(self.device.placement_ids), 2)
        self.assertEqual(self.env["stock.move"].search_count([]), moves + 1)
        self.assertFalse(self._disagreements())

    def _get_start(self, move):
        """Received and delivered within one second of a test: one comes after the other."""
        first = min(self.device.placement_ids.mapped("date_start"))
        return max(move.move_line_ids.date, first + timedelta(seconds=1))

    def test_delivery_to_a_person_of_the_customer(self):
        person = self.env["res.partner"].create({"name": "Anna", "parent_id": self.customer.id})
        self._transfer(self.lot, self.customers, partner=person)
        self._assert_placed(
            kind="customer", owner="customer", customer_id=self.customer.id, location_id=False
        )

    def test_return_from_a_customer_is_ours_again(self):
        self._transfer(self.lot, self.customers, partner=self.site)
        self._transfer(self.lot, self.shelf, self.customers, partner=self.customer)
        self._assert_placed(
            kind="stock",
            status="in_stock",
            owner="own",
            customer_id=False,
            location_id=False,
            stock_location_id=self.shelf.id,
            operation="take_back",
        )
        self.assertEqual(len(self.device.placement_ids), 3)
        self.assertFalse(self._disagreements())

    def test_return_with_an_owner_stays_the_owners(self):
        self._transfer(self.lot, self.customers, partner=self.site)
        self._transfer(
            self.lot, self.stock, self.customers, partner=self.customer, owner=self.customer
        )
        self._assert_placed(
            kind="stock",
            status="withdrawn",
            owner="customer",
            customer_id=self.customer.id,
            location_id=self.site.id,
        )

    def test_our_device_to_a_customer_and_back(self):
        self._transfer(self.lot, self.at_customers, partner=self.site)
        self._assert_placed(
            kind="customer",
            status="installed",
            owner="own",
            customer_id=self.customer.id,
            location_id=self.site.id,
        )
        self._transfer(self.lot, self.stock)
        self._assert_placed(kind="stock", status="in_stock", customer_id=False)
        self.assertEqual(self.lot.location_id, self.stock)
        self.assertEqual(len(self.device.placement_ids), 3)

    def test_buy_out_by_delivery(self):
        """Sold where it stands: the owner changes, the place does not, even if nobody is named."""
        for partner in (self.customer, None):
            with self.subTest(partner), self.env.cr.savepoint() as savepoint:
                self._place(self.device, NOW, status="loaned")
                self._transfer(self.lot, self.customers, partner=partner)
                self._assert_placed(
                    owner="customer",
                    status="installed",
                    customer_id=self.customer.id,
                    location_id=self.site.id,
                    operation="owner",
                )
                savepoint.rollback()

    def test_from_shelf_to_shelf(self):
        """A prepared device stays prepared, one in the workshop stays there and the customer's."""
        self._place(
            self.device, NOW, kind="workshop", owner="customer", stock_location_id=self.stock.id
        )
        self._transfer(self.lot, self.shelf)
        self._assert_placed(
            kind="workshop",
            status="in_workshop",
            owner="customer",
            customer_id=self.customer.id,
            stock_location_id=self.shelf.id,
        )
        other = self._receive("SN2")
        device = other.service_device_id
        vals = {"kind": "stock", "status": "prepared", "customer_id": False, "location_id": False}
        self._place(device, NOW, **vals)
        self._transfer(other, self.shelf)
        self._assert_placed(device, status="prepared", stock_location_id=self.shelf.id)

    def test_in_transit(self):
        transit = self.company.internal_transit_location_id
        self._transfer(self.lot, transit)
        self._assert_placed(kind="courier", status="with_courier", stock_location_id=transit.id)
        self.assertFalse(self._disagreements())
        self._transfer(self.lot, self.stock, transit)
        self._assert_placed(kind="stock", status="in_stock", stock_location_id=self.stock.id)

    def test_back_to_the_vendor_and_received_again(self):
        self._transfer(self.lot, self.suppliers)
        self._assert_placed(
            kind="stock", status="withdrawn", stock_location_id=self.suppliers.id, owner="own"
        )
        self.assertFalse(self._disagreements())
        self._transfer(self.lot, self.stock, self.suppliers)
        self._assert_placed(kind="stock", status="in_stock", stock_location_id=self.stock.id)

    def test_scrap(self):
        scrap = self.env["stock.scrap"].create(
            {"product_id": self.product.id, "lot_id": self.lot.id, "location_id": self.stock.id}
        )
        scrap.do_scrap()
        self._assert_placed(kind="scrap", status="scrapped", operation="scrap", note=scrap.name)
        self.assertFalse(self._disagreements())

    def test_drop_shipped_device_is_registered_at_the_customer(self):
        lot = self.env["stock.lot"].create({"name": "DROP", "product_id": self.product.id})
        self._move(lot, self.suppliers, self.customers, partner_id=self.site.id)
        device = lot.service_device_id
        self._assert_placed(device, kind="customer", owner="customer", customer_id=self.customer.id)
        self.assertEqual(len(device.placement_ids), 1)

    def test_options_go_along(self):
        option_lot = self._receive("OPT")
        option = option_lot.service_device_id
        option.parent_id = self.device
        plain = self._create_device("TRAY", parent_id=self.device.id)
        self._transfer(self.lot, self.at_customers, partner=self.site)
        self.assertEqual(set((option | plain).mapped("status")), {"installed"})
        self.assertEqual(option_lot.location_id, self.at_customers)
        self.assertEqual(len(option.placement_ids), 2)

    def test_many_at_once(self):
        lots = self._receive(*(f"M{number}" for number in range(20)))
        move = self._move(lots, self.stock, self.at_customers, partner_id=self.site.id)
        devices = lots.service_device_id
        self.assertEqual(devices.location_id, self.site)
        self.assertEqual(devices.placement_id.stock_move_id, move)

    # --- what cannot be told is left to a person ---

    def test_what_cannot_be_told_places_nothing(self):
        for target, partner in (
            (self.at_customers, None),
            (self.customers, None),
            (self.customers, self.company.partner_id),
        ):
            with self.subTest(target.name), self.env.cr.savepoint() as savepoint:
                self._transfer(self.lot, target, partner=partner)
                self.assertEqual(len(self.device.placement_ids), 1)
                self.assertTrue(self._disagreements())
                savepoint.rollback()

    def test_counted_off_places_nothing(self):
        self._count(self.lot, self.stock, 0)
        self.assertEqual(len(self.device.placement_ids), 1)
        self.assertEqual(self._disagreements().kind, "gone")
        self._count(self.lot, self.shelf, 1)
        self.assertEqual(self.device.placement_id.stock_location_id, self.shelf)
        self.assertFalse(self._disagreements())

    def test_counted_in_while_it_is_at_a_customer(self):
        self._place(self.device, NOW)
        self._count(self.lot, self.at_customers, 0)
        self._count(self.lot, self.stock, 1)
        self.assertEqual(self.device.status, "installed")
        self.assertEqual(self._disagreements().kind, "elsewhere")

    def test_receipt_entered_after_the_installation(self):
        """A device registered at its customer without stock is joined, and stays there."""
        device = self._create_device("LATE", customer_id=self.customer.id)
        lot = self._receive("LATE")
        self.assertEqual((device.lot_id, device.status), (lot, "installed"))
        self.assertEqual(len(device.placement_ids), 1)

    # --- one fact, told once ---

    def test_placement_and_transfer_do_not_start_each_other(self):
        moves = self.env["stock.move"].search_count([])
        self._place(self.device, NOW)
        self.assertEqual(self.env["stock.move"].search_count([]), moves + 1)
        self.assertEqual(len(self.device.placement_ids), 2)
        self.device.placement_id.stock_move_id._service_carry_devices()
        self.assertEqual(len(self.device.placement_ids), 2)

    def test_a_move_places_once(self):
        picking = self._transfer(self.lot, self.at_customers, partner=self.site)
        picking.move_ids._service_carry_devices()
        self.assertEqual(len(self.device.placement_ids), 2)
        self.env.cr.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = 'service_device_placement'"
        )
        self.assertTrue(
            any(
                "UNIQUE" in definition and "(device_id, stock_move_id)" in definition
                for (definition,) in self.env.cr.fetchall()
            )
        )

    def test_register_was_first(self):
        """Installed as sold by the wizard, then delivered: the delivery tells nothing new."""
        self._place(self.device, NOW, owner="customer")
        self._transfer(self.lot, self.customers, partner=self.customer)
        self.assertEqual(len(self.device.placement_ids), 2)
        self.assertFalse(self._disagreements())

    def test_later_facts_are_not_rewritten(self):
        """A transfer that is dated before what is recorded already places nothing."""
        self._place(self.device, NOW)
        vals = self.device.placement_id.stock_move_id.move_line_ids
        early = self.device._get_carried_start(self.now - timedelta(days=1))
        self.assertIsNone(early)
        self.assertTrue(self.device._get_carried_start(vals.date))

    def test_people_without_service_roles_validate_transfers(self):
        clerk = new_test_user(self.env, "plain_clerk", groups="stock.group_stock_user")
        self._transfer(self.lot, self.customers, partner=self.site, user=clerk)
        self.assertEqual(self.device.placement_id.user_id, clerk)
        self.assertEqual(self.device.owner, "customer")

    def test_what_stock_has_moved_is_not_deleted(self):
        self._transfer(self.lot, self.at_customers, partner=self.site)
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            self.device.placement_id.unlink()
