from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ServiceMeterType(models.Model):
    """A kind of counter that devices have: mono pages, colour pages, scans.

    A physical counter is read. A computed one is the sum of others that were read together; in A4
    pages when an A3 sheet is to be billed as two.
    """

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
    kind = fields.Selection(
        [("physical", "Read on the Device"), ("computed", "Computed from Others")],
        required=True,
        default="physical",
    )
    part_type_ids = fields.Many2many(
        "service.meter.type",
        "service_meter_type_part_rel",
        "type_id",
        "part_type_id",
        string="Sum of",
        domain="[('kind', '=', 'physical')]",
        help="The counters that are added up when they were read together.",
    )
    is_a4 = fields.Boolean(
        "In A4 Pages",
        help="An A3 page is two pages: what the summed counters miss of it is added, by what each"
        " device model says of its counters.",
    )
    a3_type_id = fields.Many2one(
        "service.meter.type",
        "A3 Counter",
        domain="[('kind', '=', 'physical'), ('id', '!=', id)]",
        ondelete="restrict",
        help="The counter that says how many of the pages were A3.",
    )
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint(
        "UNIQUE(code)", "Another meter type already has this code. Choose a different one."
    )

    @api.model
    def _get_counters(self):
        """The types of counters that are read, in their order."""
        return self.search([("kind", "=", "physical")])

    def write(self, vals):
        """What a meter is computed from has changed: its readings change with it."""
        result = super().write(vals)
        if {"part_type_ids", "is_a4", "a3_type_id"} & vals.keys():
            lines = self.env["service.device.model.meter"].search([("type_id", "in", self.ids)])
            lines.model_id._compute_meters_anew()
        return result

    @api.constrains("kind", "part_type_ids")
    def _check_parts(self):
        for meter_type in self:
            parts = meter_type.part_type_ids
            if meter_type.kind == "computed" and not parts:
                raise ValidationError(
                    self.env._(
                        "Meter type %s is computed. Choose the counters that are added up.",
                        meter_type.name,
                    )
                )
            if parts.filtered(lambda part: part.kind == "computed"):
                raise ValidationError(
                    self.env._(
                        "Meter type %s may only be computed from counters that are read.",
                        meter_type.name,
                    )
                )
        if self.search_count([("kind", "=", "computed"), ("part_type_ids.kind", "=", "computed")]):
            raise ValidationError(
                self.env._("Another meter type is computed from this one: it has to be read.")
            )
