from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ServiceDeviceResource(models.Model):
    """A manual, driver or link of a device model, shown on every device of it."""

    _name = "service.device.resource"
    _description = "Device Manual or Link"
    _order = "model_id, sequence, id"

    model_id = fields.Many2one(
        "service.device.model", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    file = fields.Binary(attachment=True)
    file_name = fields.Char()
    url = fields.Char(string="Link")
    lang = fields.Selection(
        selection=lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        help="Language of the manual; empty: any.",
    )
    audience = fields.Selection(
        [("staff", "Staff Only"), ("customer", "Staff and Customers")],
        required=True,
        default="staff",
        help="Who may see it: the company's own people only, or the customer's people too.",
    )

    @api.constrains("file", "url")
    def _check_content(self):
        """Something to open is needed, and a link must lead to a web page (no script links)."""
        for resource in self:
            if not resource.file and not resource.url:
                raise ValidationError(self.env._("Add a file or a link to “%s”.", resource.name))
            if resource.url and not resource.url.lower().startswith(("https://", "http://")):
                raise ValidationError(
                    self.env._(
                        "The link of “%s” must start with https:// or http://.", resource.name
                    )
                )
