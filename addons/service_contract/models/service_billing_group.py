from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ..tools.period import Cycle

TIMINGS = [("advance", "In Advance"), ("arrears", "In Arrears")]


class ServiceBillingGroup(models.Model):
    """Devices of a contract that are settled together: when, and for how long a time.

    Every contract has one; more are for devices with other cycles, prices or pools. What is paid
    is said by the rates, which are dated; a cycle that changes counts from the first day that has
    not been settled yet.
    """

    _name = "service.billing.group"
    _description = "Billing Group"
    _inherit = "service.contract.part"
    _order = "contract_id, sequence, id"

    contract_id = fields.Many2one("service.contract", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(
        related="contract_id.company_id", store=True, precompute=True, index=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, default=lambda self: self.env._("All Devices"))
    stay_ids = fields.One2many("service.contract.device", "group_id", string="Devices")
    stay_count = fields.Integer("Number of Devices", compute="_compute_stay_count")
    date_anchor = fields.Date(
        "Periods Counted From",
        required=True,
        compute="_compute_date_anchor",
        store=True,
        readonly=False,
        precompute=True,
        help="A period begins in this month, and every so many months before and after it. For "
        "quarters of the calendar: any day in January.",
    )
    base_months = fields.Integer("Base Fee Every", required=True, default=1)
    base_timing = fields.Selection(TIMINGS, required=True, default="advance")
    base_day = fields.Integer(
        "Base Fee From Day",
        required=True,
        default=1,
        help="The day of the month on which a period of the base fee begins; 29 to 31: the last "
        "day of a shorter month.",
    )
    usage_months = fields.Integer("Pages Every", required=True, default=1)
    usage_day = fields.Integer(
        "Pages From Day",
        required=True,
        default=1,
        help="The day of the month on which the meters are read and a period of pages begins; 29 "
        "to 31: the last day of a shorter month. A device can have a day of its own.",
    )
    settlement_months = fields.Integer(
        "Minimum Every",
        required=True,
        default=1,
        help="After so many months it is settled whether the minimum was reached: a good month "
        "makes up for a bad one within this time.",
    )
    summary = fields.Char(compute="_compute_summary")

    _months_positive = models.Constraint(
        "CHECK(base_months > 0 AND usage_months > 0 AND settlement_months > 0)",
        "A cycle takes at least one month. Enter 1 or more.",
    )
    _day_of_month = models.Constraint(
        "CHECK(base_day BETWEEN 1 AND 31 AND usage_day BETWEEN 1 AND 31)",
        "A day of the month is a number from 1 to 31.",
    )

    @api.depends("contract_id.date_start")
    def _compute_date_anchor(self):
        for group in self:
            group.date_anchor = group.date_anchor or group.contract_id.date_start

    @api.depends("stay_ids.date_end")
    def _compute_stay_count(self):
        for group in self:
            group.stay_count = len(group.stay_ids._today())

    @api.depends(
        "base_months", "base_timing", "base_day", "usage_months", "usage_day", "settlement_months"
    )
    @api.depends_context("lang")
    def _compute_summary(self):
        for group in self:
            group.summary = group._in_words({"base_fee", "pages"})

    def _in_words(self, kinds):
        """When what is agreed is settled.

        :param kinds: kinds of prices; only base fees and pages have a cycle
        """
        parts = []
        if "base_fee" in kinds:
            timings = dict(self._fields["base_timing"]._description_selection(self.env))
            fee = self.env._(
                "base fee %(every)s %(timing)s from day %(day)s",
                every=self._every(self.base_months),
                timing=timings.get(self.base_timing, "").lower(),
                day=self.base_day,
            )
            parts.append(fee)
        if "pages" in kinds:
            every = self._every(self.usage_months)
            parts.append(
                self.env._("pages %(every)s from day %(day)s", every=every, day=self.usage_day)
            )
            if self.settlement_months > self.usage_months:
                every = self._every(self.settlement_months)
                parts.append(self.env._("minimum settled %s", every))
        return ", ".join(parts)

    def _every(self, months):
        """A number of months as a frequency."""
        if months == 1:
            return self.env._("every month")
        return self.env._("every %s months", str(months))

    @api.constrains("usage_months", "settlement_months")
    def _check_settlement(self):
        """A minimum is settled over whole periods of pages."""
        for group in self:
            if group.settlement_months % group.usage_months:
                raise ValidationError(
                    self.env._(
                        "Group “%(group)s” of contract %(contract)s bills pages every %(usage)s "
                        "months, so its minimum cannot be settled every %(settlement)s months. "
                        "Choose a multiple of %(usage)s.",
                        group=group.name,
                        contract=group.contract_id.name,
                        usage=group.usage_months,
                        settlement=group.settlement_months,
                    )
                )

    @api.constrains("contract_id")
    def _check_contract(self):
        """Stays and prices stay with their own contract's groups."""
        self.stay_ids._check_group()
        self.env["service.rate.line"].search([("group_id", "in", self.ids)])._check_group()

    @api.onchange("usage_months")
    def _onchange_usage_months(self):
        if self.usage_months > 0 and self.settlement_months % self.usage_months:
            self.settlement_months = self.usage_months

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        """Devices and prices of a group go elsewhere first, and the last group stays."""
        prices = self.env["service.rate.line"].search([("group_id", "in", self.ids)], limit=1)
        if prices:
            raise ValidationError(
                self.env._(
                    "Group “%(group)s” of contract %(contract)s has prices of its own in the "
                    "rates from %(date)s. It has to stay.",
                    group=prices.group_id.name,
                    contract=prices.group_id.contract_id.name,
                    date=format_date(self.env, prices.rate_id.date_from),
                )
            )
        for group in self:
            contract = group.contract_id
            if not contract.group_ids - self:
                raise ValidationError(
                    self.env._(
                        "Contract %(contract)s needs a billing group. Rename “%(group)s” or "
                        "change it instead of deleting it.",
                        contract=contract.name,
                        group=group.name,
                    )
                )
            if group.stay_ids:
                raise ValidationError(
                    self.env._(
                        "Group “%(group)s” of contract %(contract)s has devices: %(devices)s. Put "
                        "them into another group first.",
                        group=group.name,
                        contract=contract.name,
                        devices=", ".join(group.stay_ids.device_id[:5].mapped("display_name")),
                    )
                )

    # ------------------------------------------------------------------ for billing

    def _base_cycle(self):
        """The cycle of the base fee."""
        self.ensure_one()
        return Cycle(
            self.base_months, self.base_day, self.date_anchor, self.base_timing == "advance"
        )

    def _usage_cycle(self, day=0):
        """The cycle of pages, always in arrears.

        :param int day: a device's own day of the month; 0 for the group's
        """
        self.ensure_one()
        return Cycle(self.usage_months, day or self.usage_day, self.date_anchor)

    def _settlement_cycle(self, day=0):
        """The cycle in which the minimum is settled: some whole periods of pages.

        :param int day: as in ``_usage_cycle``
        """
        self.ensure_one()
        return Cycle(self.settlement_months, day or self.usage_day, self.date_anchor)
