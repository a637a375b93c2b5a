import base64

from odoo import api, fields, models


class ServiceContractSign(models.TransientModel):
    """The file that came back signed: a scan, or a PDF with an electronic signature."""

    _name = "service.contract.sign"
    _description = "Signed Contract Document"

    document_id = fields.Many2one(
        "service.contract.document", required=True, readonly=True, ondelete="cascade"
    )
    form = fields.Selection(related="document_id.form")
    received_on = fields.Datetime(related="document_id.received_on")
    file = fields.Binary(
        "Signed File", attachment=False, help="Empty: the file that the customer sent."
    )
    filename = fields.Char()
    signed_by = fields.Char(
        compute="_compute_signed",
        store=True,
        readonly=False,
        precompute=True,
        help="Empty: the name in the certificate of the electronic signature.",
    )
    signed_on = fields.Datetime(
        compute="_compute_signed", store=True, readonly=False, precompute=True, required=True
    )

    @api.depends("document_id")
    def _compute_signed(self):
        """Who signed and when, as the customer says who sent the file."""
        for wizard in self:
            document = wizard.document_id
            wizard.signed_by = document.received_name
            wizard.signed_on = document.received_on or fields.Datetime.now()

    def action_confirm(self):
        """Keep the file with the document, which is signed from now on."""
        self.ensure_one()
        data = base64.b64decode(self.with_context(bin_size=False).file or b"")
        data = data or self.document_id._received()
        self.document_id._sign_file(data, self.signed_by, self.signed_on)
        return {"type": "ir.actions.act_window_close"}
