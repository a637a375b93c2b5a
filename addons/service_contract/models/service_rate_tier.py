import re

from odoo import api, fields, models
from odoo.tools import formatLang


def _page_twice(env, diagnostics):
    """The sentence that refuses two tiers from the same page; the database knows the page."""
    found = re.search(r", (\d+)\)", (diagnostics and diagnostics.message_detail) or "")
    return env._(
        "Two tiers of one price begin at page %s. Change or delete one of them.",
        found[1] if found else "?",
    )


class ServiceRateTier(models.Model):
    """From a page of the settled period on, pages cost something else.

    A tier ends where the next one begins, so that there is neither gap nor overlap.
    """

    _name = "service.rate.tier"
    _description = "Price Tier"
    _order = "line_id, from_page, id"

    line_id = fields.Many2one(
        "service.rate.line", required=True, ondelete="cascade", index=True, string="Contract Price"
    )
    company_id = fields.Many2one(
        related="line_id.company_id", store=True, precompute=True, index=True
    )
    from_page = fields.Integer(
        required=True,
        help="The first page of the settled period that costs this, the included pages counted.",
    )
    to_page = fields.Integer(compute="_compute_to_page", help="0: no end.")
    price_unit = fields.Float(
        "Price", digits="Service Page Price", min_display_digits=2, required=True
    )

    _line_page_uniq = models.Constraint("UNIQUE(line_id, from_page)", _page_twice)
    _from_page_rises = models.Constraint(
        "CHECK(from_page > 1)",
        "The first tier is the price itself: further ones begin at page 2 or later.",
    )
    _price_positive = models.Constraint(
        "CHECK(price_unit >= 0)", "The price of a tier cannot be negative. Enter zero or more."
    )

    @api.depends("line_id.tier_ids.from_page")
    def _compute_to_page(self):
        for tier in self:
            later = [
                page for page in tier.line_id.tier_ids.mapped("from_page") if page > tier.from_page
            ]
            tier.to_page = min(later) - 1 if later and tier.from_page else 0

    @api.depends("from_page", "price_unit")
    def _compute_display_name(self):
        for tier in self:
            page = formatLang(self.env, tier.from_page, digits=0)
            tier.display_name = self.env._("from %s", page)

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse another tier of a price in force."""
        tiers = super().create(vals_list)
        tiers.line_id._check_open()
        return tiers

    def write(self, vals):
        """Refuse to change a tier in force."""
        self.line_id._check_open()
        result = super().write(vals)
        self.line_id._check_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        """A tier in force stays."""
        self.line_id._check_open()
