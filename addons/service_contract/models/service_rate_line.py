from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

#: Marks, in the context, prices that are being entered together with their tiers.
NEW_PRICES = object()


class ServiceRateLine(models.Model):
    """One price of a version of rates: a fee, pages of one meter, labour or travel."""

    _name = "service.rate.line"
    _description = "Contract Price"
    _order = "rate_id, sequence, id"

    rate_id = fields.Many2one("service.rate", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(
        related="rate_id.company_id", store=True, precompute=True, index=True
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("base_fee", "Base Fee"),
            ("pages", "Pages"),
            ("labour", "Labour"),
            ("travel", "Travel"),
        ],
        required=True,
        default="pages",
    )
    meter_type_id = fields.Many2one(
        "service.meter.type",
        ondelete="restrict",
        index="btree_not_null",
        help="The meter whose pages cost this.",
    )
    price_unit = fields.Float(
        "Price",
        digits="Service Page Price",
        min_display_digits=2,
        required=True,
        help="Without taxes.",
    )
    per = fields.Selection(
        [("1", "1"), ("100", "100"), ("1000", "1,000")],
        required=True,
        default="1",
        help="The number of pages (or hours, or journeys) that cost this.",
    )
    group_id = fields.Many2one(
        "service.billing.group",
        string="Billing Group",
        ondelete="cascade",
        index="btree_not_null",
        domain="[('contract_id', '=', contract_id)]",
        help="The group of devices for which this is the price; empty: all that have no such price "
        "of their own.",
    )
    contract_id = fields.Many2one(related="rate_id.contract_id")
    level = fields.Selection(
        [
            ("contract", "The Whole Contract"),
            ("group", "Each Billing Group"),
            ("device", "Each Device"),
        ],
        string="Counted For",
        required=True,
        compute="_compute_level",
        store=True,
        readonly=False,
        precompute=True,
        help="Who pays the fee once, and whose pages are counted together: those of a group or of "
        "the whole contract are a pool.",
    )
    months = fields.Integer(
        "Per Months",
        required=True,
        default=1,
        help="The fee, the included pages, the tiers and the minimum are for so many months. When "
        "another number of months is settled together, they are converted.",
    )
    included_pages = fields.Integer(help="Pages that the base fee includes.")
    tier_mode = fields.Selection(
        [("stepped", "Each Tier by Itself"), ("whole", "All Pages by the Last Tier")],
        string="Tiers Price",
        required=True,
        default="stepped",
        help="Whether a tier prices the pages in it only, or all pages of the period when it is "
        "reached.",
    )
    tier_ids = fields.One2many("service.rate.tier", "line_id", string="Tiers", copy=True)
    minimum_pages = fields.Integer(
        help="So many pages are paid at least, the included ones counted; missing ones cost the "
        "price of the first tier.",
    )
    minimum_amount = fields.Monetary(
        help="So much is paid at least for these pages, without taxes."
    )
    block_pages = fields.Integer(
        "Prepaid Block", help="Pages that are paid for together, before they are printed."
    )
    block_price = fields.Monetary(help="What one prepaid block costs, without taxes.")
    block_renews = fields.Boolean(
        "Renewed Automatically",
        default=True,
        help="Another block follows when one is used up; else further pages cost the page price.",
    )
    currency_id = fields.Many2one(related="rate_id.currency_id")

    _kind_meter_uniq = models.UniqueIndex(
        "(rate_id, kind, COALESCE(group_id, 0), COALESCE(meter_type_id, 0), "
        "(CASE WHEN kind = 'base_fee' THEN level END))",
        "These rates already have such a price. Change that one.",
    )
    _pages_meter = models.Constraint(
        "CHECK((kind = 'pages') = (meter_type_id IS NOT NULL))",
        "A price of pages names its meter; other prices name none.",
    )
    _price_positive = models.Constraint(
        "CHECK(price_unit >= 0 AND included_pages >= 0 AND minimum_pages >= 0 AND "
        "minimum_amount >= 0 AND block_pages >= 0 AND block_price >= 0)",
        "Prices, included pages and minimums cannot be negative. Enter zero or more.",
    )
    _months_positive = models.Constraint(
        "CHECK(months > 0)", "A price is for at least one month. Enter 1 or more."
    )
    _level_group = models.Constraint(
        "CHECK(level != 'contract' OR group_id IS NULL)",
        "What is counted for the whole contract names no billing group. Clear the group, or count "
        "for the group or each device.",
    )
    _hours_group = models.Constraint(
        "CHECK(kind NOT IN ('labour', 'travel') OR group_id IS NULL)",
        "Labour and travel cost the same in all billing groups. Clear the group.",
    )
    _pages_only = models.Constraint(
        "CHECK(kind = 'pages' OR (included_pages = 0 AND minimum_pages = 0 AND block_pages = 0 AND "
        "COALESCE(minimum_amount, 0) = 0))",
        "Only prices of pages have included pages, a minimum or a prepaid block.",
    )
    _one_minimum = models.Constraint(
        "CHECK(minimum_pages = 0 OR COALESCE(minimum_amount, 0) = 0)",
        "A minimum is a number of pages or an amount of money. Clear one of them.",
    )
    _block_alone = models.Constraint(
        "CHECK(block_pages = 0 OR (included_pages = 0 AND minimum_pages = 0 AND "
        "COALESCE(minimum_amount, 0) = 0))",
        "A prepaid block stands instead of included pages and a minimum. Clear these or the block.",
    )

    @api.depends("kind")
    def _compute_level(self):
        for line in self:
            if line.kind == "pages":
                line.level = "device"
            else:
                line.level = "group" if line.group_id else "contract"

    @api.depends("kind", "meter_type_id.name", "group_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for line in self:
            name = line.meter_type_id.name or kinds.get(line.kind, "")
            line.display_name = f"{name} ({line.group_id.name})" if line.group_id else name

    @api.constrains("group_id", "rate_id")
    def _check_group(self):
        """A price is for a group of its own contract."""
        for line in self:
            if line.group_id and line.group_id.contract_id != line.contract_id:
                raise ValidationError(
                    self.env._(
                        "The price “%(price)s” of contract %(contract)s is for a billing group of "
                        "contract %(other)s. Choose a group of %(contract)s.",
                        price=line.display_name,
                        contract=line.contract_id.name,
                        other=line.group_id.contract_id.name,
                    )
                )

    @api.constrains("meter_type_id", "group_id", "level", "kind", "rate_id")
    def _check_terms(self):
        """Prices do not contradict each other, nor the days of devices."""
        self.contract_id._check_terms()

    @api.constrains("included_pages", "minimum_pages")
    def _check_minimum(self):
        """A minimum that is included already is never missed."""
        for line in self:
            if 0 < line.minimum_pages <= line.included_pages:
                raise ValidationError(
                    self.env._(
                        "%(price)s of contract %(contract)s: %(included)s pages are included, so "
                        "a minimum of %(minimum)s is always reached. All pages are counted: enter "
                        "a higher minimum, or none.",
                        price=line.display_name,
                        contract=line.contract_id.name,
                        included=line.included_pages,
                        minimum=line.minimum_pages,
                    )
                )

    @api.constrains("block_pages", "tier_ids")
    def _check_block(self):
        """Pages of a block cost the same, however many are printed."""
        for line in self:
            if line.block_pages and line.tier_ids:
                raise ValidationError(
                    self.env._(
                        "%(price)s of contract %(contract)s: a prepaid block stands instead of "
                        "tiers. Delete the tiers or clear the block.",
                        price=line.display_name,
                        contract=line.contract_id.name,
                    )
                )

    @api.onchange("group_id")
    def _onchange_group_id(self):
        if self.group_id and self.level == "contract":
            self.level = "group"

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse another price in a version in force that has prices already.

        An empty version may be completed: it has promised nothing yet.
        """
        rates = self.env["service.rate"].browse(
            {vals["rate_id"] for vals in vals_list if vals.get("rate_id")}
        )
        rates.filtered("line_ids")._check_open()
        # New prices bring their tiers along; nobody outside can name this very object.
        new = self.with_context(service_new_prices=NEW_PRICES)
        return super(ServiceRateLine, new).create(vals_list).with_env(self.env)

    def write(self, vals):
        """Refuse to change a price in force."""
        if set(vals) - {"sequence"}:
            self._check_open()
        result = super().write(vals)
        if "rate_id" in vals:
            self._check_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        """A price in force stays."""
        self._check_open()

    def _check_open(self):
        """Refuse a change of prices that are in force, unless they are being entered now."""
        if self.env.context.get("service_new_prices") is not NEW_PRICES:
            self.rate_id._check_open()

    def _counts_again(self, other):
        """Whether the pages of another price are among those of this one's computed meter."""
        computed = self.meter_type_id
        parts = computed.part_type_ids
        if computed.is_a4:
            parts |= parts.a3_type_id
        same_devices = not self.group_id or not other.group_id or self.group_id == other.group_id
        return computed.kind == "computed" and same_devices and other.meter_type_id in parts

    def _counted_twice(self, part):
        """The sentence that refuses a meter and one computed from it."""
        return self.env._(
            "Contract %(contract)s, rates from %(date)s: “%(computed)s” is computed from "
            "“%(part)s”, so these pages would be billed twice. Delete one of the two prices.",
            contract=self.contract_id.name,
            date=format_date(self.env, self.rate_id.date_from),
            computed=self.meter_type_id.name,
            part=part.meter_type_id.name,
        )

    def _unit_price(self):
        """The price of one page, hour or journey."""
        return self.price_unit / int(self.per)
