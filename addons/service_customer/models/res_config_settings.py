from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    service_keep_address_days = fields.Integer(
        string="Days to Keep Visitors' Addresses",
        default=1,
        config_parameter="service_customer.keep_address_days",
        help="Network addresses of strangers who called public pages. At least one day: the limits"
        " on these pages count with them.",
    )
