from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from .service_contract import GOING_STATES

#: What is written when a contract is terminated, and cleared when that is taken back.
TERMINATION_FIELDS = (
    "termination_kind",
    "termination_by",
    "termination_date",
    "termination_until",
    "termination_reason",
    "termination_user_id",
)


class ServiceContract(models.Model):
    """How a contract is terminated: who declared it, when, why, and which day is its last.

    What must hold of that is checked here once, for the dialog and the API alike.
    """

    _inherit = "service.contract"

    termination_kind = fields.Selection(
        [
            ("notice", "Notice"),
            ("not_renewed", "Not Renewed"),
            ("agreement", "Agreement of Both Sides"),
            ("immediate", "Without Notice"),
            ("assignment", "Assigned to Another Customer"),
        ],
        string="Terminated By",
        readonly=True,
        copy=False,
        tracking=True,
    )
    termination_by = fields.Selection(
        [("customer", "The Customer"), ("own", "We")],
        string="Declared By",
        readonly=True,
        copy=False,
    )
    termination_date = fields.Date(
        "Declared On",
        readonly=True,
        copy=False,
        help="The day on which the notice reached the other side, or of the agreement.",
    )
    termination_until = fields.Date("Runs Until", readonly=True, copy=False, tracking=True)
    termination_reason = fields.Text("Reason", readonly=True, copy=False)
    termination_user_id = fields.Many2one(
        "res.users", "Recorded By", readonly=True, copy=False, ondelete="set null"
    )

    @api.model_create_multi
    def create(self, vals_list):
        """A contract that comes terminated, as by an import, names who recorded it."""
        return super().create([self._with_recorder(vals) for vals in vals_list])

    def write(self, vals):
        """Only a contract that goes on is terminated, or goes on after all."""
        if vals.keys() & set(TERMINATION_FIELDS):
            self._check_state(GOING_STATES)
        return super().write(self._with_recorder(vals))

    def _with_recorder(self, vals):
        """Values with the person who records a termination: never somebody else, or nobody."""
        given = {name: vals[name] for name in TERMINATION_FIELDS if name in vals}
        given.pop("termination_user_id", None)
        if not given and "termination_user_id" not in vals:
            return vals
        vals = {name: value for name, value in vals.items() if name != "termination_user_id"}
        if "termination_kind" in given or any(given.values()):
            vals["termination_user_id"] = given.get("termination_kind", True) and self.env.uid
        return vals

    @api.constrains(*TERMINATION_FIELDS, "decision", "date_start", "term_end", "renewal")
    def _check_ending(self):
        """A termination is complete, and fits the contract."""
        for contract in self:
            if any(contract[name] for name in TERMINATION_FIELDS) and (
                refused := contract._refused_ending()
            ):
                raise ValidationError(refused)

    def _refused_ending(self):
        """Why a contract cannot be terminated as was entered; nothing when it can."""
        number, until = self.name, self.termination_until
        if not (self.termination_kind and self.termination_date and until):
            return self.env._(
                "The termination of contract %s is not complete: it needs its kind, the day on "
                "which it was declared and the last day in force.",
                number,
            )
        if self.decision != "concluded":
            return self.env._("Contract %s was never in force. Cancel it instead.", number)
        if self.termination_kind == "assignment" and not self.assigned_to_ids:
            return self.env._(
                "Contract %s has not been handed over to anybody. Use “Hand Over”.", number
            )
        return self._refused_last_day()

    def _refused_last_day(self):
        """Why a contract cannot end on the day that was entered; nothing when it can."""
        number, until = self.name, self.termination_until
        if until < self.date_start:
            return self.env._(
                "Contract %(contract)s begins on %(start)s and cannot end on %(until)s. Choose "
                "a later last day.",
                contract=number,
                start=format_date(self.env, self.date_start),
                until=format_date(self.env, until),
            )
        if self.termination_kind == "notice" and until < self.termination_date:
            return self.env._(
                "Notice given on %(date)s cannot end the contract on %(until)s already. Choose "
                "a later last day.",
                date=format_date(self.env, self.termination_date),
                until=format_date(self.env, until),
            )
        if self.renewal == "none" and self.term_end and self.term_end < until:
            return self.env._(
                "Contract %(contract)s ends on %(end)s anyway, so it cannot be terminated "
                "on %(until)s. Choose an earlier day, or prolong its term.",
                contract=number,
                end=format_date(self.env, self.term_end),
                until=format_date(self.env, until),
            )
        return None

    def action_terminate(self):
        """Record a notice or another end of one contract."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Terminate"),
            "res_model": "service.contract.terminate",
            "view_mode": "form",
            "target": "new",
            "context": {"default_contract_id": self.id},
        }

    def action_take_back_termination(self):
        """The notice was withdrawn: the contract goes on as agreed before."""
        self._check_state(GOING_STATES)
        for contract in self.filtered("termination_kind"):
            contract.write(dict.fromkeys(TERMINATION_FIELDS, False))

    def _terminate(self, kind, until, *, by=False, on=None, reason=False):
        """Let contracts end on a day.

        :param str kind: of ``termination_kind``
        :param date until: the last day in force
        :param str by: who declared it, of ``termination_by``
        :param date on: the day of the declaration; today when not given
        """
        self._check_state(GOING_STATES)
        # A device that would only have joined later never will.
        self.device_ids.filtered(lambda stay: stay.date_start > until).unlink()
        self.write(
            {
                "termination_kind": kind,
                "termination_by": by,
                "termination_date": on or fields.Date.context_today(self),
                "termination_until": until,
                "termination_reason": reason,
            }
        )

    def _termination_vals(self):
        """How this contract ends, for ``_terminate`` of the one that follows it; may be empty."""
        self.ensure_one()
        return self.termination_kind and {
            "kind": self.termination_kind,
            "until": self.termination_until,
            "by": self.termination_by,
            "on": self.termination_date,
            "reason": self.termination_reason,
        }
