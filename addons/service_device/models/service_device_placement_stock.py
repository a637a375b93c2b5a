from odoo import models
from odoo.fields import Command


class ServiceDevicePlacement(models.Model):
    """Our own devices take their stock along when they are placed.

    The move is named by the placement before it is done, so it places nothing itself; and a
    placement that a transfer made names that transfer's move, so it moves nothing.
    """

    _inherit = "service.device.placement"

    _device_stock_move_uniq = models.UniqueIndex(
        "(device_id, stock_move_id) WHERE stock_move_id IS NOT NULL",
        "This stock move has placed the device already.",
    )

    def _effects(self):
        super()._effects()
        self._move_stock()

    def _move_stock(self, settle=False):
        """Move the serial numbers of our own devices to where the devices now are.

        A placement recorded afterwards (not the current one of its device) moves nothing. A device
        that is sold where it stands leaves our stock; one that we buy there enters it.

        :param bool settle: move what is not ours, too: the stock was found to be wrong
        """
        current = self.filtered(
            lambda placement: (settle or placement._takes_stock_along())
            and placement == placement.device_id.placement_id
        )
        # The right to place the device was checked; whoever places it (a dispatcher, for one) has
        # no right on stock in general, and needs none for this consequence.
        current = current.sudo()
        quants = current.device_id.lot_id.quant_ids.filtered(
            lambda quant: quant.quantity > 0
            and quant.location_id.usage in ("internal", "transit", "customer")
        )
        # A serial number may be shared by companies; of what nobody owns either may take it.
        found = {(quant.lot_id, quant.company_id): quant for quant in quants}
        moved, vals_list = [], []
        for placement in current:
            lot, company = placement.device_id.lot_id, placement.company_id
            quant = found.get((lot, company)) or found.get((lot, company.browse()))
            target = quant and placement._get_target_stock_location()
            # What was sold comes back by a receipt, or by buying it where it stands.
            sold = quant and quant.location_id.usage == "customer"
            if sold and not settle and placement.operation != "owner":
                continue
            if quant and target and quant.location_id != target:
                moved.append(placement)
                vals_list.append(placement._prepare_stock_move_vals(quant, target))
        if not vals_list:
            return
        # As above: the move is nothing but the placement's consequence.
        moves = self.env["stock.move"].sudo().create(vals_list)
        for placement, move in zip(moved, moves, strict=True):
            placement._write_internal({"stock_move_id": move.id})
        moves._action_done()

    def _takes_stock_along(self):
        """Whether this placement moves stock: not when stock has made it."""
        self.ensure_one()
        return not self.stock_move_id and (self.owner == "own" or self.operation == "owner")

    def _get_shelf(self):
        """The stock location in which a device lies that is with us."""
        self.ensure_one()
        if self.stock_location_id:
            return self.stock_location_id
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company_id.id)], limit=1
        )
        return warehouse.lot_stock_id

    def _get_target_stock_location(self):
        """The stock location to which this placement brings our device; empty: it stays."""
        self.ensure_one()
        company = self.company_id
        if self.kind == "scrap":
            product = self.device_id.product_id.with_company(company)
            return product.property_stock_inventory
        if self.owner != "own":
            return self.customer_id.with_company(company).property_stock_customer
        if self.kind == "customer":
            return company.service_customer_devices_location_id
        return self.stock_location_id if self.kind == "courier" else self._get_shelf()

    def _prepare_stock_move_vals(self, quant, target):
        """Values of the move that brings the device's serial number from its quant to target."""
        self.ensure_one()
        line = {
            "product_id": quant.product_id.id,
            "product_uom_id": quant.product_uom_id.id,
            "quantity": quant.quantity,
            "location_id": quant.location_id.id,
            "location_dest_id": target.id,
            "company_id": self.company_id.id,
            "lot_id": quant.lot_id.id,
            "package_id": quant.package_id.id,
        }
        return {
            "product_id": quant.product_id.id,
            "product_uom": quant.product_uom_id.id,
            "product_uom_qty": quant.quantity,
            "location_id": quant.location_id.id,
            "location_dest_id": target.id,
            "company_id": self.company_id.id,
            "origin": self.device_id.name,
            "picked": True,
            "move_line_ids": [Command.create(line)],
        }
