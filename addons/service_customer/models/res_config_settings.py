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
    service_link_days = fields.Integer(related="company_id.service_link_days", readonly=False)
    service_keep_link_days = fields.Integer(
        string="Days to Keep Used Links",
        default=365,
        config_parameter="service_customer.keep_link_days",
        help="Links in mails that have expired or were revoked, with when they were used.",
    )
