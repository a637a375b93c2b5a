from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class ResPartner(models.Model):
    """Invoices outlive the wish to be forgotten, and numbers that nobody could verify."""

    _inherit = "res.partner"

    def _check_vat(self, validation="error"):
        """EXTENDS account: a number marked as unverified is tidied, not refused."""
        # The mark is for staff; whether it is set decides for everybody.
        unverified = self.filtered(
            lambda partner: partner.sudo().commercial_partner_id.service_vat_unverified
        )
        super(ResPartner, self - unverified)._check_vat(validation)
        super(ResPartner, unverified)._check_vat(False if validation == "error" else validation)

    @api.constrains("service_vat_unverified")
    def _check_service_vat_unverified(self):
        """Clearing the mark asks for a right number again."""
        self.filtered("vat")._check_vat()

    def _service_get_posted_moves(self):
        """:return: superuser account.move, posted and addressed to these contacts"""
        # Which invoices there are is not shown, only that they exist.
        return (
            self.env["account.move"]
            .sudo()
            .search(Domain("partner_id", "in", self.ids) & Domain("state", "=", "posted"))
        )

    def _service_check_forget(self):
        """EXTENDS service_customer: who buys in person stands on invoices, which must be kept."""
        super()._service_check_forget()
        if self.commercial_partner_id == self and self._service_get_posted_moves():
            raise UserError(
                self.env._(
                    "%s has invoices as a customer: the law asks to keep who bought. Archive the"
                    " contact now, and remove the data when the invoices may go.",
                    self.display_name,
                )
            )

    def _service_forget(self, confirmed=False):
        """EXTENDS service_customer: posted invoices keep the words they were issued with."""
        field = self.env["account.move"]._fields["invoice_partner_display_name"]
        with self.env.protecting([field], self._service_get_posted_moves()):
            super()._service_forget(confirmed)
