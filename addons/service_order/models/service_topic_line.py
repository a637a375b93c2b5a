from dataclasses import replace

from odoo import api, fields, models


class ServiceTopicLine(models.Model):
    """A part that a topic usually needs."""

    _name = "service.topic.line"
    _description = "Usual Part of a Topic"
    _order = "topic_id, id"

    topic_id = fields.Many2one("service.topic", required=True, index=True, ondelete="cascade")
    kind = fields.Selection(
        [("part", "Part"), ("consumable", "Consumable")], required=True, default="part"
    )
    product_id = fields.Many2one(
        "product.product",
        required=True,
        ondelete="cascade",
        domain=[("type", "=", "consu")],
    )
    quantity = fields.Float(digits="Product Unit", required=True, default=1.0)

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "The quantity must be more than zero. Delete the line instead."
    )


class ServiceTopic(models.Model):
    """What a topic brings to its orders: parts, and what the contract is asked for."""

    _inherit = "service.topic"

    line_ids = fields.One2many(
        "service.topic.line",
        "topic_id",
        "Usual Parts",
        copy=True,
        help="Planned on the order once it is accepted or visited. "
        "Empty: those of the topic above.",
    )
    cover_kind = fields.Selection(
        selection=lambda self: self.env["service.coverage"]._fields["item_kind"].selection,
        string="Labour Is",
        help="What the contract is asked about for labour of this topic: an inspection is "
        "maintenance. Empty: as the topic above says, else labour.",
    )


class ServiceOrder(models.Model):
    """The parts that the topic of an order usually needs."""

    _inherit = "service.order"

    has_usual_parts = fields.Boolean(
        "Usual Parts Planned",
        readonly=True,
        copy=False,
        help="What was planned once and then deleted does not come back.",
    )

    def _begin_stage(self):
        # EXTENDS 'service_order'
        super()._begin_stage()
        self.filtered(lambda order: order.stage_kind == "accepted")._plan_usual_parts()

    def _plan_usual_parts(self):
        """Plan what the topics usually need, once an order."""
        orders = self.filtered(
            lambda order: not order.has_usual_parts and order.topic_id._get_nearest("line_ids")
        )
        # sudo: the flag is the program's; whoever accepts or plans need not enter parts.
        orders.sudo().has_usual_parts = True
        orders.env["service.order.line"].sudo().create(  # sudo: as above
            [
                {
                    "order_id": order.id,
                    "kind": line.kind,
                    "product_id": line.product_id.id,
                    "quantity": line.quantity,
                }
                for order in orders
                for line in order.topic_id._get_nearest("line_ids")
            ]
        )


class ServiceVisit(models.Model):
    """Planned parts go along."""

    _inherit = "service.visit"

    @api.model_create_multi
    def create(self, vals_list):
        """What is planned on the order and on no visit yet is brought by the first one."""
        visits = super().create(vals_list)
        for order, planned in (
            visits.filtered(lambda each: each.state == "planned").grouped("order_id").items()
        ):
            order._plan_usual_parts()
            # sudo: as for planning the parts.
            lines = order.sudo().line_ids.filtered(
                lambda line: line.state == "draft" and not line.visit_id and line._moves_stock()
            )
            lines.visit_id = planned[:1]
        return visits


class ServiceOrderLine(models.Model):
    """What the contract is asked about."""

    _inherit = "service.order.line"

    def _prepare_question(self):
        # EXTENDS 'service_order': labour of an inspection is maintenance.
        question = super()._prepare_question()
        kind = self.kind == "labour" and self.order_id.topic_id._get_nearest("cover_kind")
        return replace(question, item_kind=kind) if kind else question
