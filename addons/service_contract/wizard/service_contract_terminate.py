from odoo import api, fields, models


class ServiceContractTerminate(models.TransientModel):
    """Records a notice, an agreement or another reason why a contract ends, and its last day."""

    _name = "service.contract.terminate"
    _description = "Terminate Contract"

    contract_id = fields.Many2one("service.contract", required=True, ondelete="cascade")
    kind = fields.Selection(
        lambda self: self._selection_kind(),
        required=True,
        default="notice",
    )
    declared_by = fields.Selection(
        lambda self: self.env["service.contract"]
        ._fields["termination_by"]
        ._description_selection(self.env),
        default="customer",
    )
    date = fields.Date(
        "Declared On",
        required=True,
        default=fields.Date.context_today,
        help="The day on which the notice reached the other side, or of the agreement.",
    )
    until = fields.Date(
        "Last Day in Force",
        required=True,
        compute="_compute_until",
        store=True,
        readonly=False,
        precompute=True,
        help="Counted from the notice period of the contract; change it when agreed otherwise.",
    )
    reason = fields.Text()

    @api.model
    def _selection_kind(self):
        """Ways to end that are recorded here; a contract is assigned by another wizard."""
        field = self.env["service.contract"]._fields["termination_kind"]
        return [
            (kind, label)
            for kind, label in field._description_selection(self.env)
            if kind != "assignment"
        ]

    @api.depends("contract_id", "kind", "date")
    def _compute_until(self):
        today = fields.Date.context_today(self)
        for wizard in self:
            day = wizard.date or today
            contract = wizard.contract_id
            if wizard.kind == "notice" and contract:
                wizard.until = contract._notice_end(day)
            elif wizard.kind == "not_renewed" and contract.term_end:
                wizard.until = contract.term_end
            else:
                wizard.until = max(day, contract.date_start or day)

    def action_terminate(self):
        """Write it into the contract."""
        self.ensure_one()
        self.contract_id._terminate(
            self.kind,
            self.until,
            by=self.kind != "agreement" and self.declared_by,
            on=self.date,
            reason=self.reason,
        )
        return {"type": "ir.actions.act_window_close"}
