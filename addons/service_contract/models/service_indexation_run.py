from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date


class ServiceIndexationRun(models.Model):
    """Raising the prices of many contracts at once: chosen, looked at, applied, undone."""

    _name = "service.indexation.run"
    _description = "Indexation"
    _inherit = ["service.contract.part", "mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _rec_names_search = ["line_ids.contract_id.name"]
    _check_company_auto = True

    name = fields.Char(compute="_compute_name")
    date = fields.Date(
        "New Prices From",
        required=True,
        tracking=True,
        default=lambda self: fields.Date.context_today(self) + relativedelta(months=1, day=1),
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.company,
    )
    type_ids = fields.Many2many(
        "service.contract.type", string="Contract Types", help="Empty: all types."
    )
    customer_ids = fields.Many2many(
        "res.partner",
        string="Customers",
        domain="[('parent_id', '=', False)]",
        check_company=True,
        help="Empty: all customers.",
    )
    contract_ids = fields.Many2many(
        "service.contract",
        string="Contracts",
        check_company=True,
        domain="[('company_id', '=', company_id), ('indexation_method', '!=', 'none')]",
        help="Empty: all whose month has come.",
    )
    document_kind = fields.Selection(
        [("indexation", "Letter"), ("annex", "Annex"), ("none", "None")],
        string="Document",
        required=True,
        default="indexation",
        help="What is drawn up for each contract: a letter where the contract lets you change "
        "prices, an annex where the customer has to agree.",
    )
    line_ids = fields.One2many("service.indexation.line", "run_id", string="Lines")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("preview", "Preview"),
            ("applied", "Applied"),
            ("undone", "Undone"),
        ],
        compute="_compute_state",
        store=True,
        default="draft",
        tracking=True,
    )
    proposed_count = fields.Integer("Proposed", compute="_compute_counts")
    applied_count = fields.Integer("Applied", compute="_compute_counts")
    excluded_count = fields.Integer("Left Out", compute="_compute_counts")
    error_count = fields.Integer("Failed", compute="_compute_counts")
    document_count = fields.Integer("Documents", compute="_compute_document_count")
    draft_document_count = fields.Integer("Documents to Issue", compute="_compute_document_count")

    @api.depends("date")
    @api.depends_context("lang")
    def _compute_name(self):
        for run in self:
            run.name = self.env._("Indexation from %s", format_date(self.env, run.date))

    @api.depends("line_ids.state")
    def _compute_state(self):
        for run in self:
            states = set(run.line_ids.mapped("state"))
            found = [state for state in ("applied", "undone") if state in states]
            run.state = found[0] if found else "preview" if states else "draft"

    @api.depends("line_ids.state")
    def _compute_counts(self):
        counts = {
            (run, state): count
            for run, state, count in self.env["service.indexation.line"]._read_group(
                [("run_id", "in", self.ids)], ["run_id", "state"], ["__count"]
            )
        }
        for run in self:
            for state in ("proposed", "applied", "excluded", "error"):
                run[f"{state}_count"] = counts.get((run._origin, state), 0)

    @api.depends("line_ids.document_id.state")
    def _compute_document_count(self):
        for run in self:
            documents = run.line_ids.document_id
            run.document_count = len(documents)
            run.draft_document_count = len(documents.filtered(lambda each: each.state == "draft"))

    @api.model_create_multi
    def create(self, vals_list):
        """Only the lines say what has been done, whatever is written."""
        return super().create(
            [{name: vals[name] for name in vals.keys() - {"state"}} for vals in vals_list]
        )

    def write(self, vals):
        """What was chosen otherwise has to be looked at anew; the state is as in ``create``."""
        vals = {name: vals[name] for name in vals.keys() - {"state"}}
        if vals.keys() & {"date", "company_id", "type_ids", "customer_ids", "contract_ids"}:
            self._check_not_applied()
            self.sudo().line_ids.unlink()  # sudo: nobody writes lines but the run they belong to
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_applied(self):
        """What changed prices explains them."""
        self._check_not_applied()

    def _check_not_applied(self):
        self._check_idle()
        for run in self:
            if run.state in ("applied", "undone"):
                raise UserError(
                    self.env._(
                        "“%s” was applied and explains prices: it stays as it is. Make a new "
                        "indexation.",
                        run.name,
                    )
                )

    # ------------------------------------------------------------------ actions

    def action_preview(self):
        """Find the contracts and show what would become of their prices."""
        self.check_access("write")
        self._check_not_applied()
        # sudo: nobody writes lines but the run they belong to.
        lines = self.env["service.indexation.line"].sudo()
        for run in self:
            run.sudo().line_ids.unlink()
            contracts = self.env["service.contract"].search(run._contract_domain())
            lines.create(
                [vals | {"run_id": run.id} for vals in lines._prepare_vals(contracts, run.date)]
            )

    def action_apply(self):
        """Make the new prices; contracts that fail say why, the others have them."""
        self.check_access("write")
        for run in self:
            lines = run.line_ids.filtered(lambda line: line.state in ("proposed", "error"))
            if not lines:
                raise UserError(
                    self.env._("No contract is proposed in “%s”. Make a preview first.", run.name)
                )
            run._work("apply", lines)
            run._tell_failed()

    def action_undo(self):
        """Take all new prices of these runs back, where nothing was billed with them."""
        self.check_access("write")
        for run in self:
            run._work("undo", run.line_ids.filtered(lambda line: line.state == "applied"))

    def action_issue_documents(self):
        """Issue the letters or annexes of these runs: freeze and number them."""
        self.check_access("write")
        for run in self:
            lines = run.line_ids.filtered(lambda line: line.document_id.state == "draft")
            run._work("issue", lines)

    def action_open_documents(self):
        """Open the letters or annexes of these runs, to be sent and signed."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_contract.service_contract_document_action"
        )
        return {**action, "domain": [("id", "in", self.line_ids.document_id.ids)], "context": {}}

    def action_open_lines(self):
        """Open the contracts of these runs as a list."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_contract.service_indexation_line_action"
        )
        return {**action, "domain": [("run_id", "in", self.ids)]}

    def _contract_domain(self):
        """The contracts among which a run chooses."""
        self.ensure_one()
        domain = self.env["service.contract"]._indexation_month_domain(self.date)
        domain &= Domain("company_id", "=", self.company_id.id)
        for name in ("type_id", "customer_id"):
            if chosen := self[f"{name}s"]:
                domain &= Domain(name, "in", chosen.ids)
        if self.contract_ids:
            domain &= Domain("id", "in", self.contract_ids.ids)
        return domain

    def _tell_failed(self):
        """An activity for whoever runs it, while contracts have failed."""
        self.ensure_one()
        if self.error_count and not self.work:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Indexation failed for %s contracts", self.error_count),
                user_id=self.env.uid,
            )
