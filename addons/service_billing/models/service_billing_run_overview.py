from odoo import fields, models

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
    error_count = fields.Integer("To Be Mended", compute="_compute_progress")
    reading_count = fields.Integer("Readings Missing", compute="_compute_progress")
    ready_count = fields.Integer("Ready", compute="_compute_progress")
    draft_count = fields.Integer("Drafts to Be Posted", compute="_compute_progress")
    invoiced_count = fields.Integer("Invoiced", compute="_compute_progress")
    due_amount = fields.Monetary(
        "Still Due", compute="_compute_progress", help="Without taxes, not invoiced yet."
    )

    def _show_progress(self, states):
        # EXTENDS service_billing: what needs somebody, by what has to be done.
        super()._show_progress(states)
        counts = {state: row[0] for state, row in states.items()}
        self.error_count = counts.get("error", 0)
        self.reading_count = counts.get("missing", 0) + counts.get("suspect", 0)
        self.ready_count = counts.get("ready", 0)
        self.draft_count = counts.get("draft", 0) + counts.get("number", 0)
        self.invoiced_count = counts.get("invoiced", 0)
        self.due_amount = sum(row[2] for row in states.values())

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
        done = super()._finish()
        if done:
            self.line_ids._tell_errors()
        return done

    def _close(self):
        # EXTENDS service_billing: what remains of a past month are its documents.
        super()._close()
        for line in self.line_ids:
            line._keep(
                {
                    "state": line.move_ids._get_billing_state(),
                    "problem": False,
                    "problems": False,
                    "due_amount": 0,
                }
            )
