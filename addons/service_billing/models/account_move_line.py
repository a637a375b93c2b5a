from odoo import fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    service_charge_ids = fields.One2many(
        "service.charge",
        "move_line_id",
        string="Charges",
        readonly=True,
        copy=False,
        help="What this line bills, one by one.",
    )
