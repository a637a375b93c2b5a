from odoo import models


class IrBinary(models.AbstractModel):
    """Files open to customer people as their document does: by role, not by the file's token."""

    _inherit = "ir.binary"

    def _find_record(
        self, xmlid=None, res_model="ir.attachment", res_id=None, access_token=None, field=None
    ):
        # EXTENDS 'base'
        if file := self._service_find_linked(res_model, res_id, access_token):
            return file
        if access_token and res_model == "ir.attachment" and self._service_is_foreign(res_id):
            access_token = None
        return super()._find_record(xmlid, res_model, res_id, access_token, field)

    def _service_is_foreign(self, attachment_id):
        """:return: whether a file hangs on a document which the user's roles don't open"""
        if not self.env.user._is_service_person():
            return False
        # sudo: only the place of the file is looked at, to judge it by the document.
        attachment = self.env["ir.attachment"].sudo().browse(attachment_id).exists()
        model, document_id = attachment.res_model, attachment.res_id
        if not document_id or model not in self.env:
            return False
        if not self.env["ir.model.access"].check(model, "read", False):
            # Documents that nobody sees in the customer panel are left to core.
            return False
        return not self.env[model].browse(document_id).has_access("read")

    def _service_find_linked(self, res_model, res_id, token):
        """:return: superuser file that the page of a personal link shows, or an empty recordset"""
        # sudo: the link and the page of its document judge below.
        files = self.env["ir.attachment"].sudo()
        link = res_model == "ir.attachment" and self.env["service.link"]._find(token)
        if not link or self.env.user._is_service_person():
            return files
        document, file = link._get_document(), files.browse(res_id).exists()
        return document._service_link_files(file) if file and link._opens(document) else files
