from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    service_keep_reading_photo_months = fields.Integer(
        related="company_id.service_keep_reading_photo_months", readonly=False
    )
    service_reading_trend_months = fields.Integer(
        related="company_id.service_reading_trend_months", readonly=False
    )
    service_reading_tolerance = fields.Integer(
        related="company_id.service_reading_tolerance", readonly=False
    )
    service_reading_allowance = fields.Integer(
        related="company_id.service_reading_allowance", readonly=False
    )
