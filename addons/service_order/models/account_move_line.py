from odoo import models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _get_stock_moves(self):
        # EXTENDS 'stock_account': the goods left with the technician's visit, so the cost of an
        # invoice line made from charges is the value of those moves.
        # sudo: whoever posts invoices need not see service lines.
        lines = (
            self.env["service.order.line"]
            .sudo()
            .search([("charge_id", "in", self.sudo().service_charge_ids.ids)])
        )
        moves = self.env["stock.move"].browse(lines.stock_move_id.ids)
        return super()._get_stock_moves() | moves
