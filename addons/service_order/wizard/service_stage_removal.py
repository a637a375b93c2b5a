from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.service_stage import CLOSED_KINDS, KINDS


class ServiceStageRemoval(models.TransientModel):
    """Remove a stage of a process, so that none of its orders is left without one."""

    _name = "service.stage.removal"
    _description = "Removal of a Stage"

    stage_id = fields.Many2one("service.stage", required=True, readonly=True, ondelete="cascade")
    order_count = fields.Integer("Orders", compute="_compute_order_count")
    target_stage_id = fields.Many2one(
        "service.stage",
        "Its Orders Go To",
        ondelete="cascade",
        domain="[('id', 'in', target_stage_ids)]",
    )
    target_stage_ids = fields.Many2many("service.stage", compute="_compute_target_stage_ids")

    @api.depends("stage_id")
    def _compute_order_count(self):
        for removal in self:
            removal.order_count = len(removal._orders())

    @api.depends("stage_id")
    def _compute_target_stage_ids(self):
        """What is open stays open, what is closed stays closed in the same way."""
        for removal in self:
            stage = removal.stage_id
            open_kinds = {kind for kind, _label in KINDS} - set(CLOSED_KINDS)
            kinds = {stage.kind} if stage.kind in CLOSED_KINDS else open_kinds
            removal.target_stage_ids = (stage.type_id.stage_ids - stage).filtered(
                lambda other, kinds=kinds: other.kind in kinds
            )

    def _orders(self):
        """All orders of the stage."""
        # sudo: orders of other companies would be left without a stage, too.
        return self.env["service.order"].sudo().search([("stage_id", "in", self.stage_id.ids)])

    def action_remove(self):
        """Move the orders, then remove the stage.

        :raise UserError: orders have nowhere to go
        """
        self.ensure_one()
        orders = self._orders()
        if orders and self.target_stage_id not in self.target_stage_ids:
            raise UserError(self.env._("Choose the stage to which its orders go."))
        orders._relocate(self.target_stage_id)
        self.stage_id.unlink()
        return {"type": "ir.actions.act_window_close"}
