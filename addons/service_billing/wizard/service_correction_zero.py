from odoo import fields, models


class ServiceCorrectionZero(models.TransientModel):
    """Take a whole document back, because it went to the wrong buyer, and bill it again."""

    _name = "service.correction.zero"
    _description = "Correct to Zero"

    move_id = fields.Many2one("account.move", required=True, ondelete="cascade")
    reason = fields.Char(required=True, help="It stands on the correction.")
    partner_id = fields.Many2one(
        "res.partner",
        "Bill Again To",
        ondelete="cascade",
        domain="[('type', '!=', 'location')]",
        help="Empty: the same recipient.",
    )

    def action_correct(self):
        """Post the credit note and open it; what was billed is to be billed again."""
        self.ensure_one()
        refund = self.move_id._correct_to_zero(self.reason, self.partner_id)
        return refund._get_records_action()
