from odoo import models
from odoo.exceptions import AccessError, LockError, UserError


class ServiceOrder(models.Model):
    """How used work and parts become charges, once."""

    _inherit = "service.order"

    def _settle(self):
        """Turn the used lines into charges, as the cover decides, and close what is complete.

        Settling again makes nothing new: the charges' keys are the lines.

        :return: all `service.charge` records of the orders
        :raise UserError: when parts are not marked as used, or somebody settles at this moment
        """
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError:
            raise UserError(
                self.env._("Somebody is settling this order right now. Look again in a moment.")
            )
        # The lock may have waited for the settlement of somebody else.
        self.line_ids.invalidate_recordset(["state"])
        drafts = self.line_ids.filtered(lambda line: line.state == "draft")
        self._check_drafts_before_settlement(drafts)
        drafts.action_use()
        self.line_ids.filtered(lambda line: line.state == "used")._settle()
        for order in self:
            finished = all(visit.state in ("done", "cancelled") for visit in order.visit_ids)
            if finished:
                order._move_to_kind("done")
        return self.charge_ids

    def _check_drafts_before_settlement(self, drafts):
        """A planned part is not a used part: somebody has to say which."""
        parts = drafts.filtered(lambda line: line._moves_stock())
        if parts:
            raise UserError(
                self.env._(
                    "Not marked as used: %(parts)s. Use these parts or delete their lines, then "
                    "settle.",
                    parts=", ".join(parts.mapped("name")),
                )
            )

    def _check_may_settle(self):
        """Settling is for dispatchers and accounting: it needs no right to write charges."""
        user = self.env.user
        allowed = (
            "service_customer.group_service_dispatcher",
            "service_customer.group_service_accounting",
        )
        if not self.env.su and not any(user.has_group(group) for group in allowed):
            raise AccessError(
                self.env._("Only dispatchers and accounting settle orders. Ask one of them.")
            )

    def action_settle(self):
        """Settle the orders."""
        self.check_access("read")
        self._check_may_settle()
        # sudo: a dispatcher has no right to make charges by hand, accounting none to edit orders;
        # settlement writes only what the cover decides.
        self.sudo()._settle()

    def action_bill(self):
        """Make draft invoices of the charges to bill and show them."""
        self.charge_ids.filtered(lambda charge: charge.state == "to_bill")._bill()
        return self.action_view_invoices()

    def action_view_invoices(self):
        """Open the invoices and settlements made from these orders."""
        moves = self.charge_ids.move_id
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )
        action |= {"domain": [("id", "in", moves.ids)], "context": {"create": False}}
        if len(moves) == 1:
            action |= {"views": [(False, "form")], "res_id": moves.id}
        return action

    def action_view_charges(self):
        """Open the charges of this order."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Charges"),
            "res_model": "service.charge",
            "view_mode": "list,form",
            "domain": [("service_order_id", "=", self.id)],
            "context": {"create": False},
        }
