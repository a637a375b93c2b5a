from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .service_order_line import PRICE_GROUP


class ServiceOrder(models.Model):
    """What is not covered is paid by the customer: who may agree to that is asked before."""

    _inherit = "service.order"

    decision_asked_on = fields.Datetime("Decision Asked For", readonly=True, copy=False)
    amount_to_agree = fields.Monetary(
        "Waits for Agreement",
        compute="_compute_amount_to_agree",
        groups=PRICE_GROUP,
        help="What the customer is to pay, without tax, and nobody there has agreed to yet.",
    )

    @api.depends("line_ids.amount", "line_ids.agreed_amount", "line_ids.state")
    def _compute_amount_to_agree(self):
        for order in self:
            order.amount_to_agree = sum(order._lines_to_agree().mapped("amount"))

    def _lines_to_agree(self):
        """Lines above what the customer has agreed to.

        Within the customer's limit nobody is asked; it is the whole order that counts for it.

        :return: superuser `service.order.line` records
        """
        self.ensure_one()
        # sudo: whether somebody has to be asked does not depend on who sees prices.
        order = self.sudo()
        customer = order.customer_id.with_company(order.company_id)
        limit = customer.service_agreement_limit
        if order.currency_id.compare_amounts(sum(order.line_ids.mapped("amount")), limit) <= 0:
            return order.line_ids.browse()
        return order.line_ids.filtered(
            lambda line: (
                line.state != "settled"
                and line.currency_id.compare_amounts(line.amount, line.agreed_amount) > 0
            )
        )

    # ------------------------------------------------------------------ who

    def _may_decide(self, contact):
        """Tell whether a person may agree to costs of this order.

        :param contact: res.partner
        :return: whether it is a decision maker for the place or device; where nobody at the
            customer has a role, each of its people
        """
        self.ensure_one()
        # sudo: facts about the person and the customer, shown to nobody.
        contact, order = contact.sudo(), self.sudo()
        if not contact.service_has_membership:
            customer = order.customer_id
            return contact.commercial_partner_id == customer and not customer.service_has_people
        user = order.env["res.users"]._service_as_user(contact)
        granted = user._service_grant(
            "customer_id", "location_id", roles=("decision",), device="device_id"
        )
        return bool(order.search_count(Domain("id", "=", order.id) & Domain(granted), limit=1))

    def _decision_makers(self):
        """People of the customer who may agree to costs of this order.

        :return: superuser res.partner
        """
        self.ensure_one()
        # sudo: whoever works on an order need not see all roles.
        rows = self.env["service.membership"].sudo()
        rows = rows.search(
            rows._get_live_domain()
            & Domain("customer_id", "=", self.customer_id.id)
            & Domain("role", "=", "decision")
        )
        people = rows.contact_id or self.sudo().reporter_id  # sudo: as above
        return people.filtered(self._may_decide)

    def _service_may_act(self, action, contact):
        # EXTENDS 'service_customer'
        if action == "agree":
            return self._may_decide(contact)
        return super()._service_may_act(action, contact)

    # ------------------------------------------------------------------ asking

    def write(self, vals):
        """EXTENDS 'service_order': each asking is one of its own."""
        if vals.get("decision") == "waiting":
            vals = {"decision_asked_on": fields.Datetime.now(), **vals}
        return super().write(vals)

    def _ask_agreement(self):
        """Ask the decision makers, each by an own link; what is within the limit is agreed."""
        # sudo: whoever enters what was used need not edit the order.
        for order in self.sudo():
            order.decision = "waiting"
            people = order._decision_makers().filtered("email")
            if people:
                order.with_context(service_notice="answer").message_post_with_source(
                    self.env.ref("service_order.mail_template_agreement"),
                    partner_ids=people.ids,
                    subtype_xmlid="mail.mt_note",
                    email_layout_xmlid="mail.mail_notification_light",
                )
            elif order._lines_to_agree():
                order._put_on_desk(
                    "mail.mail_activity_data_call",
                    summary=self.env._("Ask by telephone: no decision maker has an e-mail address"),
                )

    def action_ask_agreement(self):
        """Ask the customer's decision makers to agree to what is payable.

        :raise UserError: nothing is to be agreed
        """
        self.check_access("write")
        for order in self:
            if not order._lines_to_agree():
                raise UserError(
                    self.env._(
                        "%s has nothing to be agreed: it is covered, agreed already or within the "
                        "customer's limit.",
                        order.name,
                    )
                )
        self._ask_agreement()

    def _after_visit(self):
        # EXTENDS 'service_order': an order with costs to be agreed waits for the decision maker.
        asked = self.filtered(lambda order: order._lines_to_agree() and order.decision != "waiting")
        asked._ask_agreement()
        # sudo: every visit counts, as in what is extended
        waiting = self.sudo().filtered(
            lambda order: (
                order.decision == "waiting"
                and order._lines_to_agree()
                and not order.next_visit_id
                and order.type_id._get_stage("waiting_customer")
            )
        )
        waiting._move_to_kind("waiting_customer")
        # sudo: only back to what the caller was
        return super(ServiceOrder, self - waiting.sudo(self.env.su))._after_visit()

    # ------------------------------------------------------------------ deciding

    def _agree(self, how, **facts):
        """The customer agrees to the costs: the order goes on.

        :return: `service.answer`
        """
        # sudo: whoever decides edits no orders; the caller judges who may.
        order = self.sudo()
        answer, is_new = order._answer("cost", "accepted", how, **facts)
        if is_new:
            order._settle_agreement(answer)
            order._after_decision(answer, self.env._("The customer has agreed"))
        return answer

    def _agree_as_seen(self, seal, how, **facts):
        """Agree to the costs that the customer was shown.

        :param str seal: of the costs on the page, see :meth:`_get_cost_seal`
        :raise UserError: they have changed since
        """
        known = self.env["service.answer"]._find(self._get_answer_key("cost"))
        if not known and seal != self._get_cost_seal():
            raise UserError(
                self.env._("The costs have changed just now. Look at them again, then decide.")
            )
        return self._agree(how, **facts)

    def _refuse(self, how, reason, **facts):
        """The customer refuses the costs: a person decides what follows.

        :return: `service.answer`
        :raise UserError: no reason
        """
        reason = (reason or "").strip()[:2000]
        if not reason:
            raise UserError(self.env._("Write why you don't agree."))
        order = self.sudo()  # sudo: as in _agree
        answer, is_new = order._answer("cost", "rejected", how, reason=reason, **facts)
        if is_new:
            order.write({"decision": "refused", "decision_note": answer._in_words()})
            order._after_decision(answer, self.env._("The customer has refused the costs"))
        return answer

    def _settle_agreement(self, answer):
        """What the lines cost now is what was agreed."""
        for line in self.line_ids.filtered(lambda line: line.state != "settled"):
            line.agreed_amount = line.amount
        if answer.answer == "accepted":
            self.write({"decision": "agreed", "decision_note": answer._in_words()})

    def _after_decision(self, answer, summary):
        """Go on where the work is done and agreed; else it is the dispatcher's turn."""
        self._message_log(body=": ".join(filter(None, (answer._in_words(), answer.reason))))
        done = "done" in self.visit_ids.mapped("state") and not self.next_visit_id
        if answer.answer == "accepted" and done and self.stage_kind == "waiting_customer":
            self._after_visit()
        else:
            self._put_on_desk("mail.mail_activity_data_todo", summary=summary, note=answer.reason)

    def action_agreed(self):
        """Record that the customer has agreed, with its evidence."""
        self._record_decision(lambda order: order._agree("staff", user_id=self.env.uid))

    def action_refused(self):
        """Record that the customer has refused, with its evidence."""
        reason = self.env._("Entered by %s", self.env.user.name)
        self._record_decision(lambda order: order._refuse("staff", reason, user_id=self.env.uid))

    def _record_decision(self, decide):
        self.check_access("write")
        for order in self:
            order._begin_decision()
            decide(order)

    def _begin_decision(self):
        """Somebody has decided: whoever was not asked before is asked now."""
        if self.decision != "waiting":
            # sudo: the decision is the program's; the caller judges who may record it.
            self.sudo().decision = "waiting"

    def action_record_answer(self):
        """Open the form in which staff record what a customer has said."""
        self.ensure_one()
        question = "work" if self.stage_kind == "to_accept" else "cost"
        return self._open_consent(self.env._("What the Customer Says"), default_question=question)

    def _open_consent(self, name, **context):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "service.consent",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_order_ids": self.ids, **context},
        }

    # ------------------------------------------------------------------ settlement

    def action_settle(self):
        """EXTENDS 'service_order': nobody pays unasked, unless a person decides so, and why."""
        self.check_access("read")
        self._check_may_settle()
        unasked = self.filtered(lambda order: order._lines_to_agree())
        if unasked:
            name = self.env._("Settle Without the Customer's Consent?")
            return self._open_consent(name, default_question="settle")
        return super().action_settle()

    def _waive_agreement(self, reason):
        """Somebody of the staff lets the customer pay what was not agreed.

        :param str reason: in that person's words
        """
        # sudo: whoever may settle need not edit orders; the answer says who it was.
        for order in self.sudo().filtered(lambda order: order._lines_to_agree()):
            order.decision = "waiting"
            answer, _is_new = order._answer(
                "cost", "waived", "staff", reason=reason, user_id=self.env.uid
            )
            order.write({"decision": False, "decision_note": answer._in_words()})
            order._settle_agreement(answer)
            order._message_log(body=f"{answer._in_words()}: {reason}")

    # ------------------------------------------------------------------ amounts

    def _describe_cost(self):
        """The lines and sums as the decision maker sees them."""
        rows = [
            f"{line.name}: {line._in_units()}, {line.currency_id.format(line.amount)}"
            for line in self._lines_to_agree().sorted("id")
        ]
        sums = {key: self.currency_id.format(each) for key, each in self._get_cost_sums().items()}
        return [*rows, self.env._("Net %(net)s, tax %(tax)s, gross %(gross)s", **sums)]

    def _get_cost_seal(self):
        """What is to be agreed in short, to tell whether it has changed."""
        lines = self._lines_to_agree().sorted("id")
        return ",".join(f"{line.id}:{line.currency_id.round(line.amount)}" for line in lines)

    def _get_cost_sums(self):
        """What is to be agreed, without and with tax; the tax is that of each rate's sum.

        :return: dict ``net``, ``tax``, ``gross``
        """
        self.ensure_one()
        amounts = defaultdict(float)
        for line in self._lines_to_agree():
            amounts[line._get_taxes()] += line.amount
        net = sum(amounts.values())
        gross = sum(
            taxes.compute_all(amount, self.currency_id)["total_included"] if taxes else amount
            for taxes, amount in amounts.items()
        )
        return {"net": net, "tax": self.currency_id.round(gross - net), "gross": gross}


class ServiceOrderLine(models.Model):
    """Whether the customer has agreed to pay a line."""

    _inherit = "service.order.line"

    agreed_amount = fields.Monetary(
        "Agreed",
        readonly=True,
        copy=False,
        groups=PRICE_GROUP,
        help="What the customer has agreed to pay for this line, without tax.",
    )
    agreement = fields.Selection(
        [("waiting", "Waits for agreement"), ("agreed", "Agreed"), ("refused", "Refused")],
        compute="_compute_agreement",
        help="Empty: covered, or within the customer's limit.",
    )

    @api.depends("amount", "agreed_amount", "state", "order_id.decision")
    def _compute_agreement(self):
        # sudo: that somebody has to agree is no price.
        waiting = {order: order._lines_to_agree() for order in self.sudo().order_id}
        for line, line_sudo in zip(self, self.sudo(), strict=True):
            order = line_sudo.order_id
            if line_sudo._origin in waiting.get(order, ()) or line_sudo in waiting.get(order, ()):
                line.agreement = "refused" if order.decision == "refused" else "waiting"
            else:
                line.agreement = "agreed" if line_sudo.agreed_amount else False

    @api.model
    def _program_fields(self):
        # EXTENDS 'service_order': what was agreed is recorded, never typed.
        return super()._program_fields() | {"agreed_amount"}

    def _in_units(self):
        """The quantity for people: 1,5 h."""
        lang = self.env["res.lang"]._lang_get(self.env.lang or "en_US")
        return f"{lang.format('%g', self.quantity)} {self.uom_id.name or ''}".strip()

    def _get_taxes(self):
        """The taxes that the customer's invoice of this line will have."""
        taxes = self.product_id.taxes_id._filter_taxes_by_company(self.company_id)
        positions = self.env["account.fiscal.position"].with_company(self.company_id)
        return positions._get_fiscal_position(self.order_id.customer_id).map_tax(taxes)


class ServiceStageAct(models.Model):
    """Asking for the decision asks those who may take it."""

    _inherit = "service.stage.act"

    def _run_decision(self, order):
        # EXTENDS 'service_order'
        if order.decision:
            return
        if order.line_ids and not order._lines_to_agree():
            note = self.env._("Nothing to ask: covered, or within the customer's limit")
            order.write({"decision": "agreed", "decision_note": note})
        else:
            order._ask_agreement()


class ServiceLink(models.Model):
    """Links by which people outside answer what an order asks."""

    _inherit = "service.link"

    action = fields.Selection(
        selection_add=[("accept", "Accept the Work"), ("agree", "Agree to the Cost")],
        ondelete={"accept": "cascade", "agree": "cascade"},
    )

    def _opens(self, document, action="read"):
        # EXTENDS 'service_customer': whoever lost the role decides nothing by an old link.
        opens = super()._opens(document, action)
        if opens and action in ("accept", "agree"):
            return document._service_may_act(action, self.contact_id)
        return opens

    def _get_renewed_url(self, document):
        # EXTENDS 'service_customer': the next link asks the same.
        if self.action in ("accept", "agree"):
            return f"{document.get_base_url()}{document.access_url}?do={self.action}"
        return super()._get_renewed_url(document)
