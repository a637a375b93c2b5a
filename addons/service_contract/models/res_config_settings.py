from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    service_contract_days = fields.Integer(
        related="company_id.service_contract_days", readonly=False
    )
    service_contract_user_id = fields.Many2one(
        related="company_id.service_contract_user_id", readonly=False
    )
