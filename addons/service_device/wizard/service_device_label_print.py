import base64

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..tools.labels import PAPERS


class ServiceDeviceLabelPrint(models.TransientModel):
    """Prints labels of devices on a sheet or a single-label printer."""

    _name = "service.device.label.print"
    _description = "Print Device Labels"

    device_ids = fields.Many2many("service.device", string="Devices", required=True)
    paper = fields.Selection(
        [
            ("a4_70x37", "A4 sheet, 3 × 8 labels of 70 × 37 mm"),
            ("a4_99x38", "A4 sheet, 2 × 7 labels of 99 × 38 mm"),
            ("a4_105x57", "A4 sheet, 2 × 5 labels of 105 × 57 mm"),
            ("a4_52x30", "A4 sheet, 4 × 10 labels of 52.5 × 29.7 mm"),
            ("a4_48x25", "A4 sheet, 4 × 10 labels of 48.5 × 25.4 mm"),
            ("roll_62x29", "Label printer, 62 × 29 mm"),
            ("roll_50x30", "Label printer, 50 × 30 mm"),
        ],
        required=True,
        default="a4_70x37",
    )
    file_format = fields.Selection(
        [("pdf", "PDF"), ("zpl", "ZPL (text for label printers)")], required=True, default="pdf"
    )
    is_sheet = fields.Boolean(compute="_compute_is_sheet")
    skip = fields.Integer(
        string="Labels Used Already", help="How many labels of the first sheet are gone."
    )
    file = fields.Binary(readonly=True, attachment=False)

    @api.model
    def default_get(self, fields_list):
        """Take the devices that are selected in a list."""
        defaults = super().default_get(fields_list)
        if self.env.context.get("active_model") == "service.device":
            devices = self.env.context.get("active_ids", [])
            defaults.setdefault("device_ids", [Command.set(devices)])
        return defaults

    @api.depends("paper", "file_format")
    def _compute_is_sheet(self):
        for wizard in self:
            wizard.is_sheet = PAPERS[wizard.paper].count > 1 if wizard.paper else False

    def action_print(self):
        """Make the file and download it."""
        self.ensure_one()
        count = PAPERS[self.paper].count
        if self.file_format == "zpl":
            if self.is_sheet:
                raise UserError(
                    self.env._("ZPL is for label printers. Choose a label printer as the paper.")
                )
            content = self.device_ids._make_label_zpl(self.paper).encode()
        else:
            if not 0 <= self.skip < count:
                raise UserError(
                    self.env._(
                        "This sheet has %(count)s labels. Enter a number from 0 to %(last)s.",
                        count=count,
                        last=count - 1,
                    )
                )
            content = self.device_ids._make_label_pdf(self.paper, self.skip)
        self.file = base64.b64encode(content)
        name = self.env._("device-labels")
        suffix = "pdf" if self.file_format == "pdf" else "zpl.txt"
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/file/{name}.{suffix}?download=true",
            "target": "download",
        }
