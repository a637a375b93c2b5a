from odoo import fields, models


class ServiceOrder(models.Model):
    """The customer's decision: whether it is repaired, and at what cost."""

    _inherit = "service.order"

    decision = fields.Selection(
        [("waiting", "Asked"), ("agreed", "Agreed"), ("refused", "Refused")],
        string="Customer's Decision",
        readonly=True,
        tracking=True,
        copy=False,
        help="Empty: the customer has not been asked.",
    )
    decision_note = fields.Char(
        "Decided by",
        readonly=True,
        tracking=True,
        copy=False,
        help="Who decided, how and on what.",
    )
