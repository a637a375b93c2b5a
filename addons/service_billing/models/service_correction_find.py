from odoo import models
from odoo.tools import format_date, formatLang


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
        # Superuser: whoever decides on readings need not see the ledger.
        rows = (
            self.env["service.consumption"]
            .sudo()
            .search([("meter_id", "=", self.id), ("life_to", ">", self.value)], order="seq desc")
        )
        vals_list = []
        for row in rows.filtered(lambda row: row.kind == "billable" and row.charge_id):
            pages = row.life_to - max(row.life_from, self.value)
            vals_list.append(row._correction_vals("quantity", pages, self._wrong_reading(pages)))
        self.env["service.correction"]._propose([vals for vals in vals_list if vals["quantity"]])

    def _wrong_reading(self, pages):
        """The reason that the customer reads."""
        return self.env._(
            "%(meter)s of %(device)s: the reading was corrected, %(pages)s pages fewer",
            meter=self.display_name,
            device=self.device_id.display_name,
            pages=formatLang(self.env, pages, digits=0),
        )


class ServiceConsumption(models.Model):
    """What a row of the ledger gives back."""

    _inherit = "service.consumption"

    def _correction_vals(self, kind, pages, reason):
        """Values of a correction that gives back pages of this row."""
        self.ensure_one()
        quantity, price = self.charge_id._give_back_price(pages)
        return {
            "key": f"{kind}/{self.id}/{pages}",
            "kind": kind,
            "charge_id": self.charge_id.id,
            "meter_id": self.meter_id.id,
            "pages": pages,
            "quantity": quantity if price else 0.0,
            "price_unit": price,
            "reason": reason,
        }

    def _propose_estimates(self):
        """Propose to give back what was estimated too high, for rows that give pages back."""
        vals_list = []
        for row in self.filtered(lambda row: row.kind == "give_back"):
            estimated = self.search(
                [
                    ("meter_id", "=", row.meter_id.id),
                    ("kind", "=", "estimate"),
                    ("seq", "<", row.seq),
                    ("charge_id", "!=", False),
                ],
                order="seq desc",
                limit=1,
            )
            if estimated:
                reason = self.env._(
                    "%(device)s: %(pages)s pages were estimated too high",
                    device=row.device_id.display_name,
                    pages=formatLang(self.env, -row.pages, digits=0),
                )
                vals_list.append(estimated._correction_vals("estimate", -row.pages, reason))
        self.env["service.correction"]._propose([vals for vals in vals_list if vals["quantity"]])


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
                    ("stay_id.date_end", "!=", False),
                    ("contract_id.date_end", "!=", False),
                ]
            )
        )
        vals_list = []
        for charge in charges:
            stop = charge.stay_id._stop() if charge.stay_id else charge.contract_id._stop()
            if stop < charge.period_stop:
                vals_list.append(charge._fee_return_vals(max(stop, charge.period_start)))
        self.env["service.correction"]._propose(vals_list)


class ServiceCharge(models.Model):
    """The part of a fee that is given back."""

    _inherit = "service.charge"

    def _fee_return_vals(self, stop):
        """Values of a correction that gives back a fee from a day on."""
        days = (self.period_stop - stop).days
        share = days / (self.period_stop - self.period_start).days
        return {
            "key": f"fee/{self.id}/{stop}",
            "kind": "fee",
            "charge_id": self.id,
            "quantity": -1.0,
            "price_unit": self.currency_id.round(self.price_unit * self.quantity * share),
            "reason": self.env._(
                "off from %(day)s, %(days)s days of the fee are given back",
                day=format_date(self.env, stop),
                days=days,
            ),
        }
