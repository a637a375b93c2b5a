from odoo import fields, models


class ServiceTopic(models.Model):
    _inherit = "service.topic"

    has_clocks = fields.Boolean(
        "Contract Times Run",
        default=True,
        help="Response and repair times are promised for faults: not for supplies, inspections or "
        "installations.",
    )
