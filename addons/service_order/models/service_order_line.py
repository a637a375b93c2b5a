from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .service_stage import CLOSED_KINDS

KINDS = [
    ("labour", "Labour"),
    ("travel", "Travel"),
    ("part", "Part"),
    ("consumable", "Consumable"),
    ("fee", "Flat fee"),
]
# Decided by the cover; a service manager may overrule it, giving a reason.
PRICE_FIELDS = frozenset({"price_unit", "discount", "covered"})
COVER_FIELDS = PRICE_FIELDS | {"override_reason"}
# Technicians see what the customer pays only where the settings allow it.
PRICE_GROUP = "service_order.group_service_prices"
# What a used line was posted with, and so can't change any more.
USED_FIELDS = frozenset(
    {
        "order_id",
        "visit_id",
        "kind",
        "product_id",
        "quantity",
        "uom_id",
        "stock_location_id",
        "lot_name",
    }
)


class ServiceOrderLine(models.Model):
    """Work done or a part used on an order; with what the cover says of it.

    A line is entered as a draft, *used* once the work is done and the part has left its stock,
    and *settled* once it has become a charge.
    """

    _name = "service.order.line"
    _description = "Service Order Line"
    _order = "order_id, visit_id, id"
    _check_company_auto = True

    order_id = fields.Many2one(
        "service.order", required=True, index=True, ondelete="cascade", check_company=True
    )
    visit_id = fields.Many2one(
        "service.visit",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('order_id', '=', order_id)]",
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(
        "res.currency",
        ondelete="restrict",
        compute="_compute_currency_id",
        store=True,
        precompute=True,
    )
    device_id = fields.Many2one(related="order_id.device_id")
    customer_id = fields.Many2one(related="order_id.customer_id")
    kind = fields.Selection(KINDS, required=True, default="part")
    product_id = fields.Many2one(
        "product.product",
        required=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        compute="_compute_product_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('type', '=', 'consu' if kind in ('part', 'consumable') else 'service'),"
        " ('service_device_model_id', '=', False)]",
    )
    name = fields.Char(
        "Description",
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
        help="Stands on the invoice.",
    )
    # Hours, kilometres and pieces make no sum.
    quantity = fields.Float(digits="Product Unit", required=True, default=1.0, aggregator=None)
    uom_id = fields.Many2one(
        "uom.uom",
        string="Unit",
        ondelete="restrict",
        compute="_compute_uom_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    customer_fault = fields.Boolean(
        "Customer's Fault",
        compute="_compute_customer_fault",
        store=True,
        readonly=False,
        precompute=True,
        help="Broken by the customer: most contracts then let the customer pay.",
    )
    state = fields.Selection(
        [("draft", "Planned"), ("used", "Used"), ("settled", "Settled")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    used_on = fields.Datetime(
        readonly=True,
        copy=False,
        help="When it was marked as used: the day of performance of a line without a visit.",
    )

    stock_location_id = fields.Many2one(
        "stock.location",
        string="Taken From",
        ondelete="restrict",
        check_company=True,
        compute="_compute_stock_location_id",
        store=True,
        readonly=False,
        precompute=True,
        domain=[("usage", "=", "internal")],
        help="The technician's van, or the stock the part is taken from.",
    )
    lot_name = fields.Char(
        "Serial / Lot", copy=False, help="For parts that are kept by serial or lot number."
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Stock Serial Number",
        readonly=True,
        copy=False,
        ondelete="restrict",
        check_company=True,
    )
    tracking = fields.Selection(related="product_id.tracking", string="Product Tracking")
    stock_move_id = fields.Many2one(
        "stock.move",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    is_short = fields.Boolean(
        "Stock Difference",
        readonly=True,
        copy=False,
        help="More was used than the stock showed; the warehouse has to explain the difference.",
    )

    price_unit = fields.Float(
        "Unit Price",
        # As fine as on the charge: what is shown and agreed is what is charged.
        digits=(16, 6),
        min_display_digits="Product Price",
        groups=PRICE_GROUP,
        help="What the customer pays for one unit, without tax.",
    )
    discount = fields.Float("Discount (%)", digits="Discount", groups=PRICE_GROUP)
    amount = fields.Monetary(
        "Payable",
        compute="_compute_amount",
        store=True,
        groups=PRICE_GROUP,
        help="What the customer pays, without tax.",
    )
    covered = fields.Boolean(readonly=False, help="The contract or a warranty covers it.")
    reason = fields.Char("Why", readonly=True, help="Why somebody pays or does not.")
    rule = fields.Char(readonly=True, help="The rule of the cover that decided.")
    override_reason = fields.Char(
        "Reason for Overruling",
        copy=False,
        help="Why a service manager decided otherwise than the contract and price lists say.",
    )
    charge_id = fields.Many2one(
        "service.charge",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "The quantity must be more than zero. Delete the line instead."
    )
    _price_range = models.Constraint(
        "CHECK(COALESCE(price_unit, 0) >= 0 AND COALESCE(discount, 0) BETWEEN 0 AND 100)",
        "A price cannot be negative, and a discount lies between 0 and 100 %. Give money back "
        "with a credit note instead.",
    )
    _unsettled = models.Index("(company_id) WHERE state != 'settled'")

    @api.depends("order_id")
    def _compute_currency_id(self):
        for line in self:
            line.currency_id = line.order_id.company_id.currency_id or self.env.company.currency_id

    @api.depends("kind", "order_id")
    def _compute_product_id(self):
        """Labour and travel have their usual products."""
        for line in self:
            usual = line._get_usual_product()
            fits = line.product_id and (
                (line.product_id.type == "consu") == (line.kind in ("part", "consumable"))
            )
            line.product_id = line.product_id if fits and not usual else usual

    def _get_usual_product(self):
        """The product of such a line, for kinds that have one."""
        company = self.order_id.company_id or self.env.company
        topic = self.order_id.topic_id if self.kind == "labour" else self.env["service.topic"]
        return topic.labour_product_id or company._get_service_product(self.kind)

    @api.depends("product_id")
    def _compute_name(self):
        # The customer reads it on the protocol and the invoice.
        for line in self:
            lang = line.order_id.customer_id.lang or self.env.lang
            product = line.product_id.with_context(lang=lang)
            # A part's number says something to the customer, the code of an hour does not.
            coded = product.type == "consu"
            line.name = product.with_context(display_default_code=coded).display_name

    @api.depends("product_id")
    def _compute_uom_id(self):
        for line in self:
            line.uom_id = line.product_id.uom_id

    @api.depends("order_id")
    def _compute_customer_fault(self):
        for line in self:
            line.customer_fault = line.order_id.customer_fault

    @api.depends("visit_id", "kind")
    def _compute_stock_location_id(self):
        technicians = self.env["service.technician"]
        for line in self:
            company = line.order_id.company_id or self.env.company
            if line.kind not in ("part", "consumable"):
                line.stock_location_id = False
            elif line.visit_id:
                line.stock_location_id = line.visit_id.technician_id.van_location_id
            elif not line.stock_location_id:
                line.stock_location_id = technicians._get_default_stock_location(company)

    @api.depends("quantity", "price_unit", "discount", "covered", "currency_id")
    def _compute_amount(self):
        for line in self:
            amount = line.quantity * line.price_unit * (1 - line.discount / 100)
            line.amount = (
                0.0 if line.covered or not line.currency_id else line.currency_id.round(amount)
            )

    @api.constrains("order_id", "visit_id")
    def _check_visit(self):
        for line in self:
            if line.visit_id and line.visit_id.order_id != line.order_id:
                raise ValidationError(
                    self.env._(
                        "The visit belongs to another order. Choose a visit of %(order)s.",
                        order=line.order_id.name,
                    )
                )

    @api.constrains("uom_id", "product_id")
    def _check_uom(self):
        """Work may be entered in hours whatever its product is counted in; goods leave a stock."""
        for line in self.filtered(lambda line: line._moves_stock()):
            unit = line.product_id.uom_id
            if line.uom_id and not line.uom_id._has_common_reference(unit):
                raise ValidationError(
                    self.env._(
                        "%(line)s is counted in %(unit)s and can't be entered in %(other)s.",
                        line=line.name,
                        unit=unit.name,
                        other=line.uom_id.name,
                    )
                )

    @api.model
    def _program_fields(self):
        """Fields that only the program writes, such as what was posted and charged."""
        names = {"state", "used_on", "lot_id", "stock_move_id", "is_short", "charge_id"}
        return frozenset(names | {"reason", "rule", "amount", "currency_id"})

    def _has_field_access(self, field, operation):
        # EXTENDS 'base': what was posted is the program's, the price is the cover's.
        if not super()._has_field_access(field, operation):
            return False
        if self.env.su or operation == "read":
            return True
        if field.name in self._program_fields():
            return False
        if field.name in COVER_FIELDS:
            return self.env.user.has_group("service_customer.group_service_manager")
        return True

    def onchange(self, values, field_names, fields_spec):
        """EXTENDS web: a draft of a line tells of no order but those the user may read."""
        order_id = values.get("order_id")
        if order_id and isinstance(order_id, int):
            self.env["service.order"].browse(order_id).check_access("read")
        return super().onchange(values, field_names, fields_spec)

    @api.model_create_multi
    def create(self, vals_list):
        """A line of a visit belongs to the visit's order; the cover is asked at once."""
        visits = self.env["service.visit"]
        vals_list = [
            {"order_id": visits.browse(vals["visit_id"]).order_id.id, **vals}
            if vals.get("visit_id")
            else vals
            for vals in vals_list
        ]
        lines = super().create(vals_list)
        lines._decide_cover()
        lines.filtered("override_reason")._log_override({})
        lines._reopen_orders()
        return lines

    def write(self, vals):
        """Keep what was posted, ask the cover again when the question changes."""
        if not self.env.su:
            self._check_change(vals)
        priced = self if vals.keys() & COVER_FIELDS else self.browse()
        before = {line: line.sudo().amount for line in priced}  # sudo: for the log alone
        result = super().write(vals)
        if vals.keys() & (USED_FIELDS | {"customer_fault", "override_reason"}):
            self._decide_cover()
        priced.filtered("override_reason")._log_override(before)
        return result

    def _check_change(self, vals):
        """Refuse a person's change of what was used, charged, or priced without a reason."""
        # Who may not touch a price at all hears that first.
        for name in PRICE_FIELDS & vals.keys():
            self._check_field_access(self._fields[name], "write")
        if self.filtered(lambda line: line.state == "settled"):
            raise UserError(
                self.env._(
                    "A settled line does not change any more. Correct it with a credit note, or "
                    "enter a new line."
                )
            )
        if USED_FIELDS & vals.keys():
            self._check_draft()
        unexplained = self.filtered(lambda line: not line.override_reason)
        if PRICE_FIELDS & vals.keys() and unexplained and not vals.get("override_reason"):
            raise UserError(
                self.env._(
                    "The price of %(line)s follows from the contract and the price lists. To "
                    "overrule it, say why in the field Reason for Overruling.",
                    line=unexplained[0].name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_draft()

    def _check_draft(self):
        """A used part stays as it was posted."""
        for line in self:
            if line.state != "draft":
                raise UserError(
                    self.env._(
                        "%(line)s is already used on %(order)s and stays as it is. Take it back "
                        "first.",
                        line=line.name,
                        order=line.order_id.name,
                    )
                )

    def _reopen_orders(self):
        """What is entered on a closed order is to be settled too, else nobody would see it."""
        closed = self.order_id.filtered(lambda order: order.stage_kind in CLOSED_KINDS)
        closed._move_to_kind("to_settle")

    def _moves_stock(self):
        """Whether using this line takes goods from a stock."""
        self.ensure_one()
        return self.product_id.type == "consu"
