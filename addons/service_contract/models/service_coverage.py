from odoo import api, fields, models


class ServiceCoverage(models.Model):
    """One row of a contract type's matrix: what is done with one kind of item."""

    _name = "service.coverage"
    _description = "Cover"
    _order = "type_id, item_kind, id"

    type_id = fields.Many2one(
        "service.contract.type", required=True, ondelete="cascade", index=True
    )
    item_kind = fields.Selection(
        [
            ("labour", "Labour"),
            ("travel", "Travel"),
            ("part", "Parts"),
            ("consumable", "Consumables"),
            ("maintenance", "Maintenance"),
            ("courier", "Courier"),
            ("loaner", "Loaner"),
        ],
        string="Item",
        required=True,
    )
    category_id = fields.Many2one(
        "product.category",
        string="Product Category",
        ondelete="restrict",
        index="btree_not_null",
        help="Only products of this category and those below it; empty: all.",
    )
    consumable_kind = fields.Selection(
        selection=lambda self: self._selection_consumable_kind(),
        help="Only what the device's model lists as this kind; empty: all.",
    )
    mode = fields.Selection(
        [
            ("full", "Covered"),
            ("limit", "Covered up to a limit"),
            ("percent", "Covered by percent"),
            ("none", "Not covered"),
        ],
        string="Cover",
        required=True,
        default="full",
    )
    percent = fields.Float(
        "Covered (%)", help="How much of the price the contract covers; the customer pays the rest."
    )
    limit_value = fields.Float(
        "Limit",
        digits=(16, 2),
        help="How much is covered in a period: pieces, hours or journeys, or their net value.",
    )
    limit_unit = fields.Selection(
        [("quantity", "Quantity"), ("amount", "Net value")],
        string="Limit In",
        default="quantity",
        required=True,
    )
    limit_period = fields.Selection(
        [
            ("month", "Month"),
            ("quarter", "Quarter"),
            ("year", "Year"),
            ("contract", "Whole contract"),
        ],
        string="Limit Per",
        default="year",
        required=True,
        help="Counted from the first day of the contract.",
    )
    limit_level = fields.Selection(
        [("contract", "Contract"), ("device", "Each device")],
        string="Limit For",
        default="contract",
        required=True,
    )
    fault_rule = fields.Selection(
        [
            ("customer", "The customer pays"),
            ("insurer", "The device's insurer pays"),
            ("covered", "Covered all the same"),
        ],
        string="Customer's Fault",
        required=True,
        default="customer",
        help="Who pays, although it is covered, when the customer is at fault. Where the contract "
        "names no insurer, the customer pays.",
    )
    payer = fields.Selection(
        [("customer", "The customer"), ("lessor", "The device's leasing company")],
        "Rest Paid By",
        required=True,
        default="customer",
        help="Who pays what is not covered. Where no leasing company owns the device, the customer "
        "pays.",
    )
    price_source = fields.Selection(
        [
            ("contract", "Contract, else customer's, else general"),
            ("customer", "Customer's, else general"),
            ("general", "General prices"),
        ],
        string="Price",
        required=True,
        default="contract",
        help="Where the price comes from when the customer pays.",
    )

    _type_item_uniq = models.UniqueIndex(
        "(type_id, item_kind, COALESCE(category_id, 0), COALESCE(consumable_kind, ''))",
        "This kind of item is already in the cover. Change that row.",
    )
    _consumable_kind_item = models.Constraint(
        "CHECK(consumable_kind IS NULL OR item_kind IN ('part', 'consumable'))",
        "Only parts and consumables have a consumable kind. Leave it empty.",
    )
    _category_item = models.Constraint(
        "CHECK(category_id IS NULL OR item_kind IN ('part', 'consumable'))",
        "Only parts and consumables have a product category. Leave it empty.",
    )
    _limit_positive = models.Constraint(
        "CHECK(mode != 'limit' OR limit_value > 0)",
        "A limit is above zero. What is not covered at all is “Not covered”.",
    )
    _percent_range = models.Constraint(
        "CHECK(percent >= 0 AND percent <= 100 AND (mode != 'percent' OR percent > 0))",
        "Cover by percent needs a percentage above 0 and up to 100.",
    )

    @api.model
    def _selection_consumable_kind(self):
        field = self.env["service.device.consumable"]._fields["kind"]
        return field._description_selection(self.env)

    @api.depends(
        "item_kind",
        "category_id.name",
        "consumable_kind",
        "mode",
        "percent",
        "limit_value",
        "limit_unit",
        "limit_period",
        "limit_level",
    )
    def _compute_display_name(self):
        modes = dict(self._fields["mode"]._description_selection(self.env))
        for coverage in self:
            mode = modes.get(coverage.mode, "")
            if coverage.mode == "percent":
                mode = self.env._("covered in %s %%", f"{coverage.percent:g}")
            elif coverage.mode == "limit":
                mode = coverage._limit_in_words()
            coverage.display_name = f"{coverage._item_in_words()}: {mode.lower()}"

    def _item_in_words(self):
        """What this row is about: the kind of item, narrowed by category and consumable kind."""
        self.ensure_one()
        names = {
            name: dict(self._fields[name]._description_selection(self.env))
            for name in ("item_kind", "consumable_kind")
        }
        narrowed = [
            self.category_id.name,
            names["consumable_kind"].get(self.consumable_kind, "").lower(),
        ]
        narrowed = ", ".join(filter(None, narrowed))
        item = names["item_kind"].get(self.item_kind, "")
        return f"{item} ({narrowed})" if narrowed else item

    def _limit_in_words(self):
        """For example: covered up to 12 per year for each device."""
        self.ensure_one()
        periods = dict(self._fields["limit_period"]._description_selection(self.env))
        period = periods[self.limit_period].lower()
        value = f"{self.limit_value:g}"
        if self.limit_unit == "amount":
            value = self.env._("a net value of %s", value)
        if self.limit_level == "device":
            return self.env._(
                "covered up to %(limit)s per %(period)s and device", limit=value, period=period
            )
        return self.env._("covered up to %(limit)s per %(period)s", limit=value, period=period)

    def _find(self, product, consumable_kinds):
        """Of these rows of one kind of item the one that says most exactly what is done with it.

        :param product: product.product, possibly empty
        :param consumable_kinds: kinds as which the device's model lists the product
        :return: one row, or none
        """
        path = product.categ_id.parent_path or ""
        fitting = self.filtered(
            lambda row: (not row.consumable_kind or row.consumable_kind in consumable_kinds)
            and (not row.category_id or path.startswith(row.category_id.parent_path))
        )
        # The kind says more than a category, a deeper category more than one above it.
        return fitting.sorted(
            lambda row: (bool(row.consumable_kind), len(row.category_id.parent_path or ""), row.id),
            reverse=True,
        )[:1]
