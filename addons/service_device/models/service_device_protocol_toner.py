from odoo import fields, models


class ServiceDeviceProtocolToner(models.Model):
    """Unused toner that came back with a device, counted into our stock."""

    _name = "service.device.protocol.toner"
    _description = "Toner Taken Back"
    _order = "protocol_id, id"

    protocol_id = fields.Many2one(
        "service.device.protocol", required=True, index=True, ondelete="cascade"
    )
    product_id = fields.Many2one("product.product", required=True, index=True, ondelete="restrict")
    quantity = fields.Float(required=True, digits="Product Unit")
    stock_move_id = fields.Many2one(
        "stock.move", readonly=True, index="btree_not_null", ondelete="set null"
    )

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "Enter how many pieces came back, more than zero."
    )
