from odoo import fields, models
from odoo.tools import format_duration

ROUNDINGS = [
    ("1", "To the minute"),
    ("15", "Started quarters of an hour"),
    ("30", "Started half hours"),
    ("60", "Started hours"),
]
MINIMUM_NOT_NEGATIVE = "The least time of a visit cannot be negative. Enter zero or more."


class ResCompany(models.Model):
    """How working time is counted where no contract says otherwise."""

    _inherit = "res.company"

    service_labour_rounding = fields.Selection(
        ROUNDINGS, string="Working Time Is Counted", default="1", required=True
    )
    service_labour_minimum = fields.Float(
        "At Least", help="Hours that a visit with work counts for at least."
    )

    _service_labour_minimum_positive = models.Constraint(
        "CHECK(COALESCE(service_labour_minimum, 0) >= 0)", MINIMUM_NOT_NEGATIVE
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    service_labour_rounding = fields.Selection(
        related="company_id.service_labour_rounding", readonly=False
    )
    service_labour_minimum = fields.Float(
        related="company_id.service_labour_minimum", readonly=False
    )


class ServiceContractType(models.Model):
    """How working time is counted under contracts of this type."""

    _inherit = "service.contract.type"

    labour_rounding = fields.Selection(
        ROUNDINGS,
        string="Working Time Is Counted",
        help="Empty: as the company usually counts it, also its least time.",
    )
    labour_minimum = fields.Float(
        "At Least", help="Hours that a visit with work counts for at least."
    )

    _labour_minimum_positive = models.Constraint(
        "CHECK(COALESCE(labour_minimum, 0) >= 0)", MINIMUM_NOT_NEGATIVE
    )


class ServiceOrderLine(models.Model):
    """How the time was counted."""

    _inherit = "service.order.line"

    calculation = fields.Char(
        "Counted As", readonly=True, copy=False, help="How the quantity follows from what was done."
    )

    def write(self, vals):
        """A quantity that somebody enters follows from nothing, and nobody types how it does."""
        if not self.env.su:
            vals = {name: value for name, value in vals.items() if name != "calculation"}
        if "quantity" in vals:
            vals = {"calculation": False, **vals}
        return super().write(vals)


class ServiceVisit(models.Model):
    """How many hours the work of a visit is charged as."""

    _inherit = "service.visit"

    def _get_labour_terms(self):
        """The rounding that counts for this visit, and the least time.

        :return: (step in minutes, least minutes, what the step is called)
        """
        self.ensure_one()
        # sudo: technicians see no contracts; only the hours leave here.
        contract_type = self.sudo().contract_id.type_id
        if contract_type.labour_rounding:
            rounding, minimum = contract_type.labour_rounding, contract_type.labour_minimum
        else:
            company = self.company_id
            rounding, minimum = company.service_labour_rounding, company.service_labour_minimum
        labels = dict(
            self.env["res.company"]
            ._fields["service_labour_rounding"]
            ._description_selection(self.env)
        )
        # round(): a time of whole minutes, typed in hours.
        return int(rounding), round(minimum * 60), labels[rounding]

    def _count_labour(self, minutes):
        """How the work is charged: counted in whole minutes, so that no part of one gets lost.

        :param int minutes: work time
        :return: values of the labour line: its quantity in hours, and the arithmetic in words
        """
        step, minimum, label = self._get_labour_terms()
        started = -(-minutes // step) * step
        counted = max(started, minimum)
        vals = {"quantity": counted / 60, "calculation": False}
        if counted != minutes:
            rule = label if counted == started else self.env._("At least")
            vals["calculation"] = self.env._(
                "%(minutes)s min of work; %(rule)s: %(time)s h",
                minutes=minutes,
                rule=rule[:1].lower() + rule[1:],
                time=format_duration(counted / 60),
            )
        return vals
