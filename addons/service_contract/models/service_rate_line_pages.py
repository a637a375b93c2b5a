from decimal import Decimal
from fractions import Fraction

from odoo import api, fields, models
from odoo.tools import float_repr, formatLang

from ..tools import page_price

#: As many decimals as the price fields keep.
PRICE_DIGITS = 6


class ServiceRateLine(models.Model):
    """What so many pages cost by a price: for bills, and as an example while it is entered."""

    _inherit = "service.rate.line"

    example = fields.Char(compute="_compute_example", help="What the example's pages cost.")
    example_amount = fields.Char("Example's Amount", compute="_compute_example")
    example_html = fields.Html("Worked Example", compute="_compute_example", sanitize=False)

    @api.depends(
        "kind",
        "meter_type_id",
        "price_unit",
        "per",
        "included_pages",
        "tier_mode",
        "tier_ids.from_page",
        "tier_ids.price_unit",
        "minimum_pages",
        "minimum_amount",
        "block_pages",
        "block_price",
        "block_renews",
        "rate_id.example_pages",
    )
    def _compute_example(self):
        for line in self:
            line.example = line.example_amount = line.example_html = False
            pages = line.rate_id.example_pages
            if line.kind == "pages" and line.meter_type_id and pages > 0 and line._has_order():
                rows = line._rows(pages)
                amount = line._money(page_price.rounded(page_price.total(rows)))
                line.example_amount = amount
                line.example = line._example_text(pages, amount)
                line.example_html = line.env["ir.qweb"]._render(
                    "service_contract.page_arithmetic", {"rows": line._rows_in_words(rows)}
                )

    def _has_order(self):
        """Whether the tiers can be priced already; while they are typed they may not."""
        pages = self._tiers().mapped("from_page")
        return min(pages, default=2) > 1 and len(pages) == len(set(pages))

    def _tiers(self):
        """The tiers by page, without a row that has only just been begun."""
        return self.tier_ids.filtered("from_page").sorted("from_page")

    def _rows(self, pages):
        """The whole arithmetic of so many pages, as if they were one settlement."""
        if self.block_pages:
            rows, _left = self._block().rows(pages, None, self._exact(self.price_unit))
            return rows
        terms = self._page_terms()
        rows = terms.rows(pages)
        return rows + terms.shortage(pages, page_price.total(rows))

    def _example_text(self, pages, amount):
        """“12,500 pages Mono = 356.25 zł”."""
        return self.env._(
            "%(pages)s %(unit)s %(meter)s = %(amount)s",
            pages=formatLang(self.env, pages, digits=0),
            unit=self.meter_type_id.unit,
            meter=self.meter_type_id.name,
            amount=amount,
        )

    def _rows_in_words(self, rows):
        """Rows of the arithmetic as texts, for an example or an annex."""
        kinds = {
            page_price.INCLUDED: self.env._("included"),
            page_price.PAGES: self.env._("pages"),
            page_price.MINIMUM: self.env._("missing to the minimum"),
            page_price.FROM_BLOCK: self.env._("from the prepaid block"),
            page_price.BLOCK: self.env._(
                "prepaid block of %s pages", self._pages(self.block_pages)
            ),
        }
        return [
            {
                "kind": kinds[row.kind],
                "range": self._range_in_words(row),
                "pages": self._pages(row.blocks or row.pages) if row.pages else "",
                "price": self._price_in_words(row.price) if row.price else "",
                "amount": self._money(page_price.rounded(row.amount)),
                "is_minimum": row.kind == page_price.MINIMUM,
            }
            for row in rows
        ]

    def _range_in_words(self, row):
        """“1 – 5,000”."""
        return f"{self._pages(row.first)} – {self._pages(row.last)}" if row.first else ""

    def _price_in_words(self, price):
        """A price with as many decimals as it has, at least two."""
        decimals = max(2, -price.normalize().as_tuple().exponent)
        return formatLang(self.env, float(price), digits=decimals)

    def _money(self, amount):
        """An amount with its currency."""
        return formatLang(self.env, float(amount), currency_obj=self.currency_id)

    # ------------------------------------------------------------------ for billing

    def _key(self):
        """What a price is for: a group's own price stands instead of the general one with its key.

        Fees of different levels add up: one for the contract, and one more for each device.
        """
        return (self.kind, self.meter_type_id.id, self.kind == "base_fee" and self.level)

    def _meets(self, stay):
        """Whether a device has what this price is for."""
        return self.kind != "pages" or self.meter_type_id in stay.device_id.meter_ids.type_id

    def _unit_of(self, stay):
        """What a device is counted in: nothing for the whole contract, its group, or itself."""
        return {"group": stay.group_id, "device": stay}.get(self.level)

    def _exact(self, price):
        """The exact price of one page (hour, journey) from a price field."""
        return Decimal(float_repr(price, PRICE_DIGITS)) / int(self.per)

    def _amount(self, value):
        """The exact amount of a money field."""
        return Decimal(float_repr(value, PRICE_DIGITS))

    def _share(self, months):
        """How many times so many months hold what this price is for.

        :param int months: of the whole period that is settled
        """
        return Fraction(months, self.months)

    def _page_terms(self):
        """What was agreed about these pages, for ``months`` months (``PageTerms``)."""
        self.ensure_one()
        tiers = [page_price.Tier(1, self._exact(self.price_unit))]
        tiers += [
            page_price.Tier(tier.from_page, self._exact(tier.price_unit)) for tier in self._tiers()
        ]
        return page_price.PageTerms(
            tuple(tiers),
            whole=self.tier_mode == "whole",
            included=self.included_pages,
            minimum_pages=self.minimum_pages,
            minimum_amount=self._amount(self.minimum_amount),
        )

    def _block(self):
        """The prepaid block of these pages (``Block``); None without one."""
        self.ensure_one()
        if not self.block_pages:
            return None
        return page_price.Block(self.block_pages, self._amount(self.block_price), self.block_renews)

    def _base_fee(self, period, months):
        """What a fee costs for a period, exactly: by days for a part of one.

        :param period: ``Period`` of the base cycle, or of a stay within it
        :param int months: of the whole period
        """
        self.ensure_one()
        return page_price.portion(self._exact(self.price_unit), self._share(months) * period.share)
