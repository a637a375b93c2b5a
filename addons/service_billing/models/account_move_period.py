from odoo import models


class AccountMove(models.Model):
    """Documents that a run has made."""

    _inherit = "account.move"

    def _get_billing_state(self):
        """Where a contract stands whose documents these are: a key of ``service.billing.line``."""
        if not self:
            # All that was settled is free: there are no invoices of zero.
            return "nothing"
        if any(move.state == "draft" for move in self):
            return "draft"
        return "invoiced" if all(move._is_fiscally_complete() for move in self) else "number"

    def _is_issued_by_itself(self):
        """Whether no person is to look at this draft before it is posted."""
        self.ensure_one()
        # Superuser: whoever bills need not read charges.
        return self.sudo().service_charge_ids._is_issued_by_itself()
