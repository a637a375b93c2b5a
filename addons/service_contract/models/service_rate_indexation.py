from typing import Any, NamedTuple

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

#: Marks, in the context, versions that are taken back although their day has come.
REVOKED = object()


class IndexedPrice(NamedTuple):
    """One price before and after a change."""

    record: Any
    """``service.rate.line``, or the ``service.rate.tier`` of one."""
    field: str
    name: str
    """What it is the price of, for people."""
    before: Any
    after: Any


class ServiceRate(models.Model):
    """A version of rates with all prices changed, and how it is taken back."""

    _inherit = "service.rate"

    def _indexed_prices(self, change, scope):
        """All prices of a version with what they become.

        :param change: ``tools.indexation.Change``
        :param str scope: key of ``indexation_scope``
        :return: list of ``IndexedPrice``
        """
        self.ensure_one()
        return [price for line in self.line_ids for price in line._indexed_prices(change, scope)]

    def _create_indexed(self, date, prices):
        """The version that follows with other prices.

        :param date date: its first day
        :param prices: ``IndexedPrice`` values of this version
        """
        self.ensure_one()
        vals = self.copy_data({"contract_id": self.contract_id.id, "date_from": date})[0]
        targets = {}
        for line, (_command, _id, line_vals) in zip(self.line_ids, vals["line_ids"], strict=True):
            targets[line] = line_vals
            tiers = line_vals.get("tier_ids", ())
            targets |= {
                tier: tier_vals
                for tier, (_command, _id, tier_vals) in zip(line.tier_ids, tiers, strict=True)
            }
        for price in prices:
            targets[price.record][price.field] = float(price.after)
        return self.create(vals)

    def _revoke(self):
        """Delete versions for whose days nothing was billed, also when their day has come.

        :raises odoo.exceptions.UserError: something was billed, or later prices follow from these
        """
        for rate in self:
            open_from = rate.contract_id._open_from()
            later = rate.contract_id.rate_ids.filtered(
                lambda other, rate=rate: other.date_from > rate.date_from
            )
            if open_from and rate.date_from < open_from:
                raise UserError(
                    self.env._(
                        "Contract %(contract)s has been billed until %(open)s with the prices from "
                        "%(date)s. They stay; enter a new version.",
                        contract=rate.contract_id.name,
                        open=format_date(self.env, open_from),
                        date=format_date(self.env, rate.date_from),
                    )
                )
            if later:
                raise UserError(
                    self.env._(
                        "Contract %(contract)s has prices from %(later)s, which follow those from "
                        "%(date)s. Delete the later ones first.",
                        contract=rate.contract_id.name,
                        later=format_date(self.env, later.sorted("date_from")[0].date_from),
                        date=format_date(self.env, rate.date_from),
                    )
                )
        self.with_context(service_revoked=REVOKED).unlink()

    def _check_open(self):
        # EXTENDS: what is taken back may be in force, but not billed.
        if self.env.context.get("service_revoked") is REVOKED:
            return self._check_not_billed()
        return super()._check_open()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_indexed(self):
        """A version made by an indexation is taken back there, so that it can be made again."""
        if self.env.context.get("service_revoked") is REVOKED:
            return
        # sudo: whoever may delete rates need not read indexations.
        lines = self.env["service.indexation.line"].sudo()
        for line in lines.search([("new_rate_id", "in", self.ids), ("state", "=", "applied")]):
            raise UserError(
                self.env._(
                    "The prices of contract %(contract)s from %(date)s come from “%(run)s”. Undo "
                    "the indexation there.",
                    contract=line.contract_id.name,
                    date=format_date(self.env, line.date),
                    run=line.run_id.name,
                )
            )


class ServiceRateLine(models.Model):
    """A price, its tiers, minimum and block after a change."""

    _inherit = "service.rate.line"

    def _indexed_prices(self, change, scope):
        """``IndexedPrice`` values of this price; see ``ServiceRate._indexed_prices``."""
        self.ensure_one()
        name = self.display_name
        if self.kind == "base_fee":
            return [self._indexed("price_unit", name, change.fee)]
        if scope == "fees":
            return []
        if self.kind != "pages":
            return [self._indexed("price_unit", name, change.money)]
        prices = [self._indexed_pages(self, name, change)]
        for tier in self.tier_ids:
            prices.append(self._indexed_pages(tier, f"{name}, {tier.display_name}", change))
        labels = {
            "minimum_amount": self.env._("%s, minimum", name),
            "block_price": self.env._("%s, prepaid block", name),
        }
        for field, label in labels.items():
            if self[field]:
                prices.append(self._indexed(field, label, change.money))
        return prices

    def _indexed(self, field, name, rule):
        before = self._amount(self[field])
        return IndexedPrice(self, field, name, before, rule(before))

    def _indexed_pages(self, record, name, change):
        before = self._amount(record.price_unit)
        return IndexedPrice(record, "price_unit", name, before, change.page(before, int(self.per)))
