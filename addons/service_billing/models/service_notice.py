from odoo import api, fields, models


class ServiceNotice(models.Model):
    """Invoices reach the accounting contact, whatever else is switched off."""

    _inherit = "service.notice"

    kind = fields.Selection(
        selection_add=[("invoice", "Invoices")], ondelete={"invoice": "cascade"}
    )

    @api.model
    def _mandatory_kinds(self):
        # EXTENDS 'service_customer'
        return super()._mandatory_kinds() | {"invoice"}

    @api.model
    def _kinds_for(self, roles):
        # EXTENDS 'service_customer'
        return (["invoice"] if "accounting" in roles else []) + super()._kinds_for(roles)


class AccountMove(models.Model):
    """All that is written about an invoice is about the invoice."""

    _inherit = "account.move"
    _service_notice = "invoice"

    def _service_notice_kind(self, message, msg_vals):
        # EXTENDS 'service_customer': core sends invoices as a person's message.
        return self._service_notice if self else ""
