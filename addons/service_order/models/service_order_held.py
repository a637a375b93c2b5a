from odoo import fields, models


class ServiceOrder(models.Model):
    """Orders that should have gone on by themselves, but something is missing."""

    _inherit = "service.order"

    held_stage_id = fields.Many2one(
        "service.stage",
        "Should Be At",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
        copy=False,
        help="Where the order should have gone by itself when something was missing.",
    )
    held_reason = fields.Text("What Is Missing", readonly=True, copy=False)

    def _hold(self, stage, reason):
        """Mark an order that cannot go on by itself, and say why.

        :param stage: where it should be
        :param str reason: a sentence
        """
        self._message_log(body=reason)
        self.write({"held_stage_id": stage.id, "held_reason": reason})

    def action_move_on(self):
        """Go where the order should have been, now that nothing is missing.

        :raise UserError: something still is
        """
        for order in self:
            order.stage_id = order.held_stage_id
