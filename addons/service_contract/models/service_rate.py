from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .service_contract import FORCE_STATES


class ServiceRate(models.Model):
    """A version of a contract's fees and prices, in force from a day until the next version.

    A version in force is never changed: a new price never rewrites the past.
    """

    _name = "service.rate"
    _description = "Contract Rates"
    _order = "contract_id, date_from desc, id desc"

    contract_id = fields.Many2one("service.contract", required=True, ondelete="cascade", index=True)
    date_from = fields.Date(
        "In Force From",
        required=True,
        compute="_compute_date_from",
        store=True,
        readonly=False,
        precompute=True,
    )
    line_ids = fields.One2many("service.rate.line", "rate_id", string="Prices", copy=True)
    currency_id = fields.Many2one(related="contract_id.currency_id")
    company_id = fields.Many2one(
        related="contract_id.company_id", store=True, precompute=True, index=True
    )
    is_in_force = fields.Boolean(
        "In Force", compute="_compute_is_in_force", help="Its prices can no longer be changed."
    )

    _contract_date_uniq = models.Constraint(
        "UNIQUE(contract_id, date_from)",
        "The contract already has rates from that day. Choose another day or change those.",
    )

    @api.depends("contract_id")
    def _compute_date_from(self):
        for rate in self:
            rate.date_from = rate.date_from or rate.contract_id.date_start

    @api.depends("date_from", "contract_id.state")
    def _compute_is_in_force(self):
        today = fields.Date.context_today(self)
        for rate in self:
            rate.is_in_force = bool(
                rate.contract_id.state in FORCE_STATES
                and rate.date_from
                and rate.date_from <= today
            )

    @api.depends("date_from", "contract_id.name")
    def _compute_display_name(self):
        for rate in self:
            rate.display_name = self.env._(
                "%(contract)s from %(date)s",
                contract=rate.contract_id.name,
                date=fields.Date.to_string(rate.date_from),
            )

    @api.model_create_multi
    def create(self, vals_list):
        """A version that would begin in the past is refused once another one was in force."""
        rates = super().create(vals_list)
        for rate in rates.filtered("is_in_force"):
            if any(other.is_in_force for other in rate.contract_id.rate_ids - rates):
                raise ValidationError(
                    self.env._(
                        "Contract %(contract)s has rates in force already. A new version can "
                        "start tomorrow at the earliest.",
                        contract=rate.contract_id.name,
                    )
                )
        return rates

    def write(self, vals):
        """Refuse to change a version that is in force, or to move one into the past."""
        if {"contract_id", "date_from"} & vals.keys():
            self._check_open()
        result = super().write(vals)
        if "date_from" in vals:
            self._check_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        """What was in force explains money."""
        self._check_open()

    def _check_open(self):
        """Refuse a change of prices that are in force.

        :raises odoo.exceptions.UserError: naming the version
        """
        closed = self.filtered("is_in_force")
        if closed:
            raise UserError(
                self.env._(
                    "The rates of contract %(contract)s from %(date)s are in force and cannot be "
                    "changed. Make a new version with the new prices.",
                    contract=closed[0].contract_id.name,
                    date=closed[0].date_from,
                )
            )
