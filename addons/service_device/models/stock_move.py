from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    # EXTENDS 'stock'
    def _action_done(self, cancel_backorder=False):
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        moves.filtered(lambda move: move.state == "done")._service_carry_devices()
        return moves

    def _service_carry_devices(self):
        """Place the devices whose serial numbers these done moves have moved, and register those
        of which nobody knows yet.

        :return: the devices
        """
        lines = self.move_line_ids.filtered(
            lambda line: line.lot_id and line.product_id.service_device_model_id
        )
        # Whoever may move goods may not be allowed to place devices: the transfer itself was
        # checked, and the placement is nothing but its consequence.
        return self.env["service.device"].sudo()._carry_by_stock(lines.sudo())
