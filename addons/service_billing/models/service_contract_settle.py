from datetime import date as Date, timedelta

from odoo import fields, models

from odoo.addons.service_contract.models.service_contract import GOING_STATES
from odoo.addons.service_contract.models.service_contract_defaults import from_type
from odoo.addons.service_contract.models.service_contract_lint import BLOCKING
from odoo.addons.service_meter.models.service_meter import DAYS_OF_MONTH

from ..tools.ledger import ESTIMATE, GIVE_BACK


class ServiceContractType(models.Model):
    """As what fees and pages stand on documents."""

    _inherit = "service.contract.type"

    fee_product_id = fields.Many2one(
        "product.product",
        "Product of Fees",
        ondelete="restrict",
        domain="[('type', '=', 'service')]",
        help="Its account, taxes and codes are those of base fees.",
    )
    pages_product_id = fields.Many2one(
        "product.product",
        "Product of Pages",
        ondelete="restrict",
        domain="[('type', '=', 'service')]",
        help="Its account, taxes and codes are those of pages.",
    )


class ServiceContractDefaults(models.AbstractModel):
    """What happens where nobody reads a counter, and how far billing goes by itself."""

    _inherit = "service.contract.defaults"

    estimate_policy = fields.Selection(
        [
            ("none", "Wait for a Reading"),
            ("trend", "Estimate by the Usage So Far"),
            ("model", "Estimate by the Model's Usual Pages"),
            ("minimum", "Bill Fees and the Minimum Only"),
        ],
        string="Without a Reading",
        required=True,
        default="none",
        help="Wait for a Reading: pages are billed when the counter has been read.\n"
        "Estimate: the pages are billed, marked as estimated, and the next reading settles the "
        "difference.\n"
        "Bill Fees and the Minimum Only: what is due without a reading is billed, pages wait.\n"
        "Choose an estimate only where the contract has a clause for it.",
    )
    estimate_max = fields.Integer(
        "Estimates in a Row",
        default=2,
        help="After so many of a counter, its pages wait for a reading.",
    )
    billing_mode = fields.Selection(
        [
            ("manual", "Prepared for a Person"),
            ("post", "Issued by Itself"),
            ("send", "Issued and Sent by Itself"),
        ],
        string="Documents Are",
        required=True,
        default="send",
        help="What happens on the day of billing when nothing is missing.",
    )
    estimate_periods = fields.Integer(
        "Too High: Give Back After Periods",
        default=3,
        help="After so many periods in which nothing was billed, as an estimate had been too high, "
        "a correction of the rest is proposed; 0: only when the device, the payer or the contract "
        "ends.",
    )

    _estimate_max_positive = models.Constraint(
        "CHECK(estimate_max >= 0)", "A number of estimates cannot be negative. Enter zero or more."
    )
    _estimate_periods_positive = models.Constraint(
        "CHECK(estimate_periods >= 0)",
        "A number of periods cannot be negative. Enter zero or more.",
    )


class ServiceContract(models.Model):
    """From what is due to charges and rows of the ledger, each exactly once."""

    _inherit = "service.contract"

    estimate_policy = fields.Selection(**from_type("estimate_policy"))
    estimate_max = fields.Integer(**from_type("estimate_max"))
    estimate_periods = fields.Integer(**from_type("estimate_periods"))
    billing_mode = fields.Selection(**from_type("billing_mode"))
    billing_from = fields.Date(
        "Billed Here From",
        tracking=True,
        help="What was before was billed elsewhere; empty: since the beginning of the contract.",
    )
    consumption_ids = fields.One2many("service.consumption", "contract_id", "Consumption")

    def _billing_start(self):
        """The first day that is settled here."""
        return max(self.date_start, self.billing_from or self.date_start)

    def _stop(self):
        """The first day on which the contract is no longer in force, as far as it is known."""
        return self.date_end + timedelta(days=1) if self.date_end else Date.max

    def _bill_lang(self):
        """In which language documents of this contract are written."""
        return (
            self.invoice_partner_id.lang
            or self.customer_id.lang
            or self.company_id._get_service_lang()
        )

    def _reading_window(self):
        """How many days before and after the edge of a period a reading counts for it."""
        return self.reading_days_before, self.reading_days_after

    def _usual_daily(self, meter):
        """Pages a day that a counter's model usually prints."""
        return meter._model_lines()[meter].monthly_pages / DAYS_OF_MONTH

    def _period_product(self, kind):
        """As what the fees or pages of this contract stand on documents; may be empty."""
        return self.type_id[f"{kind}_product_id"]

    def _billing_lint(self, day):
        """What has to be mended before anything is settled until a day.

        :return: ``{contract: [Finding]}``
        """
        # Nobody enters prices of a contract that is over: it had none, and nothing is due.
        going = self.filtered(lambda contract: contract.state in GOING_STATES)
        return going._lint(BLOCKING) | (self - going)._lint(BLOCKING - {"no_rate"})

    def _charges_waiting(self, day):
        """What was done under these contracts until a day and waits for the monthly document."""
        return self.env["service.charge"].search(
            [
                ("contract_id", "in", self.ids),
                ("state", "=", "to_bill"),
                ("date", "<=", day),
                # A correction of a document is on one of its own, which a person looks at.
                "|",
                ("corrected_charge_id", "=", False),
                ("corrected_charge_id.move_id", "=", False),
            ]
        )

    def _settle(self, statements):
        """Store what statements say: the ledger and the charges, each exactly once.

        :param statements: ``Statement`` objects; what waits for a reading is left
        :return: the charges, also those that were there already
        """
        settled = [(statement.contract, *statement.settled()) for statement in statements]
        charges = self.env["service.charge"]._take(
            [vals for _contract, due, _postings in settled for vals in due]
        )
        by_key = {charge.key: charge.id for charge in charges}
        rows = [
            self._ledger_vals(contract, posting, by_key.get(posting.charge))
            for contract, _due, postings in settled
            for posting in postings
        ]
        rows = self._without_known(rows)
        # In the order of their keys, so that two transactions never wait for each other.
        rows.sort(key=lambda row: (row["meter_id"], row["seq"]))
        written = self.env["service.consumption"]._append(rows)
        written._propose_estimates()
        self._close_requests(
            posting for _contract, _due, postings in settled for posting in postings
        )
        return charges

    def _without_known(self, rows):
        """Rows without those that give back what another contract has just given back.

        The contract that a device has left and the one that goes on with it say the same of it.
        """
        backs = {row["meter_id"] for row in rows if row["kind"] == GIVE_BACK}
        if not backs:
            return rows
        ends = self.env["service.consumption"]._ends(backs)
        last = {meter: ends[meter]["seq"] for meter in ends}
        fresh = []
        for row in rows:
            if row["kind"] == GIVE_BACK:
                if row["seq"] <= last[row["meter_id"]]:
                    continue
                last[row["meter_id"]] = row["seq"]
            fresh.append(row)
        return fresh

    def _close_requests(self, postings):
        """Nobody is asked any more for a reading that was estimated."""
        asked = {
            (posting.stay.device_id.id, posting.entry.stop.day)
            for posting in postings
            if posting.entry.kind == ESTIMATE
        }
        if not asked:
            return
        devices, days = map(list, zip(*asked, strict=True))
        # Superuser: whoever settles need not work on the call list.
        requests = self.env["service.reading.request"].sudo()
        found = requests.search([("device_id", "in", devices), ("date_due", "in", days)])
        found.filtered(
            lambda request: (request.device_id.id, request.date_due) in asked
        )._mark_estimated()

    def _ledger_vals(self, contract, posting, charge):
        """One row of the ledger."""
        entry, stay = posting.entry, posting.stay
        # What is given back was another contract's where the device has gone on to this one.
        contract = stay.contract_id or contract if stay else contract
        return {
            "meter_id": entry.meter,
            "device_id": self.env["service.meter"].browse(entry.meter).device_id.id,
            "company_id": contract.company_id.id,
            "customer_id": contract.customer_id.id if stay else None,
            "contract_id": contract.id if stay else None,
            "stay_id": stay.id if stay else None,
            "charge_id": charge,
            "seq": entry.seq,
            "prev_seq": entry.seq - 1 or None,
            "life_from": entry.life_from,
            "life_to": entry.life_to,
            "date_from": entry.start.moment,
            "date_to": entry.stop.moment,
            "kind": entry.kind,
            "how": entry.stop.how,
            "estimates": entry.estimates,
            "reading_id": entry.stop.reading,
        }


class ServiceRateLine(models.Model):
    """What a settlement asks of a price."""

    _inherit = "service.rate.line"

    def _has_minimum(self):
        """Whether something is paid at least."""
        return bool(self.minimum_pages or self.minimum_amount)
