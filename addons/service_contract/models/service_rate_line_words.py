from odoo import models
from odoo.tools import formatLang


class ServiceRateLine(models.Model):
    """A price in words, for the schedules of contract documents."""

    _inherit = "service.rate.line"

    def _price_and_currency(self, amount):
        """A price with all the decimals that it has, and its currency."""
        price = self._price_in_words(self._amount(amount))
        currency = self.currency_id
        if currency.position == "after":
            return f"{price}\N{NO-BREAK SPACE}{currency.symbol}"
        return f"{currency.symbol}\N{NO-BREAK SPACE}{price}"

    def _unit_in_words(self):
        """For what the price is paid."""
        if self.kind == "labour":
            return self.env._("per hour")
        if self.kind == "travel":
            return self.env._("per journey")
        if self.kind == "base_fee":
            levels = {
                "contract": self.env._("for the whole contract"),
                "group": self.env._("for each group of devices"),
                "device": self.env._("for each device"),
            }
            return f"{self._months_in_words()} {levels[self.level]}"
        if self.per == "1":
            return self.env._("per page")
        return self.env._("per %s pages", formatLang(self.env, int(self.per), digits=0))

    def _months_in_words(self):
        if self.months == 1:
            return self.env._("a month")
        return self.env._("for %s months", str(self.months))

    def _terms_in_words(self):
        """What else was agreed about the pages: included ones, tiers, minimum, block.

        :return: list of texts
        """
        if self.kind != "pages":
            return []
        terms = self._tiers_in_words()
        if self.level != "device":
            terms.insert(0, self.env._("pages of all devices counted together"))
        if self.included_pages:
            pages = self._pages(self.included_pages)
            terms.append(
                self.env._(
                    "%(pages)s pages included %(months)s",
                    pages=pages,
                    months=self._months_in_words(),
                )
            )
        if self.minimum_pages:
            terms.append(self.env._("at least %s pages", self._pages(self.minimum_pages)))
        if self.minimum_amount:
            terms.append(self.env._("at least %s", self._money(self.minimum_amount)))
        if self.block_pages:
            terms.append(self._block_in_words())
        return terms

    def _tiers_in_words(self):
        scope = {
            "stepped": self.env._("for the pages from there on"),
            "whole": self.env._("for all pages"),
        }[self.tier_mode]
        return [
            self.env._(
                "from page %(page)s: %(price)s %(scope)s",
                page=self._pages(tier.from_page),
                price=self._price_and_currency(tier.price_unit),
                scope=scope,
            )
            for tier in self.tier_ids.sorted("from_page")
        ]

    def _block_in_words(self):
        words = self.env._(
            "prepaid block of %(pages)s pages at %(price)s",
            pages=self._pages(self.block_pages),
            price=self._money(self.block_price),
        )
        return self.env._("%s, renewed automatically", words) if self.block_renews else words

    def _pages(self, number):
        return formatLang(self.env, number, digits=0)

    def _terms_raw(self):
        """All figures of the price, to be compared with those of another day."""
        tiers = [[tier.from_page, tier.price_unit] for tier in self.tier_ids.sorted("from_page")]
        figures = [self.price_unit, self.per, self.level, self.months, self.included_pages]
        figures += [self.minimum_pages, self.minimum_amount, self.block_pages, self.block_price]
        return [*figures, self.block_renews, self.tier_mode, tiers]
