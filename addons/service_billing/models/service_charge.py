import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError

# Who gets an invoice for what he pays; a manufacturer gets a warranty claim, we get nothing.
INVOICED_PAYERS = ("customer", "insurer", "lessor")

# Written by the program only: the identity of a charge and its way through the books.
PROGRAM_FIELDS = frozenset(
    {"key", "amount", "state", "move_id", "move_line_id", "rule", "res_model", "res_id"}
    | {"coverage_id", "coverage_used"}
    | {"period_start", "period_stop", "unit", "role", "pages", "share", "block_left", "arithmetic"}
    | {"rate_line_id", "stay_id", "is_reopened", "billing_line_id", "annex_move_id"}
    | {"corrected_charge_id"}
)

# What decides how much somebody pays: on a charge with a source, only changed with a reason.
MONEY_FIELDS = frozenset(
    {"quantity", "price_unit", "discount", "currency_id", "covered", "payer", "customer_id"}
)


class ServiceCharge(models.Model):
    """Anything that may cost somebody something: who, what, how many, price, payer, why.

    Every fee, page, hour, part or parcel becomes exactly one charge, also when the contract covers
    it. Only billing turns charges into invoices or settlements; from then on they do not change.
    """

    _name = "service.charge"
    _description = "Charge"
    _inherit = "service.contract.part"
    _order = "date desc, id desc"
    _check_company_auto = True

    key = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: f"manual/{uuid.uuid4()}",
        help="What is charged and for which period or event: nothing is charged twice.",
    )
    name = fields.Char(string="Description", required=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.company,
    )
    date = fields.Date(
        string="Performed On",
        required=True,
        default=fields.Date.context_today,
        help="Day on which the work was done or the period ended; it decides the VAT date.",
    )
    customer_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, ondelete="restrict"
    )
    location_id = fields.Many2one(
        "res.partner",
        string="Location",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('type', '=', 'location'), ('commercial_partner_id', '=', customer_id)]",
    )
    device_id = fields.Many2one(
        "service.device", index="btree_not_null", ondelete="restrict", check_company=True
    )
    contract_id = fields.Many2one(
        "service.contract", index="btree_not_null", ondelete="restrict", check_company=True
    )
    payer = fields.Selection(
        [
            ("customer", "Customer"),
            ("own", "We"),
            ("manufacturer", "Manufacturer"),
            ("insurer", "Insurer"),
            ("lessor", "Lessor"),
        ],
        required=True,
        default="customer",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Invoice To",
        required=True,
        index=True,
        ondelete="restrict",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
    )

    kind = fields.Selection(
        [
            ("fee", "Fee"),
            ("pages", "Pages"),
            ("labour", "Labour"),
            ("travel", "Travel"),
            ("part", "Part"),
            ("consumable", "Consumable"),
            ("courier", "Courier"),
            ("other", "Other"),
        ],
        required=True,
        default="other",
    )
    product_id = fields.Many2one("product.product", ondelete="restrict", check_company=True)
    # Hours, kilometres and pages make no sum.
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
    price_unit = fields.Float(
        string="Unit Price",
        digits=(16, 6),
        min_display_digits="Product Price",
        aggregator=None,
        required=True,
        default=0.0,
        help="Net price of one unit, up to six decimals as page prices need.",
    )
    discount = fields.Float(string="Discount (%)", digits="Discount", aggregator=None)
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        ondelete="restrict",
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    amount = fields.Monetary(
        string="Net Amount",
        compute="_compute_amount",
        store=True,
        precompute=True,
        help="On a document: what this charge adds to its line. The charges of a line add up to "
        "the line, so one of them may be a grosz more or less than its own quantity × price.",
    )

    covered = fields.Boolean(help="The contract or a warranty covers it: nobody is billed.")
    reason = fields.Char(help="Why somebody pays or does not, in words.")
    rule = fields.Char(readonly=True, help="The rule that decided, for example warranty.")
    coverage_id = fields.Many2one(
        "service.coverage",
        string="Limit",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The row of the contract's cover whose limit it consumes.",
    )
    coverage_used = fields.Float(
        string="Used of the Limit",
        readonly=True,
        digits=(16, 6),
        help="In the limit's own measure: a quantity, or a net value.",
    )
    res_model = fields.Char(string="Source Model", readonly=True)
    res_id = fields.Many2oneReference(string="Source", model_field="res_model", readonly=True)

    move_line_id = fields.Many2one(
        "account.move.line",
        string="Invoice Line",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    move_id = fields.Many2one(
        related="move_line_id.move_id",
        string="Invoice",
        store=True,
        index="btree_not_null",
    )
    state = fields.Selection(
        [
            ("covered", "Covered"),
            ("to_bill", "To Bill"),
            ("draft", "On a Draft"),
            ("billed", "Billed"),
        ],
        compute="_compute_state",
        store=True,
        precompute=True,
        index=True,
    )

    _key_uniq = models.Constraint("UNIQUE(key)", "This has been charged already.")
    _discount_range = models.Constraint(
        "CHECK(discount IS NULL OR discount BETWEEN 0 AND 100)",
        "A discount lies between 0 and 100 %. Correct it.",
    )
    _to_bill_idx = models.Index("(company_id, partner_id) WHERE state = 'to_bill'")

    @api.depends("customer_id", "location_id", "contract_id")
    def _compute_partner_id(self):
        for charge in self:
            charge.partner_id = charge.contract_id._get_invoice_partner(
                charge.customer_id, charge.location_id
            )

    @api.depends("contract_id", "company_id")
    def _compute_currency_id(self):
        """The contract's while a charge is entered; a price that is written keeps its currency."""
        for charge in self:
            if not charge._origin or not charge.currency_id:
                charge.currency_id = (charge.contract_id or charge.company_id).currency_id

    @api.depends("product_id")
    def _compute_uom_id(self):
        for charge in self:
            charge.uom_id = charge.product_id.uom_id or charge.uom_id

    @api.depends("quantity", "price_unit", "discount", "currency_id", "move_line_id.parent_state")
    def _compute_amount(self):
        alone = self.filtered(lambda charge: not charge.move_line_id)
        for charge in alone:
            charge.amount = charge._round_value(charge.quantity)
        # Superuser: whose right it is to read charges need not read invoices.
        for charges in (self - alone).sudo().grouped("move_line_id").values():
            charges._share_line()

    def _round_value(self, quantity):
        """Net value of a quantity at the price of this charge, rounded as on an invoice line."""
        self.ensure_one()
        value = quantity * self.price_unit * (1 - (self.discount or 0.0) / 100)
        return self.currency_id.round(value) if self.currency_id else value

    def _share_line(self):
        """Share out the value of the one invoice line of ``self`` among all its charges.

        The line is quantity × price, rounded once. Each charge gets what the value of all up to it
        exceeds that of all before it, so that the charges always add up to the line. A line without
        a single price is the sum of its charges.
        """
        # A dialog shows its own copies of charges and lines.
        line = self.move_line_id._origin or self.move_line_id
        charges = line.service_charge_ids.sorted("id")
        own = {charge._origin or charge: charge for charge in self}
        if len(set(charges.mapped("price_unit"))) > 1:
            for charge in self:
                charge.amount = charge._round_value(charge.quantity)
            return
        quantity = reached = 0.0
        for charge in charges:
            quantity += charge.quantity
            value = charge._round_value(quantity)
            if charge in own:
                own[charge].amount = value - reached
            reached = value

    @api.depends(
        "covered", "payer", "quantity", "price_unit", "discount", "move_line_id.parent_state"
    )
    def _compute_state(self):
        on_invoice = {"draft": "draft", "posted": "billed"}
        for charge in self:
            # Superuser: the state is shown also to those who may not read invoices.
            line_state = charge.sudo().move_line_id.parent_state
            if line_state in on_invoice:
                charge.state = on_invoice[line_state]
            elif charge._is_payable():
                charge.state = "to_bill"
            else:
                charge.state = "covered"

    @api.model_create_multi
    def create(self, vals_list):
        """Charges entered by hand carry a key of their own; the program uses ``_take``."""
        for vals in vals_list:
            self._check_program_fields(vals)
        return super().create(vals_list)

    def write(self, vals):
        """Refuse to change what stands on an invoice, and by hand what the program writes.

        :raise UserError: names the charge and what to do instead
        """
        self._check_program_fields(vals)
        if vals.keys() - PROGRAM_FIELDS:
            self._check_not_on_invoice()
        if not self.env.su and vals.keys() & MONEY_FIELDS and not vals.get("reason"):
            self._check_without_source(
                self.env._(
                    "The price of the charge “%(charge)s” follows from what was done. To change "
                    "what is paid and by whom, write the reason into the same change."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_on_invoice(self):
        self._check_not_on_invoice()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_source(self):
        """What was done and charged would otherwise never be charged again."""
        self._check_without_source(
            self.env._(
                "The charge “%(charge)s” says what was done and cannot be deleted. If nobody is to "
                "pay for it, mark it as covered and write the reason."
            )
        )

    def _check_without_source(self, sentence):
        """Refuse, in a sentence with a place for the charge, what only charges by hand allow."""
        made = self.filtered("res_id")
        if made:
            raise UserError(sentence % {"charge": made[0].name})

    def _check_program_fields(self, vals):
        """Refuse a value that only the program may set (it does so as superuser)."""
        if not self.env.su and (fnames := PROGRAM_FIELDS & vals.keys()):
            raise UserError(
                self.env._(
                    "The following is filled in by billing and cannot be typed: %s. Leave it out, "
                    "and use the button Bill.",
                    ", ".join(self._fields[name]._description_string(self.env) for name in fnames),
                )
            )

    def _check_not_on_invoice(self):
        """Charges on a draft or posted document are what the document says: they stay so."""
        for charge in self:
            if charge.state in ("draft", "billed"):
                raise UserError(
                    self.env._(
                        "The charge “%(charge)s” is on the document %(document)s and cannot be "
                        "changed or deleted. Delete the draft first, or correct a posted invoice "
                        "with a credit note.",
                        charge=charge.name,
                        # Superuser: only the number of the document is named.
                        document=charge.sudo().move_id.display_name,
                    )
                )

    def _is_payable(self):
        """Whether somebody is to be billed for this charge."""
        self.ensure_one()
        return (
            not self.covered
            and self.payer in INVOICED_PAYERS
            # A page may cost less than a grosz: what counts is the sum on the invoice.
            and bool(self.quantity and self.price_unit and self.discount != 100)
        )
