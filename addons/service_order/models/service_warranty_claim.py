from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

#: How long a manufacturer may take before somebody asks.
ANSWER_WITHIN = timedelta(days=14)


class ServiceWarrantyClaim(models.Model):
    """What a manufacturer is asked to pay for an order: sent, answered, credited.

    It opens by itself when a line is used that the manufacturer's warranty pays.
    """

    _name = "service.warranty.claim"
    _description = "Warranty Claim"
    _inherit = ["service.program.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char("Number", required=True, readonly=True, copy=False, default="/")
    order_id = fields.Many2one(
        "service.order", required=True, index=True, ondelete="restrict", check_company=True
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    customer_id = fields.Many2one(related="order_id.customer_id", store=True, index=True)
    device_id = fields.Many2one(related="order_id.device_id", store=True, index="btree_not_null")
    manufacturer_id = fields.Many2one(
        related="device_id.model_id.manufacturer_id", store=True, index="btree_not_null"
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Claim To",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Who pays for the manufacturer; usually given with the manufacturer.",
    )
    line_ids = fields.One2many("service.order.line", "claim_id", "Work and Parts", readonly=True)
    rma = fields.Char("RMA Number", tracking=True, copy=False, index="btree_not_null")
    old_serial = fields.Char("Removed Serial Number", help="Of the broken part.")
    new_serial = fields.Char("Fitted Serial Number", help="Of the part that was put in.")
    note = fields.Text("Description", help="What the manufacturer has to know.")
    state = fields.Selection(
        [
            ("draft", "To Send"),
            ("sent", "Sent"),
            ("accepted", "Accepted"),
            ("rejected", "Rejected"),
            ("credited", "Credited"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    date_sent = fields.Date("Sent on", copy=False)
    date_answered = fields.Date("Answered on", copy=False)
    date_credited = fields.Date("Credited on", copy=False)
    reject_reason = fields.Char(tracking=True, copy=False)
    amount_claimed = fields.Monetary(
        "Claimed", compute="_compute_amount_claimed", store=True, readonly=False, tracking=True
    )
    amount_credited = fields.Monetary("Credited Amount", tracking=True, copy=False)
    credit_ref = fields.Char("Credit Note", copy=False, help="Number of the manufacturer's.")

    _amounts_positive = models.Constraint(
        "CHECK(COALESCE(amount_claimed, 0) >= 0 AND COALESCE(amount_credited, 0) >= 0)",
        "An amount of a claim cannot be negative.",
    )

    @api.depends("line_ids.claim_amount")
    def _compute_amount_claimed(self):
        for claim in self:
            # What was sent to the manufacturer stays what it was.
            if claim.state == "draft":
                claim.amount_claimed = sum(claim.line_ids.mapped("claim_amount"))
            else:
                claim.amount_claimed = claim.amount_claimed

    @api.model_create_multi
    def create(self, vals_list):
        """Number the claims, and give somebody the task to send them."""
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                order = self.env["service.order"].browse(vals.get("order_id"))
                sequence = self.env["ir.sequence"].with_company(order.company_id)
                vals["name"] = sequence.next_by_code("service.warranty.claim")
        claims = super().create(vals_list)
        for claim in claims:
            claim._ask(self.env._("Send the claim to the manufacturer"))
        return claims

    def write(self, vals):
        """A claim is of one order: its lines, its device and what is credited belong to that."""
        if "order_id" in vals and not self.env.su:
            for claim in self.filtered(lambda claim: claim.order_id.id != vals["order_id"]):
                raise UserError(
                    self.env._(
                        "%(claim)s belongs to order %(order)s. Make a claim of its own for the "
                        "other order.",
                        claim=claim.name,
                        order=claim.order_id.name,
                    )
                )
        return super().write(vals)

    def _ask(self, summary, deadline=None):
        """Give the order's dispatcher, else whoever accepts the claims, a task."""
        self.ensure_one()
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=deadline,
            summary=summary,
            user_id=(self.order_id.user_id or self.company_id._get_service_accountants()[:1]).id
            or self.env.uid,
        )

    def _step(self, before, vals):
        """Go on from one of some states; the tasks so far are done."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for claim in self:
            if claim.state not in before:
                raise UserError(
                    self.env._(
                        "The claim %(claim)s is already in the state: %(state)s.",
                        claim=claim.name,
                        state=labels[claim.state],
                    )
                )
        self.check_access("write")
        self.activity_feedback(["mail.mail_activity_data_todo"])
        # sudo: how far a claim is, is the program's.
        self.sudo().write(vals)

    def action_send(self):
        """The claim is with the manufacturer; somebody asks for the answer in time."""
        unknown = self.filtered(lambda claim: not claim.partner_id)
        if unknown:
            raise UserError(
                self.env._(
                    "Who pays for the manufacturer is not known. Fill in Claim To, and for the next"
                    " time Warranty Claims To of the manufacturer."
                )
            )
        today = fields.Date.context_today(self)
        self._step(("draft",), {"state": "sent", "date_sent": today})
        for claim in self:
            claim._ask(self.env._("Ask for the answer to the claim"), today + ANSWER_WITHIN)

    def action_accept(self):
        """The manufacturer pays."""
        today = fields.Date.context_today(self)
        self._step(("sent",), {"state": "accepted", "date_answered": today})

    def action_reject(self):
        """The manufacturer does not pay: the cost is ours."""
        for claim in self.filtered(lambda claim: not claim.reject_reason):
            raise UserError(
                self.env._("Write down why %s was rejected, in Reject Reason.", claim.name)
            )
        today = fields.Date.context_today(self)
        self._step(("sent", "accepted"), {"state": "rejected", "date_answered": today})

    def action_credit(self):
        """The manufacturer's credit is there."""
        for claim in self.filtered(lambda claim: not claim.amount_credited):
            raise UserError(
                self.env._("Enter in Credited Amount how much was credited for %s.", claim.name)
            )
        today = fields.Date.context_today(self)
        for claim in self:
            day = claim.date_credited or today
            claim._step(("sent", "accepted"), {"state": "credited", "date_credited": day})

    def action_open_order(self):
        """Open the order of the claim."""
        return self.order_id._get_records_action()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        for claim in self:
            if claim.state != "draft":
                raise UserError(
                    self.env._("%s has been sent and stays. Reject it instead.", claim.name)
                )


class ServiceOrderLine(models.Model):
    """What a manufacturer pays of a line."""

    _inherit = "service.order.line"

    claim_partner_id = fields.Many2one(
        "res.partner", "Claimed From", readonly=True, ondelete="restrict", copy=False
    )
    claim_amount = fields.Monetary(
        readonly=True,
        copy=False,
        groups="service_order.group_service_prices",
        help="What the manufacturer is asked to pay.",
    )
    claim_id = fields.Many2one(
        "service.warranty.claim",
        "Warranty Claim",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )

    @api.model
    def _program_fields(self):
        # EXTENDS service_order: what is claimed follows from the cover.
        return super()._program_fields() | {"claim_partner_id", "claim_amount", "claim_id"}

    def _prepare_cover_vals(self, answer):
        # EXTENDS service_order: the manufacturer's share.
        shares = [share for share in answer.shares if share.payer == "manufacturer"]
        amount = sum(s.quantity * s.price_unit * (1 - s.discount / 100) for s in shares)
        return super()._prepare_cover_vals(answer) | {
            "claim_partner_id": shares[0].partner.id if shares else False,
            "claim_amount": self.currency_id.round(amount) if self.currency_id else amount,
        }

    def action_use(self):
        """What the manufacturer pays is claimed as soon as it is used."""
        result = super().action_use()
        self._open_claims()
        return result

    def action_take_back(self):
        """What was not used is not claimed."""
        result = super().action_take_back()
        self._leave_claims()
        return result

    def _settle(self):
        # EXTENDS service_order: who pays may have been decided otherwise since.
        result = super()._settle()
        self._open_claims()
        self.sudo().filtered(lambda line: not line.claim_partner_id)._leave_claims()
        return result

    def _open_claims(self):
        """Put used lines on the claim of their order and payer, opened where there is none."""
        # sudo: technicians use parts under warranty, and see no claims.
        claims = self.env["service.warranty.claim"].sudo()
        lines = self.sudo().filtered(
            lambda line: line.state != "draft" and line.claim_partner_id and not line.claim_id
        )
        for (order, partner), same in lines.grouped(
            lambda line: (line.order_id, line.claim_partner_id)
        ).items():
            known = partner - order.company_id.partner_id
            claim = order.claim_ids.filtered(
                lambda claim, known=known: claim.state == "draft" and claim.partner_id == known
            )[:1]
            claim = claim or claims.create(
                {"order_id": order.id, "partner_id": known.id, "note": order.description}
            )
            same.claim_id = claim
            serials = [*(claim.new_serial or "").split(", "), *same.mapped("lot_name")]
            claim.new_serial = ", ".join(filter(None, serials))

    def _leave_claims(self):
        """Take lines off claims that were not sent; a claim of nothing is none."""
        # sudo: as in _open_claims
        lines = self.sudo().filtered(lambda line: line.claim_id.state == "draft")
        claims = lines.claim_id
        lines.claim_id = False
        claims.filtered(lambda claim: not claim.line_ids).unlink()


class ServiceOrder(models.Model):
    """The claims of an order, and what came of them."""

    _inherit = "service.order"

    claim_ids = fields.One2many("service.warranty.claim", "order_id", "Warranty Claims")
    claim_count = fields.Integer("Number of Claims", compute="_compute_claim_count")

    @api.depends("claim_ids")
    def _compute_claim_count(self):
        for order in self:
            # sudo: technicians open orders too; only a number leaves here.
            order.claim_count = len(order.sudo().claim_ids)

    @api.depends("claim_ids.amount_credited", "claim_ids.state")
    def _compute_margin(self):
        # EXTENDS service_order: what the manufacturer has credited is earned.
        return super()._compute_margin()

    def _get_income(self):
        # EXTENDS service_order
        credited = self.claim_ids.filtered(lambda claim: claim.state == "credited")
        return super()._get_income() + sum(credited.mapped("amount_credited"))

    def action_view_claims(self):
        """Open the claims of this order: the one claim when there is only one."""
        return self.claim_ids._get_records_action(name=self.env._("Warranty Claims"))
