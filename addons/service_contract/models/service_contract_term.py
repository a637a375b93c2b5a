from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.service_meter.tools.repeat import repeated

from ..tools.term import next_term_end, notice_end
from .service_contract import GOING_STATES

ONE_DAY = timedelta(days=1)
#: How often the daily job that met another transaction is repeated.
RETRIES = 4


class ServiceContract(models.Model):
    """The life of a contract: its term, and what follows it.

    People only decide (``decision``, the termination); the state follows from that and the dates.
    """

    _inherit = "service.contract"

    decision = fields.Selection(
        [("open", "Open"), ("concluded", "Concluded"), ("cancelled", "Cancelled")],
        required=True,
        default="open",
        copy=False,
        readonly=True,
        help="What was decided about the contract; its state follows from it and from the dates.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("future", "Concluded"),
            ("active", "In Force"),
            ("notice", "Notice Running"),
            ("ended", "Expired"),
            ("terminated", "Terminated"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        compute="_compute_state",
        store=True,
        precompute=True,
        index=True,
        copy=False,
        tracking=True,
    )
    term_end = fields.Date(
        "Fixed Term Until",
        tracking=True,
        help="The last day of the term that was agreed; empty: until terminated.",
    )
    date_end = fields.Date(
        "Until",
        compute="_compute_date_end",
        inverse="_inverse_date_end",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
        index="btree_not_null",
        tracking=True,
        help="The last day in force, as far as it is known; empty: until terminated.",
    )

    _term_order = models.Constraint(
        "CHECK(term_end IS NULL OR term_end >= date_start)",
        "A contract cannot end before it starts. Correct one of the dates.",
    )
    _dates_order = models.Constraint(
        "CHECK(date_end IS NULL OR date_end >= date_start)",
        "A contract cannot end before it starts. Correct one of the dates.",
    )

    @api.depends("term_end", "renewal", "termination_until")
    def _compute_date_end(self):
        for contract in self:
            certain = contract.term_end if contract.renewal == "none" else False
            contract.date_end = contract.termination_until or certain

    def _inverse_date_end(self):
        """A last day that is given, as by an import, is that of a term without renewal."""
        for contract in self:
            if contract.termination_until and contract.date_end != contract.termination_until:
                raise UserError(
                    self.env._(
                        "Contract %(contract)s was terminated and ends on %(date)s. Take the "
                        "termination back to change that day.",
                        contract=contract.name,
                        date=format_date(self.env, contract.termination_until),
                    )
                )
            if not contract.termination_until and contract.date_end:
                contract.write({"term_end": contract.date_end, "renewal": "none"})
            elif contract.renewal == "none":
                contract.term_end = contract.date_end

    @api.depends("decision", "date_start", "date_end", "termination_kind")
    def _compute_state(self):
        for contract in self:
            # What is typed in a form has not happened yet, and must stay open to be corrected.
            known = contract._origin if contract._origin != contract else None
            contract.state = known.state if known else contract._state_on(contract._service_today())

    def _service_today(self):
        """The day by which the contract begins and ends: its company's, whoever asks."""
        return (self.company_id or self.env.company)._get_service_today()

    def _state_on(self, day):
        """The state that decisions and dates give the contract on a day."""
        self.ensure_one()
        if self.decision != "concluded":
            return "cancelled" if self.decision == "cancelled" else "draft"
        if self.date_end and self.date_end < day:
            return "terminated" if self.termination_kind else "ended"
        if self.termination_kind == "notice":
            return "notice"
        return "future" if self.date_start and self.date_start > day else "active"

    @api.constrains("term_end", "renewal", "termination_until", "date_end")
    def _check_not_billed(self):
        """No contract ends within what has been billed."""
        for contract in self.filtered("date_end"):
            open_from = contract._open_from()
            if open_from and contract.date_end < open_from - ONE_DAY:
                raise ValidationError(
                    self.env._(
                        "Contract %(contract)s has been billed until %(last)s, so it cannot end on "
                        "%(date)s. Let it end on %(last)s at the earliest, or correct the invoice "
                        "first.",
                        contract=contract.name,
                        last=format_date(self.env, open_from - ONE_DAY),
                        date=format_date(self.env, contract.date_end),
                    )
                )

    def write(self, vals):
        """Refuse another first day once something was billed from it."""
        if "date_start" in vals:
            start = fields.Date.to_date(vals["date_start"])
            for contract in self.filtered(lambda contract: contract.date_start != start):
                if open_from := contract._open_from():
                    raise UserError(
                        self.env._(
                            "Contract %(contract)s has been billed until %(last)s: its first day "
                            "%(start)s stays.",
                            contract=contract.name,
                            last=format_date(self.env, open_from - ONE_DAY),
                            start=format_date(self.env, contract.date_start),
                        )
                    )
        return super().write(vals)

    # ------------------------------------------------------------------ acts

    def action_activate(self):
        """Conclude drafts; from their first day on, their rates and devices count."""
        self.write({"decision": "concluded"})
        self._renew()

    def action_cancel(self):
        """Give up drafts."""
        self.write({"decision": "cancelled"})

    def action_draft(self):
        """Take up cancelled contracts again."""
        self.write({"decision": "open"})

    def _term_end_on(self, day):
        """The last day of the fixed term that a day is in; False when it goes on without one."""
        self.ensure_one()
        if not self.term_end or self.term_end >= day:
            return self.term_end
        if self.renewal != "fixed":
            return False
        return next_term_end(self.term_end, self.renewal_months, day)

    def _notice_end(self, given):
        """The last day in force when notice reaches the other side on a day.

        :param date given: the day of the notice
        """
        self.ensure_one()
        until = notice_end(given, self.notice_length, self.notice_unit, self.notice_rule)
        if self.renewal == "none" and self.term_end:
            until = min(until, self.term_end)
        return max(until, self.date_start)

    # ------------------------------------------------------------------ each day

    @api.model
    def _cron_service_contract_day(self):
        """Once a day: what the new day brings."""
        repeated(self.env, self._follow_day, RETRIES)

    @api.model
    def _follow_day(self):
        """Further terms begin, and states follow the dates."""
        self._follow_dates()

    @api.model
    def _follow_dates(self):
        """Bring further terms and states up to the day, all contracts in a few queries."""
        companies = self.env["res.company"]
        self.search(companies._service_today_domain(self._lapsed_domain))._renew()
        late = self.search(companies._service_today_domain(self._late_domain))
        # As if it were decided anew: all that follows from the state is computed, too.
        late.modified(["decision"])
        self.env.flush_all()

    @api.model
    def _lapsed_domain(self, today):
        """Contracts whose fixed term is over, and is followed by another."""
        return (
            Domain("renewal", "=", "fixed")
            & Domain("term_end", "<", today)
            & Domain("state", "in", GOING_STATES)
        )

    @api.model
    def _late_domain(self, today):
        """Contracts whose state is not that of the day."""
        return (
            Domain("state", "=", "future") & Domain("date_start", "<=", today)
            | Domain("state", "in", GOING_STATES) & Domain("date_end", "<", today)
            # A clock that went wrong for a while is followed back, too.
            | Domain("state", "in", ("ended", "terminated")) & Domain("date_end", ">=", today)
            | Domain("state", "=", "active") & Domain("date_start", ">", today)
        )

    def _renew(self):
        """Let the further terms begin of contracts that go on for a fixed time each."""
        for contract in self:
            today = contract._service_today()
            if (
                contract.renewal == "fixed"
                and not contract.termination_until
                and contract.term_end
                and contract.term_end < today
            ):
                contract.term_end = next_term_end(contract.term_end, contract.renewal_months, today)
