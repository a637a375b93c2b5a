from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    service_issuer = fields.Selection(related="company_id.service_issuer", readonly=False)
    service_settlement_journal_id = fields.Many2one(
        related="company_id.service_settlement_journal_id", readonly=False
    )
    service_minimum_amount = fields.Monetary(
        related="company_id.service_minimum_amount", readonly=False
    )
