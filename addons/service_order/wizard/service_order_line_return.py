from odoo import fields, models


class ServiceOrderLineReturn(models.TransientModel):
    """How many pieces of a used part come back."""

    _name = "service.order.line.return"
    _description = "Take Back Parts"

    line_id = fields.Many2one("service.order.line", required=True, ondelete="cascade")
    quantity = fields.Float(digits="Product Unit", required=True)

    def action_take_back(self):
        """Take back all, or some."""
        self.ensure_one()
        if self.line_id.uom_id.compare(self.quantity, self.line_id.quantity) == 0:
            self.line_id.action_take_back()
        else:
            self.line_id._take_back_part(self.quantity)
        return {"type": "ir.actions.act_window_close"}
