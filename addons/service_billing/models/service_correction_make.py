from decimal import Decimal
from fractions import Fraction
from functools import partial

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from odoo.addons.service_contract.tools import page_price
from odoo.addons.service_meter.tools.rows import claim

from ..tools.day import local_day
from ..tools.statement import Posting, load, shortage
from .service_billing_facts import chain_of


class ServiceCorrection(models.Model):
    """From a proposal to a row of the ledger, a charge and a document."""

    _inherit = "service.correction"

    def _make(self):
        """Make the corrections; drafts are left to whoever looks at them.

        :return: the drafts
        :raise UserError: when one was decided already, or its pages have been printed meanwhile
        """
        # Superuser: rows are locked and state is written for whoever may make corrections.
        corrections = self.sudo()
        self.check_access("write")
        claim(corrections)
        corrections.invalidate_recordset(["state"])
        corrections._check_proposed()
        charges = self.env["service.charge"]
        # One after the other: each leaves less to be given back.
        for correction in corrections:
            charges |= correction._make_one()
        corrections.activity_unlink(["mail.mail_activity_data_todo"])
        # What is on no document yet takes its correction along.
        waiting = charges.corrected_charge_id.filtered(lambda each: each.state == "to_bill")
        return (charges | waiting).with_env(self.env)._bill()

    def _make_one(self):
        """Make one correction.

        :return: its charge
        """
        charge = self.charge_id
        if charge.is_reopened or charge.state == "draft":
            raise UserError(
                self.env._(
                    "“%(charge)s” is on no document that was issued: %(document)s. Post the draft, "
                    "or delete it: then the correction comes on the same document.",
                    charge=charge.name,
                    document=charge.move_id.display_name or "–",
                )
            )
        rows = self._give_back() if self.kind == "quantity" else charge.consumption_ids.browse()
        if self.pages:
            # What was corrected of the same charge since it was proposed counts.
            self.quantity, self.price_unit = self.charge_id._give_back_price(self.pages)
        new = charge._take([self._charge_vals()])
        number = len(charge._made_corrections()) + 1
        self.write({"state": "made", "new_charge_id": new.id, "number": number})
        rows.charge_id = new
        return new

    def _charge_vals(self):
        """The charge with the difference: it says whose document it corrects."""
        charge = self.charge_id
        # The customer reads it.
        lang = charge.partner_id.lang or charge.company_id._get_service_lang()
        told = self.with_context(lang=lang)
        kept = (
            ["company_id", "currency_id", "customer_id", "location_id", "device_id", "contract_id"]
            + ["partner_id", "payer", "kind", "product_id", "uom_id", "stay_id", "rate_line_id"]
            + ["period_start", "period_stop"]
        )
        vals = {
            name: charge[name].id if charge._fields[name].relational else charge[name]
            for name in kept
        }
        return (
            vals
            | {
                "key": f"correction/{self.key}",
                "name": told.env._(
                    "Correction: %(charge)s (%(reason)s)", charge=charge.name, reason=self.reason
                ),
                "date": charge.date,
                "quantity": self.quantity,
                "price_unit": self.price_unit,
                "discount": self._get_discount(),
                "reason": self.reason,
                "corrected_charge_id": charge.id,
                "res_model": self._name,
                "res_id": self.id,
            }
            | self._settled_vals()
        )

    def _settled_vals(self):
        """What a minimum over several periods and a prepaid block have to know of it later."""
        charge = self.charge_id
        if charge.role != "pages" or not self.pages:
            return {}
        of_block = 0
        if charge.rate_line_id.block_pages:
            # What is beyond the block goes first, as it was printed last.
            beyond = sum(row.pages for row in charge._rows_less(charge._gone()) if row.price)
            of_block = max(self.pages - beyond, 0)
        return {
            "unit": charge.unit,
            "role": "pages",
            "share": "0",
            "pages": -self.pages,
            "block_left": of_block,
        }

    def _give_back(self):
        """Take the pages out of the ledger again.

        :return: the row that does so
        :raise UserError: the device has printed them meanwhile, so that nothing is to be given back
        """
        Ledger = self.env["service.consumption"]
        end = Ledger._ends(self.meter_id.ids)[self.meter_id.id]
        excess = end["life_to"] - self.meter_id.value
        if excess < self.pages:
            raise UserError(
                self.env._(
                    "%(device)s has printed meanwhile: of the %(pages)s pages that were billed too "
                    "early, only %(left)s are left. Mark the correction as not needed.",
                    device=self.device_id.display_name,
                    pages=formatLang(self.env, self.pages, digits=0),
                    left=formatLang(self.env, max(excess, 0), digits=0),
                )
            )
        row = self.consumption_id
        day_of = partial(local_day, zone=self.company_id._get_service_tz())
        chain = chain_of(self.meter_id.id, end, day_of)
        true = chain.last._replace(life=chain.last.life - self.pages)
        contract = row.contract_id
        return Ledger._append(
            [
                contract._ledger_vals(contract, Posting(entry, row.stay_id), None)
                for entry in chain.give_back(true)
            ]
        )


class ServiceCharge(models.Model):
    """What fewer pages would have cost."""

    _inherit = "service.charge"

    correction_ids = fields.One2many("service.correction", "charge_id", string="Corrections")

    def _made_corrections(self):
        """The corrections of this charge that somebody has made, in that order."""
        made = self.correction_ids.filtered(lambda each: each.state == "made")
        return made.sorted("number")

    def _get_paid(self):
        """What of this charge stands after its corrections.

        :return: (quantity, unit price)
        """
        self.ensure_one()
        quantity, price = self.quantity, self.price_unit
        for correction in self._made_corrections():
            value = correction.quantity * correction.price_unit
            if correction.kind == "price":
                price += correction.price_unit
            elif self.quantity == 1:
                # A fee or one sum for all pages.
                price += value
            elif price:
                # Also what is given back as a sum, above a minimum, counts as pages.
                quantity += value / price
        # round(): prices with six decimals, as they are stored; floats leave dust behind them.
        return round(quantity, 6), round(price, 6)

    def _give_back_price(self, pages):
        """What it changes when so many more of the pages of this charge were not printed.

        The last pages are the ones that go: those of the highest tier. What was corrected before
        counts, and what would have been missing to the minimum.

        :return: (quantity, unit price): below zero in all, or (0, 0) when nothing is given back
        """
        self.ensure_one()
        price, difference = self._less(pages)
        missing = self._more_minimum(pages, difference)
        if difference <= missing:
            return 0.0, 0.0
        if not missing and price and not difference % price:
            return -float(difference / price), float(price)
        return -1.0, float(page_price.rounded(difference - missing))

    def _less(self, pages):
        """What so many more pages cost that were not printed, any minimum left aside.

        :return: (the price of each, if there is a single one; what they cost)
        """
        if self.quantity == 1 and self.price_unit:
            return None, self._sum_less(pages)
        gone, made = self._gone(), self._made_corrections()
        before, after = self._rows_less(gone), self._rows_less(gone + pages)
        difference = page_price.total(before) - page_price.total(after)
        priced = {row.price for row in before if row.price}
        if len(priced) != 1:
            return None, difference
        [old] = priced
        changed = sum(made.filtered(lambda each: each.kind == "price").mapped("price_unit"))
        price = old + Decimal(str(changed)).quantize(Decimal("1.000000"))
        return price, difference / old * price

    def _sum_less(self, pages):
        """The same where all pages stand as one sum. Another price of it was agreed for the pages
        that were left: fewer of them keep to it, as they do to their tiers."""
        gone, factor = 0, Fraction(1)
        for correction in self._made_corrections():
            cost = page_price.total(self._rows_less(gone))
            if correction.kind == "price" and cost:
                changed = Fraction(str(correction.amount))
                factor = (Fraction(_sum_of(cost, factor)) + changed) / Fraction(cost)
            gone += correction.pages
        before, after = (
            _sum_of(page_price.total(self._rows_less(less)), factor)
            for less in (gone, gone + pages)
        )
        return before - after

    def _gone(self):
        """How many pages of this charge corrections have given back."""
        return sum(self._made_corrections().mapped("pages"))

    def _rows_less(self, pages):
        """What the pages of this charge cost when so many of them were not printed."""
        rows = [row for row in load(self.arithmetic) if row.kind != page_price.BLOCK]
        if not pages:
            return rows
        line = self.rate_line_id
        if not line.block_pages:
            terms = line._page_terms().scaled(self._get_share())
            return terms.rows(max(self.pages - pages, 0))
        beyond = [row for row in rows if row.kind == page_price.PAGES]
        left = max(sum(row.pages for row in beyond) - pages, 0)
        return [row._replace(pages=left, amount=left * row.price) for row in beyond[:1] if left]

    def _more_minimum(self, pages, amount):
        """How much more is missing to a minimum that was settled, without so many pages.

        :param Decimal amount: what the pages cost
        """
        line = self.rate_line_id
        stay = self.stay_id or self.consumption_ids.stay_id[:1]
        if not line._has_minimum() or not stay:
            return Decimal(0)
        cycle = stay.group_id._settlement_cycle(stay.billing_day)
        whole = cycle.whole(self.period_start)
        charges = self.search(
            [
                ("unit", "=", self.unit),
                ("role", "=", "pages"),
                ("is_reopened", "=", False),
                ("corrected_charge_id", "=", False),
                ("period_start", ">=", whole.start),
                ("period_start", "<", whole.stop),
            ]
        )
        stop = min(whole.stop, max(charges.consumption_ids.stay_id.mapped(lambda s: s._stop())))
        if max(charges.mapped("period_stop")) < stop:
            # It is still to be settled.
            return Decimal(0)
        segments = [charge._segment() for charge in charges]
        last = charges.sorted(lambda charge: (charge.period_stop, charge.id))[-1].rate_line_id
        without = (line, Fraction(0), -pages, -page_price.rounded(amount))
        return page_price.total(shortage(last, [*segments, without])) - page_price.total(
            shortage(last, segments)
        )

    def _segment(self):
        """What the settlement of a minimum needs: (price, share, pages, amount), as corrected."""
        amount = self.amount + sum(self._made_corrections().mapped("amount"))
        pages = self.pages - self._gone()
        paid = page_price.rounded(Decimal(str(amount)))
        return self.rate_line_id, self._get_share(), pages, paid


def _sum_of(cost, factor):
    """What stands on a document of pages that cost so much, as agreed."""
    return page_price.rounded(page_price.portion(cost, factor))
