from collections import Counter

from odoo import api, models
from odoo.tools import format_date, formatLang

from odoo.addons.service_contract.models.service_contract import FORCE_STATES

from ..tools.ledger import ESTIMATE, GIVE_BACK, TEST


class ServiceMeter(models.Model):
    """A verdict after the invoice proposes what is to be given back."""

    _inherit = "service.meter"

    def _get_billed_lives(self):
        """EXTENDS service_meter: where the ledger ends."""
        ends = self.env["service.consumption"]._ends(self.ids) if self else {}
        return super()._get_billed_lives() | {
            meter: ends[meter.id]["life_to"] for meter in self if meter.id in ends
        }

    def _propose_correction(self, billed):
        """EXTENDS service_meter: the pages that were billed and are not there, charge by charge."""
        super()._propose_correction(billed)
        self._propose_pages()

    def _propose_pages(self):
        """Propose to give back what the readings do not show now, instead of what was proposed
        before them."""
        # Superuser: whoever takes or judges readings need not see the ledger.
        ledger = self.env["service.consumption"].sudo()
        rows = ledger.search([("meter_id", "in", self.ids)]).grouped("meter_id")
        vals_list = []
        for meter in self:
            for row, first, last in rows.get(meter, ledger)._beyond(meter.value):
                if row.kind == "billable" and row.charge_id:
                    # The customer reads it.
                    told = meter.with_context(lang=row.contract_id._bill_lang())
                    reason = told._wrong_reading(last - first)
                    vals_list.append(row._correction_vals("quantity", first, last, reason))
        # Superuser: as above.
        corrections = self.env["service.correction"].sudo()
        corrections.search(
            [
                ("meter_id", "in", self.ids),
                ("kind", "=", "quantity"),
                ("state", "=", "proposed"),
                ("key", "not in", [vals["key"] for vals in vals_list]),
            ]
        )._outdate()
        corrections._propose(vals_list)

    def _refresh_proposals(self):
        """What is proposed for these meters follows their readings until somebody makes it."""
        if not self:
            return
        # Superuser: whoever takes or judges readings need not see corrections.
        open_ones = (
            self.env["service.correction"]
            .sudo()
            .search(
                [
                    ("state", "=", "proposed"),
                    ("kind", "=", "quantity"),
                    ("meter_id", "in", self.ids),
                ]
            )
        )
        open_ones.meter_id._propose_pages()

    def _wrong_reading(self, pages):
        """The reason that the customer reads."""
        return self.env._(
            "%(meter)s of %(device)s: the reading was corrected, %(pages)s pages fewer",
            meter=self.display_name,
            device=self.device_id.display_name,
            pages=formatLang(self.env, pages, digits=0),
        )


class ServiceMeterReading(models.Model):
    """A verdict may show pages again that were to be given back."""

    _inherit = "service.meter.reading"

    def _decide(self, verdict, note=None):
        """EXTENDS service_meter."""
        result = super()._decide(verdict, note=note)
        self.meter_id._refresh_proposals()
        return result


class ServiceMeterReadingSet(models.Model):
    """True readings show pages that were to be given back."""

    _inherit = "service.meter.reading.set"

    @api.model
    def _take(self, requests):
        """EXTENDS service_meter."""
        sets = super()._take(requests)
        sets.reading_ids.meter_id._refresh_proposals()
        return sets


class ServiceConsumption(models.Model):
    """What a row of the ledger gives back."""

    _inherit = "service.consumption"

    def _beyond(self, life):
        """Which pages of these rows, the whole ledger of a meter, lie beyond a life value; what
        was given back does so no more.

        :return: ``[(row, life value before the first, life value of the last)]``, the last row
            first
        """
        rows, found = self.sorted("seq"), []
        reached = rows[:1].life_from
        for row, pages in rows._left():
            first, reached = reached, reached + pages
            if pages and reached > life:
                found.append((row, max(first, life), reached))
        return found[::-1]

    def _left(self):
        """How many pages of each of these rows, in their order, were not given back.

        A correction takes them out of the row that it corrects, wherever that lies: an estimate
        after it moves down. The end of a stay takes back what was estimated last.

        :return: ``[(row, pages)]``
        """
        # Superuser: whoever takes or judges readings need not see corrections.
        made = (
            self.env["service.correction"]
            .sudo()
            .search(
                [
                    ("consumption_id", "in", self.ids),
                    ("kind", "=", "quantity"),
                    ("state", "=", "made"),
                ]
            )
        )
        gone = Counter()
        for correction in made:
            gone[correction.consumption_id.id] += correction.pages
        left = []
        for row in self:
            if row.kind != GIVE_BACK:
                left.append([row, row.pages - gone[row.id]])
            elif not row.charge_id:
                back = -row.pages
                for each in reversed(left):
                    taken = min(back, each[1])
                    each[1], back = each[1] - taken, back - taken
        return left

    def _correction_vals(self, kind, first, last, reason):
        """Values of a correction that gives back the pages of this row between two life values."""
        self.ensure_one()
        pages = last - first
        quantity, price = self.charge_id._give_back_price(pages)
        return {
            "key": f"{kind}/{self.id}/{first}-{last}",
            "kind": kind,
            "charge_id": self.charge_id.id,
            "meter_id": self.meter_id.id,
            "consumption_id": self.id,
            "pages": pages,
            "quantity": quantity if price else 0.0,
            "price_unit": price,
            "reason": reason,
        }

    def _propose_estimates(self):
        """Propose to give back what was estimated too high, for rows that give pages back."""
        vals_list = []
        backs = self.filtered(lambda row: row.kind == GIVE_BACK)
        for back in backs:
            before = self.search([("meter_id", "=", back.meter_id.id), ("seq", "<", back.seq)])
            for row, first, last in before._beyond(back.life_to):
                # Whoever had the device before has paid for what is his; test prints nobody has.
                if row.charge_id and row.stay_id == back.stay_id and row.kind != TEST:
                    kind = "estimate" if row.kind == ESTIMATE else "left"
                    told = row.with_context(lang=row.contract_id._bill_lang())
                    reason = told._back_reason(kind, last - first)
                    vals = row._correction_vals(kind, first, last, reason)
                    # Without money only a prepaid block gets its pages back.
                    if vals["quantity"] or row.charge_id.rate_line_id.block_pages:
                        vals_list.append(vals)
        self.env["service.correction"]._propose(vals_list)
        backs.meter_id._refresh_proposals()

    def _back_reason(self, kind, pages):
        """Why pages of this row are given back, for whoever paid."""
        words = {
            "device": self.device_id.display_name,
            "pages": formatLang(self.env, pages, digits=0),
        }
        if kind == "estimate":
            return self.env._("%(device)s: %(pages)s pages were estimated too high", **words)
        return self.env._(
            "%(device)s: %(pages)s pages were billed from %(day)s on, when it was off",
            day=format_date(self.env, self.stay_id._stop()),
            **words,
        )


class ServiceContract(models.Model):
    """Fees paid in advance for days after the end are given back."""

    _inherit = "service.contract"

    def _propose_fees(self):
        """Propose to give back the fees of days on which a device or the contract was off."""
        # Superuser: a contract that ends is found by whoever settles.
        charges = (
            self.env["service.charge"]
            .sudo()
            .search(
                [
                    ("contract_id", "in", self.ids),
                    ("role", "=", "fee"),
                    ("state", "=", "billed"),
                    ("is_reopened", "=", False),
                    "|",
                    ("correction_ids.kind", "=", "fee"),
                    "|",
                    "|",
                    ("contract_id.date_end", "!=", False),
                    ("stay_id.date_end", "!=", False),
                    "&",
                    ("unit", "=like", "group/%"),
                    ("contract_id.device_ids.date_end", "!=", False),
                ]
            )
        )
        vals_list = [vals for charge in charges if (vals := charge._fee_return_vals())]
        keys = [vals["key"] for vals in vals_list]
        outdated = charges.correction_ids.filtered(
            lambda each: each.kind == "fee" and each.state == "proposed" and each.key not in keys
        )
        outdated._outdate()
        self.env["service.correction"]._propose(vals_list)


class ServiceCharge(models.Model):
    """The part of a fee that is given back."""

    _inherit = "service.charge"

    def _fee_stop(self):
        """The first day on which what pays this fee is off, as far as it is known."""
        stop = self.contract_id._stop()
        if self.stay_id:
            return min(stop, self.stay_id._stop())
        level, _slash, group = (self.unit or "").partition("/")
        if level != "group":
            return stop
        stays = self.contract_id.device_ids.filtered(
            lambda stay: stay.group_id.id == int(group) and stay.state in FORCE_STATES
        )
        return min(stop, max((stay._stop() for stay in stays), default=stop))

    def _fee_return_vals(self):
        """Values of a correction that leaves of a fee what is right, whatever was given back
        before; None where nothing is to be corrected."""
        stop = min(max(self._fee_stop(), self.period_start), self.period_stop)
        days = (self.period_stop - stop).days
        share = days / (self.period_stop - self.period_start).days
        made = self._made_corrections()
        fees = made.filtered(lambda each: each.kind == "fee")
        paid = self.amount + sum((made - fees).mapped("amount"))
        amount = self.currency_id.round(paid * share + sum(fees.mapped("amount")))
        if self.currency_id.is_zero(amount):
            return None
        told = self.with_context(lang=self.contract_id._bill_lang())
        return {
            "key": f"fee/{self.id}/{stop}/{amount:.2f}/{len(fees)}",
            "kind": "fee",
            "charge_id": self.id,
            "quantity": -1.0 if amount > 0 else 1.0,
            "price_unit": abs(amount),
            "reason": told._fee_return_reason(stop, days),
            # That it ends later was not known before.
            "cause_date": None if amount > 0 else self.company_id._get_service_today(),
        }

    def _fee_return_reason(self, stop, days):
        """What the customer reads."""
        if not days:
            return self.env._("off after this period only: the whole fee is due")
        return self.env._(
            "off from %(day)s, %(days)s days of the fee are given back",
            day=format_date(self.env, stop),
            days=days,
        )
