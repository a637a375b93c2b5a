import base64

from odoo import api, fields, models


class ServicePrivacy(models.TransientModel):
    """Personal data of one person: have all of it as a file, or remove it."""

    _name = "service.privacy"
    _description = "Personal Data of a Person"

    partner_id = fields.Many2one(
        "res.partner", string="Person", required=True, readonly=True, ondelete="cascade"
    )
    preview = fields.Text(compute="_compute_preview")
    refusal = fields.Text(compute="_compute_preview")
    bare_customers = fields.Char(
        compute="_compute_preview", help="Customers that would have no decision maker."
    )
    confirmed = fields.Boolean(
        string="Nobody needs to decide there",
        help="The person is the last decision maker; offers and paid work will wait.",
    )
    file = fields.Binary(readonly=True, attachment=False)
    filename = fields.Char(readonly=True)

    @api.depends("partner_id")
    def _compute_preview(self):
        for wizard in self:
            person = wizard.partner_id
            wizard.refusal = person._service_forget_refusal()
            bare = person._service_get_bare_customers() if not wizard.refusal else person.browse()
            wizard.bare_customers = ", ".join(bare.mapped("name"))
            wizard.preview = (
                "\n".join(person._service_forget_preview()) if not wizard.refusal else False
            )

    def action_export(self):
        """Download everything about the person."""
        self.ensure_one()
        self.file = base64.b64encode(self.partner_id._service_export_person())
        title = self.env._("Personal data")
        self.filename = f"{title} {self.partner_id.id}.zip"
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/file/{self.filename}?download=true",
            "target": "self",
        }

    def action_forget(self):
        """Remove the person's data; what is shown in the preview happens."""
        self.ensure_one()
        self.partner_id._service_forget(confirmed=self.confirmed)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
