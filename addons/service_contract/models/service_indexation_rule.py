from decimal import Decimal

from babel.dates import get_month_names

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_repr, formatLang
from odoo.tools.misc import get_lang

from ..tools.indexation import Change, limited


class ServiceIndexationRule(models.AbstractModel):
    """How prices are raised each year: agreed in a contract, proposed by its type."""

    _name = "service.indexation.rule"
    _description = "Indexation Rule"

    indexation_method = fields.Selection(
        [
            ("none", "None"),
            ("percent", "By Percent"),
            ("amount", "By Amount"),
            ("index", "By Price Index"),
        ],
        string="Indexation",
        required=True,
        default="none",
    )
    indexation_percent = fields.Float("Change (%)", digits=(16, 2))
    indexation_amount = fields.Float(
        "Change of Fees",
        digits=(16, 2),
        help="Added to each base fee, in the currency of the contract; other prices stay.",
    )
    indexation_index_id = fields.Many2one(
        "service.price.index",
        string="Price Index",
        ondelete="restrict",
        index="btree_not_null",
        help="The change of the year before counts.",
    )
    indexation_month = fields.Selection(
        selection=lambda self: self._selection_month(),
        string="Every Year From",
        required=True,
        default="2",
        help="The new prices begin on the first day of this month.",
    )
    indexation_scope = fields.Selection(
        [("all", "All prices"), ("fees", "Base fees only")],
        string="Prices Indexed",
        required=True,
        default="all",
    )
    indexation_has_floor = fields.Boolean("At Least (%)", default=True)
    indexation_floor = fields.Float(
        "Lowest Change (%)", digits=(16, 2), help="0: prices never fall."
    )
    indexation_has_cap = fields.Boolean("At Most (%)")
    indexation_cap = fields.Float("Highest Change (%)", digits=(16, 2))
    indexation_step = fields.Selection(
        [("0.01", "0.01"), ("0.1", "0.10"), ("1", "1")],
        string="Fees Rounded To",
        required=True,
        default="0.01",
        help="Half up. Fees, hours, journeys, minimums and blocks are multiples of it.",
    )
    indexation_decimals = fields.Integer(
        "Decimals of a Page",
        default=4,
        help="To so many decimals the price of one page is rounded, half up; a price of 100 or "
        "1,000 pages has fewer.",
    )
    indexation_first_year_exempt = fields.Boolean(
        "Not in the First Year",
        default=True,
        help="Prices stay until the contract has been in force for a year.",
    )

    @api.model
    def _selection_month(self):
        months = get_month_names(context="stand-alone", locale=get_lang(self.env).code)
        return [(str(number), name) for number, name in months.items()]

    @api.constrains(
        "indexation_method",
        "indexation_percent",
        "indexation_amount",
        "indexation_index_id",
        "indexation_has_floor",
        "indexation_floor",
        "indexation_has_cap",
        "indexation_cap",
        "indexation_decimals",
    )
    def _check_indexation(self):
        """A rule that says what it needs to be applied."""
        for rule in self:
            refused = rule._refused_rule()
            if refused:
                raise ValidationError(
                    self.env._("%(name)s: %(refused)s", name=rule.display_name, refused=refused)
                )

    def _refused_rule(self):
        """What is wrong with a rule, as a sentence; nothing when it is right."""
        percents = (self.indexation_percent, self.indexation_floor, self.indexation_cap)
        if not all(-50 <= percent <= 100 for percent in percents):
            return self.env._("A yearly change of prices lies between -50 % and 100 %.")
        if not 2 <= self.indexation_decimals <= 6:
            return self.env._("The price of a page has 2 to 6 decimals.")
        if self.indexation_method == "index" and not self.indexation_index_id:
            return self.env._("Choose the price index by which prices change.")
        if self.indexation_method == "percent" and not self.indexation_percent:
            return self.env._("Enter the percentage by which prices change.")
        if self.indexation_method == "amount" and not self.indexation_amount:
            return self.env._("Enter the amount by which base fees change.")
        has_both = self.indexation_has_floor and self.indexation_has_cap
        if has_both and self.indexation_floor > self.indexation_cap:
            return self.env._("The lowest change is above the highest one. Correct one of them.")
        return None

    def _indexation_change(self, year):
        """By how much prices change in a year.

        :return: ``Change``; None while the index of the year before is not known
        """
        self.ensure_one()
        rounding = {"step": Decimal(self.indexation_step), "decimals": self.indexation_decimals}
        if self.indexation_method == "amount":
            return Change(amount=_exact(self.indexation_amount), **rounding)
        percent = self.indexation_percent
        if self.indexation_method == "index":
            percent = self.indexation_index_id._percent(year - 1)
            if percent is None:
                return None
        limits = (
            _exact(self.indexation_floor) if self.indexation_has_floor else None,
            _exact(self.indexation_cap) if self.indexation_has_cap else None,
        )
        return Change(limited(_exact(percent), *limits), **rounding)

    def _indexation_words(self, year):
        """Why prices change, for people: “Consumer prices 2025: 3.60 %”."""
        self.ensure_one()
        if self.indexation_method == "index":
            percent = self.indexation_index_id._percent(year - 1) or 0.0
            return self.env._(
                "%(index)s %(year)s: %(percent)s %%",
                index=self.indexation_index_id.name,
                year=year - 1,
                percent=formatLang(self.env, percent, digits=2),
            )
        if self.indexation_method == "amount":
            return self.env._("fixed amount agreed in the contract")
        return self.env._("fixed percentage agreed in the contract")


def _exact(value):
    return Decimal(float_repr(value, 2))
