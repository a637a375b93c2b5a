from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class ServiceDeviceDisagreement(models.Model):
    """How a disagreement is settled: the stock follows the register, or the other way round."""

    _inherit = "service.device.disagreement"

    def action_follow_register(self):
        """Bring the stock to where the register says the devices are."""
        return self._settle(
            {
                "elsewhere": type(self)._settle_move_stock,
                "gone": type(self)._settle_bring_back,
                "sold": type(self)._settle_move_stock,
                "unlinked": type(self)._settle_make_serial,
                "double": type(self)._settle_count_off,
            }
        )

    def action_follow_stock(self):
        """Bring the register to what the stock says."""
        return self._settle(
            {
                "elsewhere": type(self)._settle_place,
                "sold": type(self)._settle_place,
                "gone": type(self)._settle_leave,
                "unregistered": type(self)._settle_register,
                "unlinked": type(self)._settle_link_serial,
                "model": type(self)._settle_model,
                "company": type(self)._settle_company,
            }
        )

    def _settle(self, ways):
        """Settle each row by the method for its kind; a bad one does not stop the others.

        :param dict ways: kind -> method, which may return an action that asks for what is missing
        :return: an action or None
        """
        self.env["service.device"].check_access("create")
        if len(self) == 1:
            return self._settle_one(ways)
        refused = []
        for row in self:
            try:
                with self.env.cr.savepoint():
                    if row._settle_one(ways):
                        raise UserError(self.env._("Say at whose place it is: settle it alone."))
            except UserError as error:
                name = (row.device_id or row.lot_id).display_name
                refused.append(f"{name}: {error}")
        return self._tell_refused(refused) if refused else None

    def _tell_refused(self, refused):
        """An action that names what could not be settled; the list behind it is new."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "title": self.env._("%s could not be settled", len(refused)),
                "message": "\n".join(refused),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _settle_one(self, ways):
        self.ensure_one()
        if self.kind not in ways:
            labels = dict(self._fields["kind"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "“%s” cannot be settled this way: choose the other one, or correct the"
                    " device by hand.",
                    labels[self.kind],
                )
            )
        action = ways[self.kind](self)
        self.env.invalidate_all()
        return action

    # --- the stock follows ---

    def _settle_move_stock(self):
        self.placement_id._move_stock(settle=True)

    def _settle_bring_back(self):
        """Bring the serial number back from the customers, else count it in, to where it is."""
        # Serial numbers are never counted in blindly: the register knows where this one is, and
        # whoever settles may register devices; the stock follows as with every placement.
        placement = self.placement_id.sudo()
        lot = placement.device_id.lot_id
        if any(
            quant.quantity > 0 and quant.location_id.usage == "customer" for quant in lot.quant_ids
        ):
            placement._move_stock(settle=True)
        else:
            self._count(lot, placement._get_target_stock_location() or placement._get_shelf(), 1)

    def _settle_make_serial(self):
        """Join the device to its stock serial number, which is made and counted in if need be."""
        device = self.device_id
        if not device._find_stock_serial():
            # sudo: as when a serial number is counted in.
            products = device.model_id.sudo().product_ids.product_variant_ids
            if len(products) == 1:
                products.env["stock.lot"].create(
                    {
                        "name": device.serial,
                        "product_id": products.id,
                        "company_id": device.company_id.id,
                    }
                )
        self._settle_link_serial()
        # sudo: as when a serial number is counted in.
        placement = device.sudo().placement_id
        lot = placement.device_id.lot_id
        if not any(quant.quantity > 0 for quant in lot.quant_ids):
            self._count(lot, placement._get_target_stock_location() or placement._get_shelf(), 1)

    def _settle_count_off(self):
        """Keep the piece that lies where the register says, and count the others off."""
        # sudo: as when a serial number is counted in.
        placement = self.placement_id.sudo()
        quants = placement.device_id.lot_id.quant_ids.filtered(
            lambda quant: quant.quantity > 0 and quant.location_id.usage in ("internal", "transit")
        )
        target = placement._get_target_stock_location()
        kept = quants.filtered(lambda quant: quant.location_id == target)[:1] or quants[:1]
        for quant in quants:
            self._count(quant.lot_id, quant.location_id, int(quant == kept))
        placement._move_stock(settle=True)

    def _count(self, lot, location, pieces):
        """Correct the stock of a serial number as a count does."""
        # sudo: the right to settle was checked, see above.
        quants = self.env["stock.quant"].sudo().with_context(inventory_mode=True)
        quants.create(
            {
                "product_id": lot.product_id.id,
                "lot_id": lot.id,
                "location_id": location.id,
                "inventory_quantity": pieces,
            }
        ).action_apply_inventory()

    # --- the register follows ---

    def _settle_place(self):
        """Record that the device is where the stock has it; ask for a customer nobody has named."""
        vals = {
            "device_id": self.device_id.id,
            "date_start": fields.Datetime.now(),
            "owner": "own",
            "kind": "stock",
            "stock_location_id": self.quant_location_id.id,
        }
        if self.quant_location_id == self.company_id.service_customer_devices_location_id:
            customer = self.placement_id.customer_id
            if not customer:
                return self.device_id._open_move_wizard("install")
            vals |= {
                "kind": "customer",
                "stock_location_id": False,
                "customer_id": customer.id,
                "location_id": self.placement_id.location_id.id,
            }
        self._place(vals)
        return None

    def _settle_leave(self):
        """Record how the device left our stock: sold, back at the vendor, else scrapped."""
        # sudo: stock moves are read for what they say of this device only.
        device = self.device_id.sudo()
        line = (
            self.env["stock.move.line"]
            .sudo()
            .search(
                [("lot_id", "=", device.lot_id.id), ("state", "=", "done")],
                order="date desc, id desc",
                limit=1,
            )
        )
        vals = line._service_prepare_placement_vals(device) if line else {}
        if not vals and line.location_dest_id.usage == "customer":
            action = self.device_id._open_move_wizard("install")
            action["context"]["default_owner"] = "customer"
            return action
        vals = vals or line._service_prepare_kept_vals(device.placement_id, "scrap") | {
            "operation": "scrap",
            "note": self.env._("No longer in stock"),
        }
        self._place(
            vals
            | {
                "device_id": device.id,
                "date_start": fields.Datetime.now(),
                "stock_location_id": vals["kind"] == "stock" and vals["stock_location_id"],
                # The move is over, and may have been told already.
                "stock_move_id": False,
            }
        )
        return None

    def _place(self, vals):
        start = self.device_id._get_carried_start(vals["date_start"])
        if not start:
            raise UserError(
                self.env._(
                    "Something later is recorded of %s already. Move it from its own page.",
                    self.device_id.name,
                )
            )
        self.env["service.device.placement"].create(vals | {"date_start": start})

    def _settle_register(self):
        """Register the serial number as a device that is in stock."""
        lot = self.lot_id
        self.env["service.device"].create(
            {
                "serial": lot.name,
                "model_id": lot.product_id.service_device_model_id.id,
                "lot_id": lot.id,
                "company_id": self.company_id.id,
                "placement_ids": [
                    Command.create(
                        {
                            "date_start": fields.Datetime.now(),
                            "kind": "stock",
                            "stock_location_id": self.quant_location_id.id,
                        }
                    )
                ],
            }
        )

    def _settle_link_serial(self):
        """Join the device to the stock serial number with the same number and model."""
        device = self.device_id
        lot = device._find_stock_serial()
        if not lot:
            raise UserError(
                self.env._(
                    "There is no stock serial number %(serial)s of a product of the model"
                    " %(model)s. Receive it, or correct the device.",
                    serial=device.serial,
                    model=device.model_id.display_name,
                )
            )
        device.lot_id = lot

    def _settle_model(self):
        """Correct the device's model to that of the product under which the stock has it."""
        model = self.lot_id.product_id.service_device_model_id
        if not model:
            raise UserError(
                self.env._(
                    "The product “%s” has no device model. Set it on the product first.",
                    self.lot_id.product_id.display_name,
                )
            )
        self.device_id.model_id = model

    def _settle_company(self):
        """Hand the device over to the company in whose stock it lies."""
        company = self.quant_location_id.company_id
        self.device_id.company_id = company
        self._place(
            {
                "device_id": self.device_id.id,
                "date_start": fields.Datetime.now(),
                "kind": "stock",
                "owner": "own",
                "stock_location_id": self.quant_location_id.id,
            }
        )
