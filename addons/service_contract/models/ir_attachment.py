from odoo import api, models
from odoo.exceptions import UserError

from .service_contract_document import ACTING

DOCUMENT = "service.contract.document"


class IrAttachment(models.Model):
    """The files of contract documents stay as they were issued and signed."""

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        """EXTENDS base: nobody puts another file in the place of the issued one."""
        attachments = super().create(vals_list)
        attachments._check_service_documents()
        return attachments

    def write(self, vals):
        """EXTENDS base: nobody changes the file of an issued document, or makes one its file."""
        self._check_service_documents()
        result = super().write(vals)
        if vals.keys() & {"res_model", "res_field", "res_id"}:
            self._check_service_documents()
        return result

    def unlink(self):
        """EXTENDS base: nobody deletes it, either."""
        self._check_service_documents()
        return super().unlink()

    @api.model
    def _service_kept_models(self):
        """Models whose files stay as they were issued; upper addons add theirs."""
        return frozenset({DOCUMENT})

    def _check_service_documents(self):
        if self.env.context.get("service_document_acts") is ACTING:
            return
        names = self._service_kept_models()
        # sudo: whose file it is, whoever asks.
        files = self.sudo().filtered(lambda file: file.res_model in names and file.res_field)
        for model, kept_files in files.grouped("res_model").items():
            # sudo: see above.
            kept = self.env[model].sudo().browse(kept_files.mapped("res_id")).exists()
            if kept:
                raise UserError(
                    self.env._(
                        "%s has been issued: its files are neither changed nor deleted.",
                        kept[0].display_name,
                    )
                )
