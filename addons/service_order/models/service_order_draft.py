from odoo import SUPERUSER_ID, fields, models
from odoo.tools import plaintext2html

from odoo.addons.service_meter.tools.repeat import alone, in_words


class ServiceOrderType(models.Model):
    """How the invoice of a settled order comes about."""

    _inherit = "service.order.type"

    invoicing = fields.Selection(
        [
            ("button", "Made by Button"),
            ("draft", "Draft by Itself"),
            ("issue", "Issued by Itself"),
        ],
        string="Invoice of an Order",
        required=True,
        default="draft",
        help="Of orders that are invoiced at once, as soon as they are settled and no visit is to "
        "come. What is invoiced monthly waits for the monthly invoice.",
    )


class ServiceOrder(models.Model):
    """The invoice of an order that is invoiced at once comes by itself."""

    _inherit = "service.order"

    def _settle(self):
        # EXTENDS service_order: whoever settles has done the own part with that.
        charges = super()._settle()
        ready = self.filtered(lambda order: order._is_invoiced_by_itself())
        for mode, orders in ready.grouped(lambda order: order.type_id.invoicing).items():
            orders._invoice_by_itself(issue=mode == "issue")
        return charges

    def _is_invoiced_by_itself(self):
        """Whether all of this order is done, and to be invoiced at once and by no button."""
        self.ensure_one()
        return (
            self._is_worked_off() and self.billing == "now" and self.type_id.invoicing != "button"
        )

    def _invoice_by_itself(self, issue):
        """Make the drafts of these orders, one for each recipient, and issue them if so set.

        What cannot be invoiced is told to accounting; the settlement stands.

        :param bool issue: post the documents as well
        """
        # The program makes it: whoever settles need not be of accounting.
        orders = self.with_user(SUPERUSER_ID)
        moves = orders.env["account.move"]
        with alone(self.env, orders._tell_not_invoiced):
            moves = orders.charge_ids._spare_small()._bill()
        for move in moves if issue else ():
            mine = move.invoice_line_ids.service_charge_ids.service_order_id
            with alone(self.env, mine._tell_not_invoiced):
                move.action_post()
                move._send_by_themselves()

    def action_bill(self):
        # EXTENDS service_order: of several orders one invoice, also where each has its draft.
        if self.env["account.move"].has_access("unlink"):
            self._join_drafts()
        return super().action_bill()

    def _join_drafts(self):
        """Give up the drafts of these orders that fit on one document: that is made next."""
        waiting = self.charge_ids.filtered(
            lambda charge: (
                charge.state == "to_bill"
                or (
                    charge.state == "draft" and charge.move_id.service_charge_ids <= self.charge_ids
                )
            )
        )
        for charges in waiting.grouped(lambda charge: charge._get_bill_group()).values():
            if len(set(charges.mapped("move_id.id"))) > 1 or (
                charges.move_id and "to_bill" in charges.mapped("state")
            ):
                charges.move_id.unlink()

    def _tell_not_invoiced(self, error):
        """Leave an invoice that did not come about to accounting."""
        text = self.env._(
            "Not invoiced by itself: %s Mend it, then invoice the order by hand.",
            in_words(error),
        )
        for order in self:
            people = order.company_id._get_service_accountants()
            order.activity_schedule(
                "mail.mail_activity_data_warning",
                note=plaintext2html(text),
                user_id=(people[:1] or order.user_id or self.env.user).id,
            )


class ServiceCharge(models.Model):
    """What is too small for a document of its own."""

    _inherit = "service.charge"

    def _spare_small(self):
        """Those to bill, without what may wait for the monthly invoice as the company wants."""
        today = fields.Date.context_today(self)
        waiting = self.filtered(lambda charge: charge.state == "to_bill")
        groups = waiting.grouped(lambda charge: charge._get_bill_group()).values()
        return self.browse().union(*(group for group in groups if not group._is_small(today)))
