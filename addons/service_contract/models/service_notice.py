from odoo import api, fields, models


class ServiceNotice(models.Model):
    """Contracts to sign and letters reach those who decide."""

    _inherit = "service.notice"

    kind = fields.Selection(
        selection_add=[("contract", "Contracts and letters")], ondelete={"contract": "cascade"}
    )

    @api.model
    def _mandatory_kinds(self):
        # EXTENDS 'service_customer': a term may run from the letter.
        return super()._mandatory_kinds() | {"contract"}

    @api.model
    def _kinds_for(self, roles):
        # EXTENDS 'service_customer'
        return (["contract"] if "decision" in roles else []) + super()._kinds_for(roles)


class ServiceContractDocument(models.Model):
    """All that is written about a document of a contract is about the contract."""

    _inherit = "service.contract.document"
    _service_notice = "contract"

    def _service_notice_kind(self, message, msg_vals):
        # EXTENDS 'service_customer': documents are sent as a person's message.
        return self._service_notice if self else ""
