from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    service_link_days = fields.Integer(
        string="Days a Link Is Valid",
        default=30,
        help="For so long a link in a mail opens its document without a login.",
    )

    _service_link_days_positive = models.Constraint(
        "CHECK(service_link_days BETWEEN 1 AND 365)",
        "A link in a mail is valid for 1 to 365 days.",
    )
