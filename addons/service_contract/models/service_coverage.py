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
    mode = fields.Selection(
        [("full", "Covered"), ("percent", "Covered by percent"), ("none", "Not covered")],
        string="Cover",
        required=True,
        default="full",
    )
    percent = fields.Float(
        "Covered (%)", help="How much of the price the contract covers; the customer pays the rest."
    )
    fault_payable = fields.Boolean(
        "Fault Is Payable",
        default=True,
        help="The customer pays, although it is covered, when the customer is at fault.",
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

    _type_item_uniq = models.Constraint(
        "UNIQUE(type_id, item_kind)", "This kind of item is already in the cover. Change that row."
    )
    _percent_range = models.Constraint(
        "CHECK(percent >= 0 AND percent <= 100 AND (mode != 'percent' OR percent > 0))",
        "Cover by percent needs a percentage above 0 and up to 100.",
    )

    @api.depends("item_kind", "mode", "percent")
    def _compute_display_name(self):
        items = dict(self._fields["item_kind"]._description_selection(self.env))
        modes = dict(self._fields["mode"]._description_selection(self.env))
        for coverage in self:
            mode = modes.get(coverage.mode, "")
            if coverage.mode == "percent":
                mode = self.env._("covered in %s %%", f"{coverage.percent:g}")
            coverage.display_name = f"{items.get(coverage.item_kind, '')}: {mode.lower()}"
