from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from odoo.addons.service_contract.tools import page_price
from odoo.addons.service_meter.tools.rows import claim

from ..tools.ledger import GIVE_BACK
from ..tools.statement import load


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
        for correction in corrections.filtered(lambda each: each.kind == "quantity"):
            correction._give_back()
        charges = self.env["service.charge"]._take([each._charge_vals() for each in corrections])
        for correction, charge in zip(corrections, charges, strict=True):
            correction.write({"state": "made", "new_charge_id": charge.id})
        corrections.activity_unlink(["mail.mail_activity_data_todo"])
        return charges._bill()

    def _charge_vals(self):
        """The charge with the difference: it says whose document it corrects."""
        charge = self.charge_id
        kept = (
            ["company_id", "currency_id", "customer_id", "location_id", "device_id", "contract_id"]
            + ["partner_id", "payer", "kind", "product_id", "uom_id", "stay_id", "rate_line_id"]
            + ["period_start", "period_stop"]
        )
        vals = {
            name: charge[name].id if charge._fields[name].relational else charge[name]
            for name in kept
        }
        return vals | {
            "key": f"correction/{self.key}",
            "name": self.env._(
                "Correction: %(charge)s (%(reason)s)", charge=charge.name, reason=self.reason
            ),
            "date": charge.date,
            "quantity": self.quantity,
            "price_unit": self.price_unit,
            "reason": self.reason,
            "corrected_charge_id": charge.id,
            "res_model": self._name,
            "res_id": self.id,
        }

    def _give_back(self):
        """Take the pages out of the ledger again.

        :raise UserError: the device has printed them meanwhile, so that nothing is to be given back
        """
        Ledger = self.env["service.consumption"]
        end = Ledger._ends(self.meter_id.ids)[self.meter_id.id]
        last = Ledger.search([("meter_id", "=", self.meter_id.id), ("seq", "=", end["seq"])])
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
        row = self.charge_id.consumption_ids[:1]
        Ledger._append(
            [
                {
                    "meter_id": self.meter_id.id,
                    "device_id": self.device_id.id,
                    "company_id": self.company_id.id,
                    "customer_id": row.customer_id.id or last.customer_id.id,
                    "contract_id": row.contract_id.id or last.contract_id.id,
                    "stay_id": row.stay_id.id or last.stay_id.id,
                    "charge_id": None,
                    "seq": end["seq"] + 1,
                    "prev_seq": end["seq"],
                    "life_from": end["life_to"],
                    "life_to": end["life_to"] - self.pages,
                    "date_from": end["date_to"],
                    "date_to": end["date_to"],
                    "kind": GIVE_BACK,
                    "how": end["how"],
                    "estimates": 0,
                    "reading_id": end["reading_id"],
                }
            ]
        )


class ServiceCharge(models.Model):
    """What fewer pages would have cost."""

    _inherit = "service.charge"

    correction_ids = fields.One2many("service.correction", "charge_id", string="Corrections")

    def _give_back_price(self, pages):
        """What it changes when so many of the pages of this charge were not printed.

        The last pages are the ones that go: those of the highest tier.

        :return: (quantity, unit price): below zero in all, or (0, 0) when they were free
        """
        self.ensure_one()
        before = [row for row in load(self.arithmetic) if row.kind != page_price.BLOCK]
        left = max(self.pages - pages, 0)
        if self.rate_line_id.block_pages:
            beyond = sum(row.pages for row in before if row.kind == page_price.PAGES)
            price = next((row.price for row in before if row.kind == page_price.PAGES), 0)
            return -float(min(pages, beyond)), float(price)
        after = self.rate_line_id._page_terms().scaled(self._get_share()).rows(left)
        difference = page_price.total(before) - page_price.total(after)
        priced = {row.price for row in before if row.price}
        if len(priced) == 1 and difference == priced.copy().pop() * pages:
            return -float(pages), float(priced.pop())
        return -1.0, float(page_price.rounded(difference))
