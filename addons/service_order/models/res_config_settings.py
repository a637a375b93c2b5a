from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    service_labour_product_id = fields.Many2one(
        related="company_id.service_labour_product_id", readonly=False
    )
    service_travel_product_id = fields.Many2one(
        related="company_id.service_travel_product_id", readonly=False
    )
    group_service_prices = fields.Boolean(
        string="Technicians See Prices",
        group="service_customer.group_service_technician",
        implied_group="service_order.group_service_prices",
    )
    service_keep_photo_months = fields.Integer(
        related="company_id.service_keep_photo_months", readonly=False
    )
    service_keep_signature_months = fields.Integer(
        related="company_id.service_keep_signature_months", readonly=False
    )
