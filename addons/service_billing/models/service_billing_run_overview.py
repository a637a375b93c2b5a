from odoo import api, fields, models

from .service_billing_run import TODO_STATES

#: What a person looks at: what cannot go on by itself, and drafts that wait to be posted.
PERSON_STATES = (*TODO_STATES, "draft", "number")


class ServiceBillingRun(models.Model):
    """A run at a glance: what needs somebody first, the rest as numbers."""

    _inherit = "service.billing.run"

    todo_line_ids = fields.One2many(
        "service.billing.line",
        "run_id",
        string="Need Somebody First",
        domain=[("state", "in", PERSON_STATES)],
    )
    error_count = fields.Integer("To Be Mended", compute="_compute_state_counts")
    reading_count = fields.Integer("Readings Missing", compute="_compute_state_counts")
    ready_count = fields.Integer("Ready", compute="_compute_state_counts")
    draft_count = fields.Integer("Drafts to Be Posted", compute="_compute_state_counts")
    invoiced_count = fields.Integer("Invoiced", compute="_compute_state_counts")
    due_amount = fields.Monetary(
        "Still Due", compute="_compute_state_counts", help="Without taxes, not invoiced yet."
    )

    @api.depends("line_ids.state", "line_ids.due_amount")
    def _compute_state_counts(self):
        groups = self.env["service.billing.line"]._read_group(
            [("run_id", "in", self.ids)], ["run_id", "state"], ["__count", "due_amount:sum"]
        )
        for run in self:
            counts = {state: count for each, state, count, _due in groups if each == run._origin}
            run.error_count = counts.get("error", 0)
            run.reading_count = counts.get("missing", 0) + counts.get("suspect", 0)
            run.ready_count = counts.get("ready", 0)
            run.draft_count = counts.get("draft", 0) + counts.get("number", 0)
            run.invoiced_count = counts.get("invoiced", 0)
            run.due_amount = sum(due for each, *_, due in groups if each == run._origin)

    def action_open_states(self):
        """Open the contracts of this run in some states, named by the button's context."""
        states = self.env.context.get("service_billing_states", ())
        return {
            **self.action_open_lines(),
            "domain": [("run_id", "in", self.ids), ("state", "in", states)],
            "context": {"default_run_id": self.id},
        }

    def _finish(self):
        # EXTENDS service_billing: somebody is told of what could not be settled.
        super()._finish()
        self.line_ids._tell_errors()

    def _close(self):
        # EXTENDS service_billing: what remains of a past month are its documents.
        super()._close()
        for line in self.line_ids:
            line.write(
                {
                    "state": line.move_ids._get_billing_state(),
                    "problem": False,
                    "problems": False,
                    "due_amount": 0,
                }
            )
