from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.base.tests.common import BaseCommon


class ServiceDeviceCommon(BaseCommon):
    """A customer with two locations, a device model with its product, one user for each role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.now = fields.Datetime.now()
        cls.category = cls.env["service.device.category"].create({"name": "Copiers"})
        cls.manufacturer = cls.env["service.device.manufacturer"].create({"name": "Testmaker"})
        cls.model = cls.env["service.device.model"].create(
            {
                "name": "T100",
                "manufacturer_id": cls.manufacturer.id,
                "category_id": cls.category.id,
            }
        )
        cls.product = cls.env["product.product"].create(
            {
                "name": "Testmaker T100",
                "type": "consu",
                "is_storable": True,
                "tracking": "serial",
                "service_device_model_id": cls.model.id,
            }
        )
        cls.customer, cls.other_customer = cls.env["res.partner"].create(
            [{"name": "Test Customer", "is_company": True}, {"name": "Other", "is_company": True}]
        )
        cls.site, cls.other_site = cls.env["res.partner"].create(
            [
                {"name": "Main Site", "type": "location", "parent_id": cls.customer.id},
                {"name": "Other Site", "type": "location", "parent_id": cls.other_customer.id},
            ]
        )
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.stock = cls.warehouse.lot_stock_id
        cls.at_customers = cls.company.service_customer_devices_location_id
        cls.users = {
            role: new_test_user(
                cls.env, f"device_{role}", groups=f"service_customer.group_service_{role}"
            )
            for role in (
                "technician",
                "dispatcher",
                "manager",
                "warehouse",
                "accounting",
                "administrator",
            )
        }

    @classmethod
    def _create_device(cls, serial, **vals):
        """A device in stock since a year ago, unless the values say otherwise."""
        return cls.env["service.device"].create(
            {
                "serial": serial,
                "model_id": cls.model.id,
                "date_placed": cls.now - timedelta(days=365),
            }
            | vals
        )

    @classmethod
    def _receive(cls, *serials, product=None, user=None):
        """Receive serial numbers into the warehouse (as the user, if given); returns the lots."""
        product = product or cls.product
        supplier = cls.env.ref("stock.stock_location_suppliers")
        env = cls.env(user=user) if user else cls.env
        move = env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": len(serials),
                "location_id": supplier.id,
                "location_dest_id": cls.stock.id,
                "company_id": cls.company.id,
                "picked": True,
                "move_line_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "lot_name": serial,
                            "quantity": 1,
                            "location_id": supplier.id,
                            "location_dest_id": cls.stock.id,
                            "company_id": cls.company.id,
                        }
                    )
                    for serial in serials
                ],
            }
        )
        move.picking_type_id = cls.warehouse.in_type_id
        move._action_done()
        return move.move_line_ids.lot_id.with_env(cls.env)

    @classmethod
    def _place(cls, device, days_ago, **vals):
        """Place a device at the test customer, the given number of days ago."""
        return cls.env["service.device.placement"].create(
            {
                "device_id": device.id,
                "date_start": cls.now - timedelta(days=days_ago),
                "kind": "customer",
                "customer_id": cls.customer.id,
                "location_id": cls.site.id,
            }
            | vals
        )

    @classmethod
    def _count(cls, lot, location, quantity):
        """Correct the stock by hand, as an inventory does."""
        quants = cls.env["stock.quant"].with_context(inventory_mode=True)
        quants.create(
            {
                "product_id": lot.product_id.id,
                "lot_id": lot.id,
                "location_id": location.id,
                "inventory_quantity": quantity,
            }
        ).action_apply_inventory()

    @classmethod
    def _transfer(cls, lot, target, source=None, partner=None, user=None, owner=None):
        """Move a serial number by a transfer, validated by a person; returns the picking."""
        source = source or lot.location_id
        kinds = {
            ("internal", "internal"): cls.warehouse.int_type_id,
            ("internal", "customer"): cls.warehouse.out_type_id,
            ("internal", "supplier"): cls.warehouse.out_type_id,
        }
        kind = kinds.get((source.usage, target.usage), cls.warehouse.in_type_id)
        places = {"location_id": source.id, "location_dest_id": target.id}
        line = {"product_id": lot.product_id.id, "lot_id": lot.id, "quantity": 1}
        move = {
            "product_id": lot.product_id.id,
            "product_uom_qty": 1,
            "picked": True,
            "move_line_ids": [Command.create(line | places | {"owner_id": owner and owner.id})],
        }
        env = cls.env(user=user) if user else cls.env
        picking = env["stock.picking"].create(
            {
                "picking_type_id": kind.id,
                "partner_id": partner and partner.id,
                "owner_id": owner and owner.id,
                "move_ids": [Command.create(move | places)],
            }
            | places
        )
        picking.button_validate()
        assert picking.state == "done", picking.state
        return picking.with_env(cls.env)
