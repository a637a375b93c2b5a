import logging
from collections import defaultdict

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.tools import SQL

from .service_billing_run import DONE_STATES

_logger = logging.getLogger(__name__)


class ServiceBillingLine(models.Model):
    """One contract in one run: what is due, what is missing, which documents came of it."""

    _name = "service.billing.line"
    _description = "Contract in a Billing Run"
    # The newest run first, as runs are ordered.
    _order = "run_id, rank, contract_id"
    _rec_name = "contract_id"
    _check_company_auto = True

    run_id = fields.Many2one("service.billing.run", required=True, ondelete="cascade", index=True)
    contract_id = fields.Many2one(
        "service.contract", required=True, ondelete="restrict", index=True
    )
    customer_id = fields.Many2one(related="contract_id.customer_id", store=True, precompute=True)
    company_id = fields.Many2one(related="run_id.company_id", store=True, precompute=True)
    date = fields.Date(related="run_id.date", store=True, precompute=True)
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("error", "To Be Mended"),
            ("suspect", "Reading to Be Explained"),
            ("missing", "Reading Missing"),
            ("ready", "Ready"),
            ("draft", "Draft to Be Posted"),
            ("number", "Waiting for Number"),
            ("invoiced", "Invoiced"),
            ("nothing", "Nothing Due"),
        ],
        required=True,
        default="waiting",
        readonly=True,
        index=True,
    )
    rank = fields.Integer(compute="_compute_rank", store=True, precompute=True)
    problem = fields.Text("What to Do", readonly=True)
    charge_ids = fields.One2many("service.charge", "billing_line_id", string="Charges")
    move_ids = fields.Many2many("account.move", string="Documents", readonly=True)
    due_amount = fields.Monetary("Due", readonly=True, help="Without taxes, not invoiced yet.")
    amount = fields.Monetary("Invoiced", readonly=True, help="Without taxes.")
    currency_id = fields.Many2one(related="contract_id.currency_id")
    _run_contract_uniq = models.Constraint(
        "UNIQUE(run_id, contract_id)", "The contract is in this run already."
    )

    @api.depends("state")
    def _compute_rank(self):
        order = [key for key, _label in self._fields["state"].selection]
        for line in self:
            line.rank = order.index(line.state)

    @api.model_create_multi
    def create(self, vals_list):
        """A contract is put into a run; what comes of it is found by the run."""
        for vals in vals_list:
            self._check_program_fields(vals.keys() - {"run_id", "contract_id"})
        return super().create(vals_list)

    def write(self, vals):
        """What a run has found and made is a fact that nobody else writes.

        :raise UserError: names what to do instead
        """
        self._check_program_fields(vals)
        return super().write(vals)

    def _check_program_fields(self, fnames):
        if fnames and not self.env.su:
            raise UserError(
                self.env._(
                    "What a run finds and makes of a contract is written by the run only. Use the "
                    "buttons “Look Again” and “Settle”."
                )
            )

    def _keep(self, vals):
        """Remember what the run has found or made."""
        # Superuser: nobody else writes it; whoever settles was allowed to.
        self.sudo().write(vals)

    # ------------------------------------------------------------------ buttons

    def action_settle(self):
        """Settle these contracts now, whatever their mode; drafts are opened for a person.

        :raise UserError: naming what stands against it, when it is one contract and none of it can
            be settled
        """
        self.check_access("write")
        before = self.move_ids
        self._settle(automatic=False)
        if len(self) == 1 and self.state not in DONE_STATES and self.move_ids <= before:
            raise UserError(self.problem or self.env._("Nothing is due."))

    def action_check(self):
        """Look again."""
        self.check_access("write")
        self._check()

    def action_preview(self):
        """Open the whole calculation, as the customer gets it; nothing is stored."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.contract_id.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def action_open_contract(self):
        """Open the contract."""
        return self.contract_id._get_records_action()

    def action_open_moves(self):
        """Open the documents."""
        return self.move_ids._get_records_action(name=self.env._("Documents"))

    # ------------------------------------------------------------------ what is due

    def _statements(self):
        """``{line: Statement}``; nothing is stored."""
        found = {}
        for (company, day), lines in self.grouped(
            lambda each: (each.company_id, each.date)
        ).items():
            rating = self.env["service.billing.rating"]
            told = lines._in_language_of(company)
            statements = rating._statements(told.contract_id, day)
            found |= {line: statements[line.contract_id] for line in lines}
        return found

    def _in_language_of(self, company):
        """What is to be mended is read by the staff: in the language of their company."""
        return self.with_context(lang=company._get_service_lang())

    def _check(self):
        """Say of each contract what is due or missing."""
        for line, statement in self._found().items():
            line._show(statement)

    def _found(self, settling=False):
        """What is due, of those contracts for which it can be said; the others keep their error.

        A conflict with another transaction is not caught: then all is repeated.

        :param bool settling: fees that changed afterwards are proposed first
        :return: ``{line: Statement}``
        """
        try:
            with self.env.cr.savepoint():
                if settling:
                    self.contract_id._propose_fees()
                return self._statements()
        except (OperationalError, LockError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, one contract fails alone
            if len(self) == 1:
                self._fail(error)
                return {}
        found = {}
        for line in self:
            found |= line._found(settling)
        return found

    def _show(self, statement):
        """Show what is due, or why it cannot be settled yet."""
        texts = [problem.text for problem in statement.problems]
        total = sum(vals["quantity"] * vals["price_unit"] for vals in statement.due)
        state = statement.state
        # Superuser: service managers look again, too, and read no invoices.
        moves = self.sudo().move_ids
        if state == "nothing" and moves:
            state = moves._get_billing_state()
        self._keep(
            {
                "state": state,
                "problem": "\n".join(dict.fromkeys(texts)) or False,
                "due_amount": self.currency_id.round(total),
            }
        )

    # ------------------------------------------------------------------ settle

    def _settle(self, automatic):
        """Settle these contracts together, or where that fails, each alone.

        :param bool automatic: only those whose contract says that billing goes by itself
        :return: how many lines were looked at
        """
        runs = self.grouped("run_id")
        if len(runs) > 1:
            # A contract may wait in two runs: what the earlier one settles, the later one finds.
            by_date = sorted(runs, key=lambda run: (run.date, run.id))
            return sum(runs[run]._settle(automatic) for run in by_date)
        if self.run_id:
            return self._in_language_of(self.company_id)._settle_run(automatic)
        return 0

    def _settle_run(self, automatic):
        """The same for contracts of one run."""
        run = self.run_id
        waiting = self.contract_id._charges_waiting(run.date)
        # Settled, and on no document any more: its draft was deleted, or its document cancelled
        # or corrected to zero.
        again = waiting.filtered("role").contract_id
        # Nothing is due but the work of past months, on its monthly document.
        with_work = waiting.filtered(lambda charge: charge.date < run.month).contract_id
        ready, statements = {}, self._found(settling=True)
        for line, statement in statements.items():
            line._show(statement)
            by_itself = not automatic or line.contract_id.billing_mode != "manual"
            if line.contract_id in again and line.state in DONE_STATES:
                line._keep({"state": "ready"})
            # Charges, or pages that are only given back.
            is_due = any(statement.settled()) or line.contract_id in again
            is_due = is_due or (statement.state == "nothing" and line.contract_id in with_work)
            if by_itself and is_due:
                ready[line] = statement
        lines = self.browse(line.id for line in ready)
        if lines and not lines._try(ready):
            for line in lines:
                line._try({line: ready[line]})
        # A device that went from one contract to another: now the later one can be settled.
        settled = {
            line.contract_id
            for line in lines
            if line.state != "error" and (line.state in DONE_STATES or ready[line].settled()[1])
        }
        following = [line.id for line, statement in statements.items() if statement.after & settled]
        if following:
            self.browse(following)._settle(automatic)
        return len(self)

    def _with_handed_over(self):
        """These lines and those of contracts from which devices went to theirs, which have to be
        settled first; without lines whose earlier contract another worker has.

        All are locked, as these are.
        """
        self.flush_model(["run_id", "contract_id", "state"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT line.id, earlier.id
                  FROM service_billing_line line
                  JOIN service_contract_device stay ON stay.contract_id = line.contract_id
                  JOIN service_contract_device before ON before.device_id = stay.device_id
                   AND before.date_start < stay.date_start
                   AND before.contract_id != stay.contract_id
                  JOIN service_billing_line earlier ON earlier.contract_id = before.contract_id
                   AND earlier.run_id = line.run_id AND earlier.state = 'waiting'
                 WHERE line.id = ANY(%s)
                """,
                self.ids,
            )
        )
        others = self.browse({earlier for _line, earlier in rows}) - self
        mine = self | others.try_lock_for_update()
        elsewhere = {line for line, earlier in rows if earlier not in mine.ids}
        return mine.filtered(lambda line: line.id not in elsewhere)

    def _try(self, statements):
        """Settle, invoice and post in one savepoint; whether it went well.

        A conflict with another transaction is not caught: then all is repeated.
        """
        try:
            with self.env.cr.savepoint():
                self._store(statements)
                self.env.flush_all()
        except (OperationalError, LockError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, one contract fails alone
            if len(self) == 1:
                self._fail(error)
            return False
        return True

    def _store(self, statements):
        """Store the ledger and the charges, make the documents and post them."""
        charges = self.contract_id._settle(statements.values())
        by_contract = charges.grouped("contract_id")
        for line in self:
            # Superuser: only the program ties a charge to the run that settled it.
            line_charges = by_contract.get(line.contract_id, charges.browse()).sudo()
            line_charges.billing_line_id = line
        day = max(self.mapped("date"))
        moves = (charges | self.contract_id._charges_waiting(day))._bill(day)
        moves.filtered(lambda move: move._is_issued_by_itself()).action_post()
        of_contract = defaultdict(list)
        for move in moves:
            # Superuser: whoever bills need not read all charges.
            for contract in move.sudo().service_charge_ids.contract_id:
                of_contract[contract.id].append(move.id)
        for line in self:
            mine = moves.browse(of_contract[line.contract_id.id])
            line._done(statements[line], mine.with_prefetch(moves.ids))

    def _done(self, statement, moves):
        """Remember the documents of one contract; where readings are missing, it stays so."""
        moves = (self.move_ids | moves).with_prefetch(moves._prefetch_ids)
        vals = {
            # What a credit note gives back counts below zero.
            "amount": sum(-move.direction_sign * move.amount_untaxed for move in moves),
            "move_ids": [fields.Command.set(moves.ids)],
        }
        if not statement.problems:
            state = moves._get_billing_state()
            vals |= {"state": state, "problem": False, "due_amount": 0}
        self._keep(vals)

    @api.model
    def _refresh(self):
        """Follow the documents that a person has posted, or that got their number."""
        for line in self.search([("state", "in", ("draft", "number"))]):
            # Its draft was deleted: it is to be billed again.
            state = line.move_ids._get_billing_state() if line.move_ids else "ready"
            if line.state != state:
                line._keep({"state": state})

    def _fail(self, error):
        """Keep what went wrong with one contract."""
        if isinstance(error, UserError):
            text = str(error.args[0])
        else:
            _logger.exception("contract %s could not be settled", self.contract_id.name)
            text = self.env._(
                "The contract could not be settled because of an error of the program: %s. Tell "
                "your administrator.",
                error,
            )
        self._keep({"state": "error", "problem": text})
