from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.service_contract.models.service_contract import FORCE_STATES
from odoo.addons.service_meter.tools.repeat import repeated
from odoo.addons.service_meter.tools.rows import claim

#: Contracts of one transaction.
BATCH = 100
#: How often a batch that met another transaction is repeated.
RETRIES = 10
#: When to look again for what another worker had.
LATER = timedelta(minutes=1)
#: Nothing is left to do for the program.
DONE_STATES = ("invoiced", "draft", "number", "nothing")
#: Somebody has to do something.
TODO_STATES = ("error", "suspect", "missing", "ready")
#: Crons that go through the runs side by side.
WORKERS = ("service_billing.cron_settle_1", "service_billing.cron_settle_2")


class ServiceBillingRun(models.Model):
    """What becomes due under the contracts of a company in one month, until a day of it.

    Day by day it goes on, and looks at each contract again: fees, pages and devices have days of
    their own. It can be stopped, resumed and killed: each batch of contracts is settled, invoiced
    and committed together or not at all, and nothing is due twice.
    """

    _name = "service.billing.run"
    _description = "Billing Run"
    _inherit = ["mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True, precompute=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.company,
    )
    date = fields.Date(
        "Due Until",
        required=True,
        default=fields.Date.context_today,
        help="Fees and pages whose period is due that day or before are settled.",
    )
    month = fields.Date(
        compute="_compute_month", store=True, precompute=True, help="The first day of its month."
    )
    state = fields.Selection(
        [
            ("draft", "Prepared"),
            ("running", "Running"),
            ("paused", "Stopped"),
            ("done", "Done"),
        ],
        required=True,
        default="draft",
        readonly=True,
        index=True,
    )
    line_ids = fields.One2many("service.billing.line", "run_id", string="Contracts")
    line_count = fields.Integer("Number of Contracts", compute="_compute_progress")
    todo_count = fields.Integer("Need Somebody", compute="_compute_progress")
    progress = fields.Float(
        compute="_compute_progress", help="Percent of contracts that have been looked at."
    )
    amount = fields.Monetary("Net Amount", compute="_compute_progress")
    currency_id = fields.Many2one(related="company_id.currency_id")

    _company_month_uniq = models.Constraint(
        "UNIQUE(company_id, month)", "There is a run for that month already. Open that one."
    )

    @api.depends("date")
    def _compute_month(self):
        for run in self:
            run.month = run.date and run.date.replace(day=1)

    @api.depends("month")
    def _compute_name(self):
        for run in self:
            run.name = run.month and f"{run.month:%Y-%m}"

    @api.depends("line_ids.state", "line_ids.amount", "line_ids.due_amount")
    def _compute_progress(self):
        groups = self.env["service.billing.line"]._read_group(
            [("run_id", "in", self.ids)],
            ["run_id", "state"],
            ["__count", "amount:sum", "due_amount:sum"],
        )
        for run in self:
            run._show_progress({row[1]: row[2:] for row in groups if row[0] == run._origin})

    def _show_progress(self, states):
        """Show how far this run is.

        :param dict states: ``{state of its contracts: (how many, amount invoiced, amount due)}``
        """
        counts = {state: row[0] for state, row in states.items()}
        self.line_count = sum(counts.values())
        self.todo_count = sum(counts.get(state, 0) for state in TODO_STATES)
        self.amount = sum(row[1] for state, row in states.items() if state != "nothing")
        looked_at = self.line_count - counts.get("waiting", 0)
        self.progress = 100 * looked_at / self.line_count if self.line_count else 0

    @api.constrains("state")
    def _check_may_run(self):
        """What runs is issued in the background, by nobody's rights: they are asked for here."""
        if "running" in self.mapped("state"):
            # Constraints are checked as superuser: this one is about the person.
            self.env["account.move"].sudo(False).check_access("create")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_settled(self):
        """What was settled keeps the run that settled it."""
        # Superuser: who may delete a run need not read its invoices.
        settled = self.sudo().filtered(lambda run: run.line_ids.move_ids or run.line_ids.charge_ids)
        if settled:
            raise UserError(
                self.env._(
                    "Contracts were settled in the run “%s”. It stays; stop it if it shall not "
                    "go on.",
                    settled[0].name,
                )
            )

    # ------------------------------------------------------------------ buttons

    def action_check(self):
        """Look at every contract in force: what is due, what is missing. Nothing is stored."""
        self.check_access("write")
        for run in self:
            run._add_lines()
            run.line_ids._check()

    def action_start(self):
        """Settle what is ready, in the background; whoever looks sees the progress."""
        for run in self:
            run._add_lines()
        self.state = "running"
        self.line_ids.filtered(lambda line: line.state != "waiting")._keep({"state": "waiting"})
        self._trigger()

    def action_stop(self):
        """Stop after the batches that are being settled."""
        self.filtered(lambda run: run.state == "running").state = "paused"

    def action_open_lines(self):
        """Open the contracts of this run, those that need somebody first."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_billing.service_billing_line_action"
        )
        return {**action, "domain": [("run_id", "in", self.ids)]}

    def action_open_moves(self):
        """Open the documents of this run."""
        moves = self.line_ids.move_ids
        return moves._get_records_action(name=self.env._("Documents"))

    # ------------------------------------------------------------------ life

    def _add_lines(self):
        """A line for every contract that was in force and may have something due."""
        self.ensure_one()
        contracts = self.env["service.contract"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "in", FORCE_STATES),
                ("date_start", "<=", self.date),
                ("id", "not in", self.line_ids.contract_id.ids),
                # What ended long ago was settled long ago.
                "|",
                ("date_end", "=", False),
                ("date_end", ">=", self.date - relativedelta(months=14)),
            ]
        )
        self.env["service.billing.line"].create(
            [{"run_id": self.id, "contract_id": contract.id} for contract in contracts]
        )

    def _trigger(self, at=None):
        """Wake the workers, now or later."""
        for xmlid in WORKERS:
            self.env.ref(xmlid)._trigger(at)

    @api.model
    def _cron_start(self):
        """Bring the run of this month to today in each company, before the workers settle it."""
        companies = self.env["service.contract"]._read_group(
            [("state", "in", FORCE_STATES)], ["company_id"]
        )
        for (company,) in companies:
            self._go_on(company)

    @api.model
    def _go_on(self, company):
        """Bring the run of this month to today, unless somebody has stopped it."""
        today = company._get_service_today()
        runs = self.search([("company_id", "=", company.id), ("month", "<=", today)])
        run = runs.filtered(lambda run: run.month == today.replace(day=1))
        (runs - run).filtered(lambda run: run.state != "done")._close()
        run = run or self.create({"company_id": company.id, "date": today})
        if run.state != "paused":
            run.date = today
            run.action_start()

    @api.model
    def _cron_settle(self):
        """Settle one batch after another; several workers share the lines by locking them.

        A batch that met another transaction is repeated.
        """
        while repeated(self.env, self._settle_next, RETRIES):
            pass

    def _settle_next(self):
        """Settle the next batch, in a transaction of its own; whether to go on."""
        cron, line_model = self.env["ir.cron"], self.env["service.billing.line"]
        if lines := self._next_batch():
            done = lines._settle(automatic=True)
            return cron._commit_progress(
                done, remaining=line_model.search_count(self._open_domain())
            )
        line_model._refresh()
        self.search([("state", "=", "running")])._finish()
        if line_model.search_count(self._open_domain(), limit=1):
            # They wait for contracts that another worker is settling.
            self._trigger(fields.Datetime.now() + LATER)
        cron._commit_progress()
        return False

    @api.model
    def _open_domain(self):
        return [("run_id.state", "=", "running"), ("state", "=", "waiting")]

    @api.model
    def _next_batch(self):
        """Lines that no other worker has, their rows locked."""
        lines = self.env["service.billing.line"].search(self._open_domain(), limit=4 * BATCH)
        return lines.try_lock_for_update(limit=BATCH)._with_handed_over()

    def _finish(self):
        """A run in which no contract waits is done, until the next day.

        :return: those that are
        """
        done = self.filtered(
            lambda run: not run.line_ids.filtered(lambda line: line.state == "waiting")
        )
        # Of two workers that find it done, one comes again: what follows is done once.
        claim(done)
        done.state = "done"
        return done

    def _close(self):
        """End the runs of past months: what somebody has to mend goes on in the next one."""
        self.line_ids.filtered(lambda line: not line.move_ids and not line.charge_ids).unlink()
        self.state = "done"
