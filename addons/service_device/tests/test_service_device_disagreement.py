from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import ServiceDeviceCommon

NOW = -1 / 1440


@tagged("post_install", "-at_install")
class TestServiceDeviceDisagreement(ServiceDeviceCommon):
    def _rows(self, *lots_or_devices):
        rows = self.env["service.device.disagreement"].with_user(self.users["warehouse"]).search([])
        return rows.filtered(
            lambda row: row.device_id in lots_or_devices or row.lot_id in lots_or_devices
        )

    def _misplace(self, lot, target):
        """Let the stock say something that no transfer has told."""
        quants = self.env["stock.quant"]
        for quant in lot.quant_ids.filtered(lambda quant: quant.quantity > 0):
            quants._update_available_quantity(lot.product_id, quant.location_id, -1, lot_id=lot)
        quants._update_available_quantity(lot.product_id, target, 1, lot_id=lot)
        self.env.invalidate_all()

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
        self._misplace(lot, self.stock)
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
        self._misplace(lot, shelf)
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
        row.action_follow_register()
        self.assertEqual(lot.location_id, self.stock)
        self.assertFalse(self._rows(lot))

    def test_lost_from_stock(self):
        lot = self._receive("SN1")
        self._count(lot, self.stock, 0)
        self._rows(lot).action_follow_stock()
        self.assertEqual(lot.service_device_id.status, "scrapped")
        self.assertFalse(self._rows(lot))

    def test_gone_to_the_customers_without_a_name(self):
        """A delivery without a partner: the register asks for the customer, or fetches it back."""
        lot = self._receive("SN1")
        device = lot.service_device_id
        customers = self.customer.property_stock_customer
        self._transfer(lot, customers)
        self.assertEqual(device.status, "in_stock")
        row = self._rows(lot)
        self.assertEqual(row.kind, "gone")
        action = row.action_follow_stock()
        wizard = Form(self.env["service.device.move"].with_context(**action["context"]))
        self.assertEqual((wizard.operation, wizard.owner), ("install", "customer"))
        with self.env.cr.savepoint() as savepoint:
            wizard.customer_id = self.customer
            wizard.save().action_apply()
            self.assertEqual((device.owner, device.customer_id), ("customer", self.customer))
            self.assertFalse(self._rows(lot))
            savepoint.rollback()
        self._rows(lot).action_follow_register()
        self.assertEqual(lot.location_id, self.stock)
        inside = lot.quant_ids.filtered(lambda quant: quant.location_id.usage != "supplier")
        self.assertEqual(sum(inside.mapped("quantity")), 1)
        self.assertFalse(self._rows(lot))

    def test_at_customers_without_a_name(self):
        lot = self._receive("SN1")
        device = lot.service_device_id
        self._transfer(lot, self.at_customers)
        row = self._rows(lot)
        self.assertEqual((row.kind, device.status), ("elsewhere", "in_stock"))
        action = row.action_follow_stock()
        self.assertEqual(action["res_model"], "service.device.move")
        wizard = Form(self.env["service.device.move"].with_context(**action["context"]))
        wizard.customer_id = self.customer
        wizard.save().action_apply()
        self.assertEqual((device.status, device.customer_id), ("installed", self.customer))
        self.assertFalse(self._rows(lot))

    def test_in_stock_twice(self):
        lot = self._receive("SN1")
        shelf = self._shelf()
        self.env["stock.quant"]._update_available_quantity(self.product, shelf, 1, lot_id=lot)
        row = self._rows(lot)
        self.assertEqual(row.kind, "double")
        with self.assertRaisesRegex(UserError, "cannot be settled this way"):
            row.action_follow_stock()
        row.action_follow_register()
        quants = lot.quant_ids.filtered(
            lambda quant: quant.quantity > 0 and quant.location_id.usage == "internal"
        )
        self.assertEqual((quants.location_id, sum(quants.mapped("quantity"))), (self.stock, 1))
        self.assertFalse(self._rows(lot))

    def test_in_the_stock_of_another_company(self):
        other = self.env["res.company"].create({"name": "Second"})
        stock = self.env["stock.warehouse"].search([("company_id", "=", other.id)]).lot_stock_id
        lot = self._receive("SN1")
        lot.company_id = False
        device = lot.service_device_id
        self._misplace(lot, stock)
        clerk = self.users["warehouse"]
        clerk.company_ids |= other
        rows = self.env["service.device.disagreement"].with_user(clerk)
        rows = rows.with_context(allowed_company_ids=(self.company | other).ids)
        row = rows.search([("lot_id", "=", lot.id)])
        self.assertEqual(row.kind, "company")
        row.action_follow_stock()
        self.assertEqual((device.company_id, device.placement_id.company_id), (other, other))
        self.assertFalse(rows.search([("lot_id", "=", lot.id)]))

    def test_one_bad_row_does_not_stop_the_others(self):
        good, bad = self._receive("SN1", "SN2")
        self._misplace(good, self._shelf())
        self._misplace(bad, self.at_customers)
        action = self._rows(good, bad).action_follow_stock()
        self.assertEqual(action["tag"], "display_notification")
        self.assertIn("SN2", action["params"]["message"])
        self.assertNotIn("SN1", action["params"]["message"])
        self.assertEqual(self._rows(good, bad).lot_id, bad)

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
            row.action_follow_stock()
        lot = self.env["stock.lot"].create({"name": "SN9", "product_id": self.product.id})
        row.action_follow_stock()
        self.assertEqual(device.lot_id, lot)
        self.assertEqual(self._rows(device).kind, "gone")

    def test_unlinked_device_gets_a_serial_number(self):
        device = self._create_device("sn9")
        self._rows(device).action_follow_register()
        self.assertEqual((device.lot_id.name, device.lot_id.location_id), ("sn9", self.stock))
        self.assertEqual(len(device.placement_ids), 1)
        self.assertFalse(self._rows(device))

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
            self._misplace(lot, self.stock)
        self._rows(*lots).action_follow_register()
        self.assertEqual(lots.location_id, self.at_customers)
        self.assertEqual(set(lots.service_device_id.mapped("status")), {"installed"})

    def test_dispatcher_does_not_settle_stock(self):
        rows = self.env["service.device.disagreement"].with_user(self.users["dispatcher"])
        self.assertFalse(rows.has_access("read"))
