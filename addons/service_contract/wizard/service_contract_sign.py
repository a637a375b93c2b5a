import base64

from odoo import fields, models


class ServiceContractSign(models.TransientModel):
    """The file that came back signed: a scan, or a PDF with an electronic signature."""

    _name = "service.contract.sign"
    _description = "Signed Contract Document"

    document_id = fields.Many2one(
        "service.contract.document", required=True, readonly=True, ondelete="cascade"
    )
    form = fields.Selection(related="document_id.form")
    file = fields.Binary("Signed File", required=True, attachment=False)
    filename = fields.Char()
    signed_by = fields.Char(help="Empty: the name in the certificate of the electronic signature.")
    signed_on = fields.Datetime(required=True, default=fields.Datetime.now)

    def action_confirm(self):
        """Keep the file with the document, which is signed from now on."""
        self.ensure_one()
        data = base64.b64decode(self.with_context(bin_size=False).file or b"")
        self.document_id._sign_file(data, self.signed_by, self.signed_on)
        return {"type": "ir.actions.act_window_close"}
