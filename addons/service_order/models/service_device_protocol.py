from odoo import fields, models

from odoo.addons.service_customer.tools.field_files import field_files


class ServiceDeviceProtocol(models.Model):
    """The papers of the workshop: what was received in which state, and what was given back."""

    _inherit = "service.device.protocol"

    kind = fields.Selection(
        selection_add=[("receipt", "Workshop Receipt"), ("release", "Workshop Return Protocol")],
        ondelete={"receipt": "cascade", "release": "cascade"},
    )
    order_id = fields.Many2one(
        "service.order",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    condition = fields.Text(
        "Received Condition", readonly=True, help="What the device looked like when it came."
    )
    accessory_ids = fields.Many2many("service.accessory", string="Accessories", readonly=True)
    photo_ids = fields.Many2many("ir.attachment", string="Photos", copy=False)

    def _get_qr_devices(self):
        """Devices whose QR code may stand on the paper: some customers want none."""
        self.ensure_one()
        return self.line_ids.device_id if not self.customer_id.service_qr_off else None

    def _get_signatures(self):
        """The pictures of signatures on these protocols.

        :return: `ir.attachment`
        """
        return field_files(self, "signature")

    def _get_signed_papers(self):
        """The PDFs that show the signature; a paper that was never signed may name who was to.

        :return: `ir.attachment`
        """
        papers = self.env["ir.attachment"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("res_field", "=", False),
                ("mimetype", "=", "application/pdf"),
            ]
        )
        # Only the signed ones are called something more, whatever the language.
        blank = {each.id: each._get_pdf_stem() for each in self if each.signed_on}
        return papers.filtered(lambda paper: paper.name != f"{blank.get(paper.res_id)}.pdf")

    def _forget_signatures(self):
        """Delete the signatures and what shows them; that and when they were given stays."""
        (self._get_signatures() | self._get_signed_papers()).unlink()
        self.invalidate_recordset(["signature"])
