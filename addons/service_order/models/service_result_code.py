from odoo import fields, models


class ServiceResultCode(models.Model):
    """A word for what was found: how it showed, why, and what was done about it."""

    _name = "service.result.code"
    _description = "Result Code"
    _order = "kind, sequence, name, id"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        [("symptom", "Symptom"), ("cause", "Cause"), ("action", "Action")],
        required=True,
        default="symptom",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    category_ids = fields.Many2many(
        "service.device.category",
        string="Device Categories",
        help="Offered only for devices of these categories and of those below them. "
        "Empty: for every device.",
    )

    _name_kind_uniq = models.Constraint(
        "UNIQUE(kind, name)", "There is a result code of this kind and name already."
    )


def _code(kind, label):
    """A field of the visit with a code of one kind, offered where it suits the device."""
    return fields.Many2one(
        "service.result.code",
        label,
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        domain=f"[('kind', '=', '{kind}'), '|', ('category_ids', '=', False),"
        " ('category_ids', 'parent_of', device_category_id)]",
    )


class ServiceVisit(models.Model):
    """What was found, in words that can be counted."""

    _inherit = "service.visit"

    device_category_id = fields.Many2one(related="device_id.category_id")
    # Not tracked as the device's is: it is no news on a visit.
    device_model_id = fields.Many2one(
        related="device_id.model_id", store=True, index="btree_not_null", tracking=False
    )
    symptom_id = _code("symptom", "Symptom")
    cause_id = _code("cause", "Cause")
    action_id = _code("action", "Action")
