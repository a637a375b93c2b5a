from collections import defaultdict

from odoo import api, models
from odoo.exceptions import AccessError, LockError, UserError

# Whose work it was: charges repeat it, so it stays once there are charges.
CHARGED_FIELDS = frozenset({"company_id", "customer_id", "location_id", "device_id"})


class ServiceOrder(models.Model):
    """How used work and parts become charges, once."""

    _inherit = "service.order"

    def write(self, vals):
        """Keep what the charges of an order say of it."""
        if vals.keys() & CHARGED_FIELDS:
            self._check_not_charged(vals)
        return super().write(vals)

    def _check_not_charged(self, vals):
        """Refuse to give a charged order to another customer, place, device or company."""
        # sudo: technicians and customers write orders too, and see no charges.
        for order in self.sudo().filtered("charge_ids"):
            names = [name for name in CHARGED_FIELDS & vals.keys() if order[name].id != vals[name]]
            if names:
                raise UserError(
                    self.env._(
                        "Order %(order)s is charged already, so this stays: %(fields)s. Correct "
                        "the charges with a credit note, and make a new order.",
                        order=order.name,
                        fields=", ".join(
                            order._fields[name]._description_string(self.env) for name in names
                        ),
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        """Used parts have left the stock, and charges explain invoices."""
        # sudo: who may delete orders need not see charges.
        for order in self.sudo():
            if order.charge_ids or any(line.state != "draft" for line in order.line_ids):
                raise UserError(
                    self.env._(
                        "Work or parts were used on order %s, so it cannot be deleted. Take back "
                        "what is not settled and cancel the order instead.",
                        order.name,
                    )
                )

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
        # Work of a visit to come is no work done.
        drafts.filtered(lambda line: line.visit_id.state in (False, "done")).action_use()
        self.line_ids.filtered(lambda line: line.state == "used")._settle()
        for order in self:
            if order._is_worked_off():
                order._move_to_kind("done")
        return self.charge_ids

    def _is_worked_off(self):
        """Whether no visit is to come or going on."""
        self.ensure_one()
        return all(visit.state in ("done", "cancelled") for visit in self.visit_ids)

    def _check_drafts_before_settlement(self, drafts):
        """A planned part is no used part, nor is work of a visit that was called off: somebody has
        to say which."""
        unsaid = drafts.filtered(
            lambda line: line._moves_stock() or line.visit_id.state == "cancelled"
        )
        if unsaid:
            raise UserError(
                self.env._(
                    "Not marked as used: %(lines)s. Mark these lines as used or delete them, then "
                    "settle.",
                    lines=", ".join(unsaid.mapped("name")),
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
        """Settle the orders, unless the cover decides otherwise now than what people have seen.

        :return: a warning to show when prices or cover have changed: it is settled the next time
        :raise UserError: when something payable has no price
        """
        self.check_access("read")
        self._check_may_settle()
        # sudo: a dispatcher has no right to make charges by hand, accounting none to edit orders;
        # settlement writes only what the cover decides.
        orders = self.sudo()
        # Whoever settles under the same limits at this moment goes first: then it is asked again.
        orders._claim_limits()
        if changes := orders._refresh_cover():
            return orders._get_changes_warning(changes)
        orders._check_priced()
        orders._settle()
        return None

    def _claim_limits(self):
        """Let nobody else consume the limits of these orders' contracts until we have settled.

        :raise UserError: when somebody does so at this moment
        """
        days = defaultdict(self.browse)
        for line in self.line_ids.filtered(lambda line: line.state != "settled"):
            days[line._get_performance_date()] |= line.order_id
        contracts = self.env["service.contract"]
        for day, orders in days.items():
            contracts = contracts.union(*contracts._for_devices(orders.device_id, day).values())
        contracts._claim_limits()

    def _refresh_cover(self):
        """Ask the cover again about all that is not settled.

        :return: sentences about what is decided otherwise than before
        """
        lines = self.line_ids.filtered(lambda line: line.state != "settled")
        before = {line: (line.covered, line.amount) for line in lines}
        lines._decide_cover()
        changes = []
        for line, (covered, amount) in before.items():
            if line.covered != covered or line.currency_id.compare_amounts(line.amount, amount):
                change = self.env._(
                    "%(line)s: %(before)s before, %(now)s now (%(reason)s)",
                    line=line.name,
                    before=line.currency_id.format(amount),
                    now=line.currency_id.format(line.amount),
                    reason=line.reason,
                )
                text = self.env._(
                    "%(line)s: decided otherwise than before (%(reason)s)",
                    line=line.name,
                    reason=line.reason,
                )
                line._log_amount(text, amount)
                changes.append(change)
        return changes

    def _get_changes_warning(self, changes):
        """What the settling clerk sees when the price is not the one that people have seen."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Not settled: prices have changed. Check them, settle again."),
                "message": "; ".join(changes),
                "type": "warning",
                "sticky": True,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _check_priced(self):
        """A price that nobody has ever set is no gift.

        Where a price list or a service manager says zero, somebody has decided so.
        """
        lines = self.line_ids.filtered(
            lambda line: line.state != "settled"
            and not (line.covered or line.override_reason or line.rule == "flat")
            and line.currency_id.is_zero(line.amount)
            and not line.product_id.with_company(line.company_id).lst_price
        )
        if lines:
            raise UserError(
                self.env._(
                    "Payable, but without a price: %(lines)s. Set the sales price of the product, "
                    "or let a service manager overrule the price with a reason. Then settle again.",
                    lines=", ".join(lines.mapped("name")),
                )
            )

    def action_bill(self):
        """Make draft invoices of the charges to bill and show them.

        :raise AccessError: for who may not make invoices
        """
        if not self.env["account.move"].has_access("create"):
            raise AccessError(
                self.env._("Only accounting makes invoices. Ask somebody there to bill the order.")
            )
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
