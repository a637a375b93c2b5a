from fractions import Fraction

from odoo import fields, models


class ServiceCharge(models.Model):
    """What is charged for a period: which one, by which price, and the whole arithmetic."""

    _inherit = "service.charge"

    period_start = fields.Date("Period From", readonly=True)
    period_stop = fields.Date("Period Until", readonly=True, help="The first day after it.")
    role = fields.Selection(
        [
            ("fee", "Base Fee"),
            ("pages", "Pages"),
            ("minimum", "Minimum"),
            ("block", "Prepaid Block"),
        ],
        string="Settled As",
        readonly=True,
    )
    unit = fields.Char(
        "Settled Together",
        readonly=True,
        help="What pays a fee once or whose pages are counted together: a device, a billing group "
        "or the whole contract, and the meter.",
    )
    stay_id = fields.Many2one(
        "service.contract.device",
        "Stay on Contract",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    rate_line_id = fields.Many2one(
        "service.rate.line", "Contract Price", readonly=True, ondelete="restrict"
    )
    pages = fields.Integer(
        "All Pages", readonly=True, help="Also those that the base fee or a prepaid block includes."
    )
    share = fields.Char(
        readonly=True,
        help="How many of the agreed periods it is: 1, 3, or 15/30 for half a month.",
    )
    block_left = fields.Integer(
        "Left of the Block",
        readonly=True,
        aggregator=None,
        help="Pages that are paid for and not printed yet, after this period.",
    )
    arithmetic = fields.Json(readonly=True, help="The rows of the calculation.")
    is_reopened = fields.Boolean(
        readonly=True,
        help="Its invoice was corrected to zero: the period is to be settled anew.",
    )
    billing_line_id = fields.Many2one(
        "service.billing.line",
        "Settled In",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    consumption_ids = fields.One2many("service.consumption", "charge_id", "Consumption")

    _unit_idx = models.Index("(contract_id, unit, role, period_stop) WHERE unit IS NOT NULL")
    _period_order = models.Constraint(
        "CHECK(period_stop > period_start)", "A period has at least one day."
    )

    def _get_share(self):
        """How many of the agreed periods it is, exactly (``Fraction``)."""
        return Fraction(self.share or 1)
