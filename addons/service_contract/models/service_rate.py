from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .service_contract import FORCE_STATES

#: Kinds of prices that come back with every period.
PERIODIC = ("base_fee", "pages")
#: Pages of the example: what a busy office prints in a month.
EXAMPLE_PAGES = 12500


class ServiceRate(models.Model):
    """A version of a contract's fees and prices, in force from a day until the next version.

    A version in force is never changed: a new price never rewrites the past.
    """

    _name = "service.rate"
    _description = "Contract Rates"
    _inherit = "service.contract.part"
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
    group_count = fields.Integer(related="contract_id.group_count")
    is_in_force = fields.Boolean(
        "In Force", compute="_compute_is_in_force", help="Its prices can no longer be changed."
    )
    example_pages = fields.Integer(
        "Example With",
        compute="_compute_example_pages",
        readonly=False,
        help="So many pages show at once what the prices of pages mean. It is not kept.",
    )

    _contract_date_uniq = models.Constraint(
        "UNIQUE(contract_id, date_from)",
        "The contract already has rates from that day. Choose another day or change those.",
    )

    @api.depends("contract_id")
    def _compute_example_pages(self):
        for rate in self:
            rate.example_pages = rate.example_pages or EXAMPLE_PAGES

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
                date=format_date(self.env, rate.date_from),
            )

    @api.model_create_multi
    def create(self, vals_list):
        """A new version begins on the first day that was not billed, at the earliest."""
        rates = super().create(vals_list)
        rates._check_not_billed()
        rates._log_backdated()
        return rates

    def write(self, vals):
        """Refuse to change a version that is in force, or to move one to days that were billed, of
        its contract or of another one."""
        if {"contract_id", "date_from"} & vals.keys():
            self._check_open()
            if vals.get("line_ids"):
                # Once its day has come, its prices could no longer be written.
                self.write({"line_ids": vals["line_ids"]})
                vals = {name: value for name, value in vals.items() if name != "line_ids"}
        result = super().write(vals)
        if {"contract_id", "date_from"} & vals.keys():
            self._check_not_billed()
            self._log_backdated()
        return result

    def _log_backdated(self):
        """Prices entered for days gone by are allowed, and leave a trace of who did so when."""
        for rate in self:
            contract = rate.contract_id
            if contract.state in FORCE_STATES and rate.date_from < contract._service_today():
                contract._message_log(
                    body=self.env._(
                        "Rates were entered backdated, in force from %s.",
                        format_date(self.env, rate.date_from),
                    )
                )

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
                    date=format_date(self.env, closed[0].date_from),
                )
            )
        self._check_not_billed()

    def _check_not_billed(self):
        """Refuse prices for days that have been billed, such as a fee paid in advance.

        :raises odoo.exceptions.UserError: naming the first day that may still change
        """
        for rate in self:
            open_from = rate.contract_id._open_from()
            if open_from and rate.date_from and rate.date_from < open_from:
                raise UserError(
                    self.env._(
                        "Contract %(contract)s has been billed until %(open)s, so rates cannot "
                        "begin on %(date)s. Let them begin on %(open)s at the earliest.",
                        contract=rate.contract_id.name,
                        open=format_date(self.env, open_from),
                        date=format_date(self.env, rate.date_from),
                    )
                )

    def copy_data(self, default=None):
        """A copy for another contract is for that one's groups, matched by their order."""
        vals_list = super().copy_data(default)
        target = self.env["service.contract"].browse((default or {}).get("contract_id"))
        for rate, vals in zip(self, vals_list, strict=True):
            if target and target != rate.contract_id:
                known = dict(zip(rate.contract_id.group_ids.ids, target.group_ids.ids, strict=True))
                for _command, _id, line in vals.get("line_ids", ()):
                    line["group_id"] = known.get(line.get("group_id"), False)
        return vals_list

    # ------------------------------------------------------------------ for billing

    def _lines_for(self, group):
        """The prices of a billing group: its own, and the general ones that it has none of.

        :param group: ``service.billing.group``
        :return: ``service.rate.line`` records
        """
        own = self.line_ids.filtered(lambda line: line.group_id == group) if group else ()
        keys = {line._key() for line in own}
        return self.line_ids.filtered(
            lambda line: line in own or (not line.group_id and line._key() not in keys)
        )

    def _periodic_for(self, group):
        """The fees and the prices of pages of a billing group."""
        return self._lines_for(group).filtered(lambda line: line.kind in PERIODIC)

    def _units(self, stays):
        """Which devices pay a fee once, and whose pages are counted together.

        :param stays: ``service.contract.device`` records of the period
        :return: ``[(price, stays)]``: each meter of each stay is in one unit at most
        """
        self.ensure_one()
        members = {
            (line, None): []
            for line in self.line_ids
            if line.kind == "base_fee" and line.level == "contract"
        }
        for group, of_group in stays.grouped("group_id").items():
            for line in self._periodic_for(group):
                for stay in of_group:
                    if line._meets(stay):
                        members.setdefault((line, line._unit_of(stay)), []).append(stay.id)
        return [(line, stays.browse(ids)) for (line, _unit), ids in members.items()]
