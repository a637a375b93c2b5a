from odoo import fields, models


class AccountJournal(models.Model):
    _inherit = "account.journal"

    service_is_settlement = fields.Boolean(
        string="Settlements",
        copy=False,
        help="Documents of this journal are settlements, not invoices: the invoice itself is "
        "issued by another program.",
    )
