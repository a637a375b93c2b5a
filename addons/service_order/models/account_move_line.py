from odoo import models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _get_stock_moves(self):
        # EXTENDS 'stock_account': the goods left with the technician's visit, so the cost of an
        # invoice line made from charges is the value of those moves.
        # Each payer's share of a line is a charge, and so is what is billed again.
        # sudo: whoever posts invoices need not see service lines.
        charges = self.sudo().service_charge_ids.filtered(
            lambda charge: (
                charge.res_model == "service.order.line" and not charge.corrected_charge_id
            )
        )
        lines = charges.env["service.order.line"].browse(charges.mapped("res_id")).exists()
        moves = self.env["stock.move"].browse(lines.stock_move_id.ids)
        return super()._get_stock_moves() | moves
