from odoo import fields, models
from odoo.exceptions import UserError


class AccountJournal(models.Model):
    _inherit = "account.journal"

    service_is_settlement = fields.Boolean(
        string="Settlements",
        copy=False,
        help="Documents of this journal are settlements, not invoices: the invoice itself is "
        "issued by another program.",
    )

    def write(self, vals):
        """What was made as a settlement never turns into an invoice, nor the other way round."""
        if "service_is_settlement" in vals:
            turned = self.filtered(
                lambda journal: journal.service_is_settlement != vals["service_is_settlement"]
            )
            turned._check_no_documents()
        return super().write(vals)

    def _check_no_documents(self):
        """Refuse to change what the documents of a journal are."""
        # Superuser: documents that the user may not see count as well.
        moves = self.env["account.move"].sudo()
        used = moves.search([("journal_id", "in", self.ids)], limit=1).journal_id
        if used:
            raise UserError(
                self.env._(
                    "The journal %s has documents, which would turn from settlements into invoices "
                    "or back. Make a new journal instead.",
                    used.name,
                )
            )
