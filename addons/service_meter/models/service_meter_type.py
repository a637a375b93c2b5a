from odoo import fields, models


class ServiceMeterType(models.Model):
    """A kind of counter that devices have: mono pages, colour pages, scans."""

    _name = "service.meter.type"
    _description = "Meter Type"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        help="Short technical name by which imports and integrations name this counter.",
    )
    unit = fields.Char(
        translate=True,
        required=True,
        default=lambda self: self.env._("pages"),
        help="What one step of the counter means.",
    )
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint(
        "UNIQUE(code)", "Another meter type already has this code. Choose a different one."
    )
