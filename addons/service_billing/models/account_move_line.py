from odoo import fields, models

from .account_move import CHARGE_GROUPS


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    service_charge_ids = fields.One2many(
        "service.charge",
        "move_line_id",
        string="Charges",
        readonly=True,
        copy=False,
        groups=CHARGE_GROUPS,
        help="What this line bills, one by one.",
    )
