from odoo import api, fields, models
from odoo.exceptions import UserError


class ServiceConsent(models.TransientModel):
    """What a customer has said by telephone or on paper; or the decision to settle unasked."""

    _name = "service.consent"
    _description = "Customer's Consent"

    order_ids = fields.Many2many("service.order", required=True, readonly=True)
    question = fields.Selection(
        [
            ("cost", "The costs"),
            ("work", "The work done"),
            ("settle", "Settlement without consent"),
        ],
        string="About",
        required=True,
        default="cost",
    )
    answer = fields.Selection(
        [("accepted", "Agrees"), ("rejected", "Does not agree")],
        string="The Customer",
        required=True,
        default="accepted",
    )
    how = fields.Selection(
        [("phone", "Telephone"), ("email", "E-mail"), ("paper", "Paper")],
        required=True,
        default="phone",
    )
    people_ids = fields.Many2many("res.partner", compute="_compute_people_ids")
    partner_id = fields.Many2one(
        "res.partner",
        "Who",
        ondelete="cascade",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', people_ids)]",
        help="Costs: one of the customer's decision makers. Empty: give the name.",
    )
    signed_by = fields.Char("Name")
    date = fields.Datetime("When", required=True, default=fields.Datetime.now)
    reason = fields.Text()
    summary = fields.Text(compute="_compute_summary")

    @api.depends("order_ids", "question")
    def _compute_people_ids(self):
        for consent in self:
            order = consent.order_ids[:1]
            people = order._decision_makers() if order else order.reporter_id
            if consent.question == "work":
                people |= order.reporter_id
            consent.people_ids = people.ids

    @api.depends("people_ids")
    def _compute_partner_id(self):
        for consent in self:
            consent.partner_id = consent.people_ids[:1] if len(consent.people_ids) == 1 else False

    @api.depends("order_ids", "question")
    def _compute_summary(self):
        for consent in self:
            # Whoever may not see prices reads none here.
            sees = self.env.user.has_group("service_order.group_service_prices")
            rows = []
            for order in consent.order_ids if consent.question != "work" and sees else ():
                # sudo: see the line above. An order about which nobody asks is not named.
                if order.sudo()._lines_to_agree():
                    rows += [order.name, *order.sudo()._describe_cost()]
            consent.summary = "\n".join(rows)

    def action_confirm(self):
        """Record the answer on each order.

        :raise UserError: nobody is named, or there is no reason
        """
        self.ensure_one()
        self.order_ids.check_access("write")
        if not self.partner_id and not (self.signed_by or "").strip():
            raise UserError(self.env._("Say who has decided at the customer's."))
        if self.date > fields.Datetime.now():
            raise UserError(self.env._("Nobody decides in the future. Correct the time."))
        facts = {
            "partner_id": self.partner_id.id or None,
            "signed_by": self.signed_by or self.partner_id.name,
            "user_id": self.env.uid,
            "date": self.date,
        }
        for order in self.order_ids:
            self._answer(order, facts)
        return {"type": "ir.actions.act_window_close"}

    def _answer(self, order, facts):
        accepted = self.answer == "accepted"
        if self.question == "work":
            if accepted:
                return order._accept(self.how, **facts)
            return order._reject(self.how, self.reason, **facts)
        order._begin_decision()
        if accepted:
            return order._agree(self.how, reason=self.reason or None, **facts)
        return order._refuse(self.how, self.reason, **facts)

    def action_ask(self):
        """Ask the decision makers instead of settling."""
        self.order_ids.filtered(lambda order: order._lines_to_agree()).action_ask_agreement()
        return {"type": "ir.actions.act_window_close"}

    def action_settle(self):
        """Settle what nobody has agreed to, for a reason that stays with the order."""
        self.ensure_one()
        self.order_ids._check_may_settle()
        reason = (self.reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why the customer pays this without having agreed."))
        self.order_ids._waive_agreement(reason)
        return self.order_ids.action_settle() or {"type": "ir.actions.act_window_close"}
