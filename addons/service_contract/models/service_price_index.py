from odoo import api, fields, models
from odoo.tools import formatLang


class ServicePriceIndex(models.Model):
    """A yearly index of prices, such as a statistical office publishes it."""

    _name = "service.price.index"
    _description = "Price Index"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    value_ids = fields.One2many("service.price.index.value", "index_id", string="Years", copy=True)

    def _percent(self, year):
        """By how many percent prices rose in a year; None while that is not known."""
        self.ensure_one()
        value = self.value_ids.filtered(lambda value: value.year == year)
        return value.percent if value else None


class ServicePriceIndexValue(models.Model):
    """The index of one year, the year before being 100."""

    _name = "service.price.index.value"
    _description = "Price Index of a Year"
    _order = "index_id, year desc, id"

    index_id = fields.Many2one("service.price.index", required=True, ondelete="cascade", index=True)
    year = fields.Integer(required=True)
    value = fields.Float(
        "Previous Year = 100",
        digits=(16, 2),
        required=True,
        help="For example 103.6 when prices rose by 3.6 % against the year before.",
    )
    percent = fields.Float("Change (%)", digits=(16, 2), compute="_compute_percent")

    _index_year_uniq = models.Constraint(
        "UNIQUE(index_id, year)", "This index has a value of that year already. Change that one."
    )
    _year_range = models.Constraint(
        "CHECK(year BETWEEN 1950 AND 2200)", "Enter a year with four digits."
    )
    _value_range = models.Constraint(
        "CHECK(value BETWEEN 50 AND 300)",
        "The year before is 100: for prices that rose by 3.6 % enter 103.6.",
    )

    @api.depends("value")
    def _compute_percent(self):
        for row in self:
            row.percent = row.value - 100

    @api.depends("year", "value")
    def _compute_display_name(self):
        for row in self:
            row.display_name = f"{row.year}: {formatLang(self.env, row.value, digits=2)}"
