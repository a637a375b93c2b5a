from dataclasses import replace

from odoo import api, fields, models

#: What a flat price includes.
IN_FLAT_PRICE = ("labour", "travel")


class ServiceTopic(models.Model):
    """Work that has one price, however long it takes."""

    _inherit = "service.topic"

    flat_product_id = fields.Many2one(
        "product.product",
        "Flat Price",
        domain=[("type", "=", "service")],
        ondelete="restrict",
        help="Charged once instead of labour and travel, at the price of this product or what "
        "contracts and price lists say of it. Empty: what the topic above says.",
    )


class ServiceOrder(models.Model):
    """An order at a flat price."""

    _inherit = "service.order"

    flat_product_id = fields.Many2one(
        "product.product",
        "Flat Price",
        domain=[("type", "=", "service")],
        ondelete="restrict",
        tracking=True,
        compute="_compute_flat_product_id",
        store=True,
        readonly=False,
        precompute=True,
        help="Charged once instead of labour and travel; parts are charged beside it.",
    )

    @api.depends("topic_id")
    def _compute_flat_product_id(self):
        for order in self:
            order.flat_product_id = order.topic_id._get_nearest("flat_product_id")

    @api.model_create_multi
    def create(self, vals_list):
        """An order at a flat price has its line from the beginning, so that everybody sees it."""
        orders = super().create(vals_list)
        orders._put_flat_line()
        return orders

    def write(self, vals):
        """Another flat price takes the place of the one before."""
        if vals.keys().isdisjoint({"topic_id", "flat_product_id"}):
            return super().write(vals)
        before = {order: order.flat_product_id for order in self}
        result = super().write(vals)
        changed = self.filtered(lambda order: order.flat_product_id != before[order])
        for order in changed:
            # sudo: as in _put_flat_line
            order.sudo().line_ids.filtered(
                lambda line, old=before[order]: line.state == "draft" and line._is_flat_price(old)
            ).unlink()
        changed._put_flat_line()
        return result

    def _put_flat_line(self):
        """Enter the line of the flat price where it is missing."""
        missing = self.filtered("flat_product_id").filtered(
            lambda order: not order.line_ids.filtered(
                lambda line: line._is_flat_price(order.flat_product_id)
            )
        )
        # sudo: customers and technicians make orders, and enter no lines without a visit.
        self.env["service.order.line"].sudo().create(
            [
                {"order_id": order.id, "kind": "fee", "product_id": order.flat_product_id.id}
                for order in missing
            ]
        )


class ServiceOrderLine(models.Model):
    """What a flat price includes costs nothing beside it."""

    _inherit = "service.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        """With a flat price the price of the work is another one."""
        lines = super().create(vals_list)
        lines._decide_included()
        return lines

    def unlink(self):
        """Without the flat price the work has its own price again."""
        orders = self.filtered(lambda line: line.kind == "fee").order_id
        result = super().unlink()
        orders.line_ids.filtered(lambda line: line.kind in IN_FLAT_PRICE)._decide_cover()
        return result

    def _is_flat_price(self, product):
        """Whether this is the line of an order's flat price."""
        self.ensure_one()
        return self.kind == "fee" and bool(product) and self.product_id == product

    def _decide_included(self):
        """Decide anew about work on the orders of these lines, if one of them is a flat price."""
        orders = self.filtered(lambda line: line._is_flat_price(line.order_id.flat_product_id))
        included = orders.order_id.line_ids.filtered(lambda line: line.kind in IN_FLAT_PRICE)
        (included - self)._decide_cover()

    def _get_flat_line(self):
        """The line whose flat price includes this one, or nothing."""
        self.ensure_one()
        order = self.order_id
        if self.kind not in IN_FLAT_PRICE or not order.flat_product_id:
            return self.browse()
        return order.line_ids.filtered(lambda line: line._is_flat_price(order.flat_product_id))[:1]

    def _ask_cover(self):
        # EXTENDS service_order: what the customer would pay for is in the flat price.
        answers = super()._ask_cover()
        for line, answer in answers.items():
            flat = line._get_flat_line()
            if flat and not answer.covered:
                answers[line] = line._include(answer, flat)
        return answers

    def _include(self, answer, flat):
        """The answer of the cover, with nothing left to pay beside a flat price."""
        shares = [
            replace(share, price_unit=0.0, discount=0.0) if share.payer != "own" else share
            for share in answer.shares
        ]
        reason = self.env._("included in the flat price %s", flat.name)
        return replace(answer, shares=shares, reason=reason, rule="flat")
