from odoo import models
from odoo.exceptions import UserError

from .service_contract_document import ACTING

DOCUMENT = "service.contract.document"


class IrAttachment(models.Model):
    """The files of contract documents stay as they were issued and signed."""

    _inherit = "ir.attachment"

    def write(self, vals):
        """EXTENDS base: nobody changes the file of an issued document."""
        self._check_service_documents()
        return super().write(vals)

    def unlink(self):
        """EXTENDS base: nobody deletes it, either."""
        self._check_service_documents()
        return super().unlink()

    def _check_service_documents(self):
        if self.env.context.get("service_document_acts") is ACTING:
            return
        # sudo: whose file it is, whoever asks.
        files = self.sudo().filtered(lambda file: file.res_model == DOCUMENT and file.res_field)
        # sudo: see above.
        kept = self.env[DOCUMENT].sudo().browse(files.mapped("res_id")).exists()
        if kept:
            raise UserError(
                self.env._(
                    "%s has been issued: its files are neither changed nor deleted.",
                    kept[0].display_name,
                )
            )
