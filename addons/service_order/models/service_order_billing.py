from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from odoo.addons.service_contract.tools.cover import Share

WHEN = [("now", "At once"), ("monthly", "With the monthly invoice")]


class ServiceContract(models.Model):
    """When the work under a contract is invoiced."""

    _inherit = "service.contract"

    order_billing = fields.Selection(
        WHEN,
        string="Orders Are Invoiced",
        help="What is payable on an order. Empty: as the customer wishes, else monthly.",
    )


class ResPartner(models.Model):
    """When a customer wants invoices of orders."""

    _inherit = "res.partner"

    service_order_billing = fields.Selection(
        WHEN,
        string="Orders Are Invoiced",
        groups="base.group_user",
        help="Where the contract does not say. Empty: without a contract at once.",
    )


class ServiceOrder(models.Model):
    """Whether and when an order is invoiced."""

    _inherit = "service.order"

    billing = fields.Selection(
        [*WHEN, ("none", "Not at all")],
        string="Is Invoiced",
        compute="_compute_billing_mode",
        store=True,
        readonly=False,
    )
    billing_note = fields.Char(
        "Why Not", tracking=True, copy=False, help="Why nothing of this order is invoiced."
    )

    @api.depends("contract_id", "customer_id")
    def _compute_billing_mode(self):
        """What was agreed; what somebody decided not to invoice stays so."""
        for order in self:
            agreed = order.contract_id.order_billing or order.customer_id.service_order_billing
            agreed = agreed or ("monthly" if order.contract_id else "now")
            order.billing = "none" if order.billing == "none" else agreed

    @api.model_create_multi
    def create(self, vals_list):
        """An order that is not invoiced says why."""
        for vals in vals_list:
            self._check_billing(vals)
        return super().create(vals_list)

    def write(self, vals):
        """What nobody pays is decided anew, by those who may."""
        if "billing" not in vals:
            return super().write(vals)
        self._check_billing(vals)
        changed = self.filtered(lambda order: order.billing != vals["billing"])
        result = super().write(vals)
        labels = dict(self._fields["billing"]._description_selection(self.env))
        for order in changed:
            # Tracking would also tell of the beginning, when nobody has decided anything.
            order._message_log(
                body=self.env._("Is invoiced: %s", labels.get(order.billing, order.billing))
            )
        changed.line_ids._decide_cover()
        return result

    def _check_billing(self, vals):
        """Only a service manager gives work away, and says why."""
        if vals.get("billing") != "none":
            return
        if not self.env.su and not self.env.user.has_group(
            "service_customer.group_service_manager"
        ):
            raise AccessError(
                self.env._(
                    "Only a service manager decides that nothing of an order is invoiced. Ask one "
                    "of them."
                )
            )
        # sudo: managers read no charges
        settled = self.sudo().charge_ids.filtered(lambda charge: charge.state != "covered")
        if any(order.billing != "none" for order in settled.service_order_id):
            raise UserError(
                self.env._(
                    "%(orders)s is settled already, so this would change nothing. Let accounting "
                    "mark its charges as covered, or correct its invoice.",
                    orders=", ".join(settled.service_order_id.mapped("name")),
                )
            )
        if not vals.get("billing_note") and (not self or not all(self.mapped("billing_note"))):
            raise UserError(
                self.env._("Say why nothing is invoiced, in the field Why Not: the order keeps it.")
            )

    def action_bill(self):
        """Invoice all that is settled on these orders: one draft for each recipient.

        :raise UserError: when there is nothing to invoice
        """
        if len(self) > 1 and not any(order.has_to_bill or order.invoice_count for order in self):
            raise UserError(
                self.env._(
                    "Nothing of these orders is waiting for an invoice. Settle them first; what "
                    "is covered is not invoiced."
                )
            )
        return super().action_bill()


class ServiceOrderLine(models.Model):
    """How long a line waits for its invoice; nothing is paid on an order without one."""

    _inherit = "service.order.line"

    waiting_days = fields.Integer(
        "Days Waiting", compute="_compute_waiting_days", help="Since it was used."
    )

    @api.depends("used_on", "state")
    def _compute_waiting_days(self):
        now = fields.Datetime.now()
        for line in self:
            waits = line.state == "used" and line.used_on
            line.waiting_days = (now - line.used_on).days if waits else 0

    def action_settle(self):
        """Settle the orders of these lines together: what is invoiced comes on one invoice."""
        return self.order_id.action_settle()

    def _ask_cover(self):
        # EXTENDS service_order: a manager decided that we bear it.
        answers = super()._ask_cover()
        for line, answer in answers.items():
            order = line.order_id
            if order.billing == "none" and not answer.covered:
                own = Share(
                    "own", order.company_id.partner_id, line.quantity, 0.0, line.currency_id
                )
                reason = self.env._("not invoiced: %s", order.billing_note)
                answers[line] = replace(
                    answer, covered=True, shares=[own], reason=reason, rule="manual"
                )
        return answers


class ServiceCharge(models.Model):
    """What an invoice says of orders."""

    _inherit = "service.charge"

    def _position(self):
        # EXTENDS service_billing: each order has its own lines.
        return *super()._position(), self.service_order_id

    def _prepare_move_line_vals(self):
        # EXTENDS service_billing: of several orders each line says which and when.
        vals = super()._prepare_move_line_vals()
        if order := self.service_order_id:
            lang = self[0].partner_id.lang
            day = format_date(self.env, self[0].date, lang_code=lang)
            vals["name"] = f"{vals['name']}\n{order.name}, {day}"
        return vals
