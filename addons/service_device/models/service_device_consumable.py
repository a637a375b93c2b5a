from odoo import fields, models


class ServiceDeviceConsumable(models.Model):
    """A consumable or part that fits a device model, with its yield in pages."""

    _name = "service.device.consumable"
    _description = "Device Consumable or Part"
    _order = "model_id, sequence, id"

    model_id = fields.Many2one(
        "service.device.model", required=True, index=True, ondelete="cascade"
    )
    product_id = fields.Many2one("product.product", required=True, index=True, ondelete="restrict")
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("black", "Black"),
            ("cyan", "Cyan"),
            ("magenta", "Magenta"),
            ("yellow", "Yellow"),
            ("drum", "Drum"),
            ("waste", "Waste Toner Box"),
            ("fuser", "Fuser"),
            ("staples", "Staples"),
            ("paper", "Paper"),
            ("other", "Other"),
        ],
        required=True,
        default="black",
    )
    origin = fields.Selection(
        [("original", "Original"), ("substitute", "Substitute")],
        required=True,
        default="original",
        help="Made by the device's manufacturer, or by another.",
    )
    yield_pages = fields.Integer(
        string="Yield (pages)", help="How many pages one piece lasts, as its manufacturer states."
    )

    _product_uniq = models.Constraint(
        "UNIQUE(model_id, product_id)", "This product is already listed on this device model."
    )
    _yield_positive = models.Constraint(
        "CHECK(yield_pages >= 0)", "The yield is a number of pages: it cannot be below zero."
    )
