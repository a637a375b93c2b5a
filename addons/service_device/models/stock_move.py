from odoo import models

STOCK_USAGES = ("internal", "transit")


class StockMove(models.Model):
    _inherit = "stock.move"

    # EXTENDS 'stock'
    def _action_done(self, cancel_backorder=False):
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        moves.filtered(lambda move: move.state == "done")._service_receive_devices()
        return moves

    def _service_receive_devices(self):
        """Make a device of each received serial number of a product that is a device.

        Received means: it came from outside (vendor, customer, adjustment) into our own stock. A
        serial number whose device is already registered without stock is only joined to it.

        :return: the devices of the received serial numbers
        """
        lines = self.move_line_ids.filtered(
            lambda line: line.lot_id
            and line.product_id.service_device_model_id
            and line.location_id.usage not in STOCK_USAGES
            and line.location_dest_id.usage in STOCK_USAGES
        )
        if not lines:
            return self.env["service.device"]
        # Whoever may receive goods may not be allowed to create devices; the receipt itself was
        # checked, and the device is nothing but its consequence.
        return self.env["service.device"].sudo()._register_received(lines.sudo())
