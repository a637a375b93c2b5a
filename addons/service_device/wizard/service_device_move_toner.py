from odoo import fields, models


class ServiceDeviceMoveToner(models.TransientModel):
    """Unused toner that comes back with the devices."""

    _name = "service.device.move.toner"
    _description = "Move Devices: Unused Toner"

    move_id = fields.Many2one("service.device.move", required=True, index=True, ondelete="cascade")
    product_id = fields.Many2one(
        "product.product",
        required=True,
        ondelete="cascade",
        domain="[('is_storable', '=', True), ('tracking', '=', 'none')]",
    )
    quantity = fields.Float(default=1, digits="Product Unit")

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "Enter how many pieces came back, more than zero."
    )

    def _prepare_move_vals(self, wizard, customer):
        """Values of the stock moves from the customer back to our stock."""
        company = wizard.company_id
        source = customer.with_company(company).property_stock_customer
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
        target = wizard.stock_location_id or warehouse.lot_stock_id
        return [
            {
                "product_id": line.product_id.id,
                "product_uom_qty": line.quantity,
                "quantity": line.quantity,
                "location_id": source.id,
                "location_dest_id": target.id,
                "company_id": company.id,
                "origin": ", ".join(wizard.device_ids.mapped("name")),
                "picked": True,
            }
            for line in self
        ]
