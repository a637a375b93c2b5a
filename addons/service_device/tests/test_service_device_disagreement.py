from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ServiceDeviceCommon

NOW = -1 / 1440


@tagged("post_install", "-at_install")
class TestServiceDeviceDisagreement(ServiceDeviceCommon):
    def _rows(self, *lots_or_devices):
        rows = self.env["service.device.disagreement"].with_user(self.users["warehouse"]).search([])
        return rows.filtered(
            lambda row: row.device_id in lots_or_devices or row.lot_id in lots_or_devices
        )

    def _count(self, lot, location, quantity):
        """Correct the stock by hand, as an inventory does."""
        quants = self.env["stock.quant"].with_context(inventory_mode=True)
        quants.create(
            {
                "product_id": lot.product_id.id,
                "lot_id": lot.id,
                "location_id": location.id,
                "inventory_quantity": quantity,
            }
        ).action_apply_inventory()

    def _move_by_hand(self, lot, target):
        quant = lot.quant_ids.filtered(lambda quant: quant.quantity > 0)
        quant.move_quants(location_dest_id=target)

    def _shelf(self):
        return self.env["stock.location"].create(
            {"name": "Shelf", "usage": "internal", "location_id": self.stock.id}
        )

    def test_agreement_is_silent(self):
        lots = self._receive("SN1", "SN2")
        device = lots[0].service_device_id
        self._place(device, NOW)
        self._create_device("THEIRS", customer_id=self.customer.id, owner="customer")
        self.assertFalse(self._rows(lots[0], lots[1], device))

    def test_elsewhere_settled_by_the_register(self):
        lot = self._receive("SN1")
        self._place(lot.service_device_id, NOW)
        self._move_by_hand(lot, self.stock)
        row = self._rows(lot)
        self.assertRecordValues(
            row,
            [
                {
                    "kind": "elsewhere",
                    "quant_location_id": self.stock.id,
                    "status": "installed",
                    "customer_id": self.customer.id,
                }
            ],
        )
        row.action_follow_register()
        self.assertEqual(lot.location_id, self.at_customers)
        self.assertFalse(self._rows(lot))

    def test_elsewhere_settled_by_the_stock(self):
        lot = self._receive("SN1")
        shelf = self._shelf()
        self._move_by_hand(lot, shelf)
        row = self._rows(lot)
        self.assertEqual(row.kind, "elsewhere")
        device = lot.service_device_id
        # The receipt was within this second.
        self._shift(device)
        row.action_follow_stock()
        self.assertEqual(device.placement_id.stock_location_id, shelf)
        self.assertFalse(self._rows(lot))

    def _shift(self, device):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE service_device_placement SET date_start = date_start - interval '1 hour'"
            " WHERE device_id = %s",
            [device.id],
        )
        self.env.invalidate_all()

    def test_gone_from_stock(self):
        lot = self._receive("SN1")
        self._count(lot, self.stock, 0)
        row = self._rows(lot)
        self.assertEqual(row.kind, "gone")
        with self.assertRaisesRegex(UserError, "cannot be settled this way"):
            row.action_follow_stock()
        row.action_follow_register()
        self.assertEqual(lot.location_id, self.stock)
        self.assertFalse(self._rows(lot))

    def test_not_ours_but_in_our_stock(self):
        lot = self._receive("SN1")
        device = lot.service_device_id
        self._place(device, NOW, owner="customer")
        row = self._rows(lot)
        self.assertEqual(row.kind, "sold")
        row.action_follow_register()
        self.assertEqual(lot.location_id.usage, "customer")
        self.assertFalse(self._rows(lot))

    def test_unregistered_serial(self):
        lot = self.env["stock.lot"].create({"name": "OLD1", "product_id": self.product.id})
        self.product.service_device_model_id = False
        self._count(lot, self.stock, 1)
        self.product.service_device_model_id = self.model
        lot.service_device_ids.unlink()
        row = self._rows(lot)
        self.assertEqual(row.kind, "unregistered")
        row.action_follow_stock()
        device = lot.service_device_id
        self.assertEqual((device.serial, device.status), ("OLD1", "in_stock"))
        self.assertEqual(device.placement_id.stock_location_id, self.stock)
        self.assertFalse(self._rows(lot))

    def test_unlinked_device(self):
        device = self._create_device("sn9")
        row = self._rows(device)
        self.assertEqual(row.kind, "unlinked")
        with self.assertRaisesRegex(UserError, "no stock serial number"):
            row.action_follow_register()
        lot = self.env["stock.lot"].create({"name": "SN9", "product_id": self.product.id})
        row.action_follow_register()
        self.assertEqual(device.lot_id, lot)
        self.assertEqual(self._rows(device).kind, "gone")

    def test_product_of_another_model(self):
        lot = self._receive("SN1")
        device = lot.service_device_id
        other = self.model.copy()
        device.model_id = other
        row = self._rows(device)
        self.assertEqual(row.kind, "model")
        row.action_follow_stock()
        self.assertEqual(device.model_id, self.model)

    def test_many_at_once(self):
        lots = self._receive("SN1", "SN2", "SN3")
        for lot in lots:
            self._place(lot.service_device_id, NOW)
            self._move_by_hand(lot, self.stock)
        self._rows(*lots).action_follow_register()
        self.assertEqual(lots.location_id, self.at_customers)
        self.assertEqual(set(lots.service_device_id.mapped("status")), {"installed"})

    def test_dispatcher_does_not_settle_stock(self):
        rows = self.env["service.device.disagreement"].with_user(self.users["dispatcher"])
        self.assertFalse(rows.has_access("read"))
