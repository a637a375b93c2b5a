from odoo import api, fields, models


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
    included_pages = fields.Integer(help="Pages of a month that the base fee includes.")

    _kind_meter_uniq = models.UniqueIndex(
        "(rate_id, kind, COALESCE(meter_type_id, 0))",
        "These rates already have such a price. Change that one.",
    )
    _pages_meter = models.Constraint(
        "CHECK((kind = 'pages') = (meter_type_id IS NOT NULL))",
        "A price of pages names its meter; other prices name none.",
    )
    _price_positive = models.Constraint(
        "CHECK(price_unit >= 0 AND included_pages >= 0)",
        "Prices and included pages cannot be negative. Enter zero or more.",
    )

    @api.depends("kind", "meter_type_id.name")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for line in self:
            line.display_name = line.meter_type_id.name or kinds.get(line.kind, "")

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse another price in a version in force that has prices already.

        An empty version may be completed: it has promised nothing yet.
        """
        rates = self.env["service.rate"].browse(
            {vals["rate_id"] for vals in vals_list if vals.get("rate_id")}
        )
        rates.filtered("line_ids")._check_open()
        return super().create(vals_list)

    def write(self, vals):
        """Refuse to change a price in force."""
        if set(vals) - {"sequence"}:
            self.rate_id._check_open()
        result = super().write(vals)
        if "rate_id" in vals:
            self.rate_id._check_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        """A price in force stays."""
        self.rate_id._check_open()

    def _unit_price(self):
        """The price of one page, hour or journey."""
        return self.price_unit / int(self.per)
