from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.service_contract.models.service_contract_defaults import from_type

#: Kinds of charges for the time or the pages of a period, as a contract agrees them.
PERIOD_KINDS = ("fee", "pages")


class ServiceContractDefaults(models.AbstractModel):
    """How contracts of a type are usually billed."""

    _inherit = "service.contract.defaults"

    vat_rule = fields.Selection(
        [
            ("performance", "On the Last Day of the Period"),
            ("issue", "On the Day of Issue"),
        ],
        string="VAT of Fees and Pages Is Due",
        required=True,
        default="performance",
        help="Services that are settled by periods are performed at the end of the period; rent "
        "and lease are due when the invoice is issued. Labour and parts are always due on the day "
        "of performance.",
    )
    payment_term_id = fields.Many2one(
        "account.payment.term",
        "Payment Terms",
        ondelete="restrict",
        help="Empty: the payment terms of the invoice recipient.",
    )
    invoice_split = fields.Selection(
        [
            ("contract", "One for the Contract"),
            ("location", "One for Each Location"),
            ("device", "One for Each Device"),
            ("cost_centre", "One for Each Cost Centre"),
            ("order", "One for Each Order Number"),
        ],
        string="Invoices",
        required=True,
        default="contract",
        help="How many documents a customer gets in a month. Cost centres and order numbers are "
        "those of the contract's devices and their locations.",
    )


class ServiceContract(models.Model):
    """How a contract is billed, and until when it has been."""

    _inherit = "service.contract"

    vat_rule = fields.Selection(tracking=True, **from_type("vat_rule"))
    payment_term_id = fields.Many2one(check_company=True, **from_type("payment_term_id"))
    invoice_split = fields.Selection(**from_type("invoice_split"))

    def _open_from_each(self):
        """EXTENDS service_contract: the day after the last one of fees and pages on documents."""
        # Superuser: who changes a contract need not see charges; only a day is told.
        last = dict(
            self.env["service.charge"]
            .sudo()
            ._read_group(
                Domain("contract_id", "in", self.ids)
                & Domain("kind", "in", PERIOD_KINDS)
                & Domain("state", "in", ("draft", "billed"))
                # What was corrected to zero was charged anew.
                & Domain("is_reopened", "=", False)
                # A fee that somebody entered by hand says nothing of a period.
                & Domain("key", "not =like", "manual/%"),
                ["contract_id"],
                ["date:max"],
            )
        )
        days = super()._open_from_each()
        for contract in self:
            if billed := last.get(contract._origin):
                after = billed + timedelta(days=1)
                days[contract] = max(days[contract] or after, after)
        return days


class ServiceRate(models.Model):
    """Prices count for what is still to be settled."""

    _inherit = "service.rate"

    def _check_not_billed(self):
        """EXTENDS service_contract: what was settled and waits for its document has its price."""
        super()._check_not_billed()
        # Superuser: who changes prices need not see charges; only a day is told.
        settled = dict(
            self.env["service.charge"]
            .sudo()
            ._read_group(
                [
                    ("contract_id", "in", self.contract_id.ids),
                    ("unit", "!=", False),
                    ("is_reopened", "=", False),
                ],
                ["contract_id"],
                ["period_stop:max"],
            )
        )
        for rate in self:
            stop = settled.get(rate.contract_id)
            if stop and rate.date_from and rate.date_from < stop:
                raise UserError(
                    self.env._(
                        "Contract %(contract)s has been settled until %(open)s, so rates cannot "
                        "begin on %(date)s: what was charged would keep its price. Let them begin "
                        "on %(open)s at the earliest, or correct the price of the charges.",
                        contract=rate.contract_id.name,
                        open=format_date(self.env, stop),
                        date=format_date(self.env, rate.date_from),
                    )
                )


class ServiceCharge(models.Model):
    """Charges go on documents as their contracts say."""

    _inherit = "service.charge"

    def _get_bill_group(self):
        """EXTENDS service_billing: what contracts agree differently is on documents apart."""
        # Superuser: how a contract is billed is applied for whoever bills.
        contract = self.contract_id.sudo()
        agreed = self._get_agreeing_contract()
        return (
            *super()._get_bill_group(),
            contract,
            self._get_split(contract),
            self._is_due_on_issue(),
            agreed.payment_term_id,
            self._get_order_number(),
            self._get_recipient(),
        )

    def _get_split(self, contract):
        """What has a document of its own within a contract."""
        if contract.invoice_split == "cost_centre":
            return self._get_cost_centre()
        names = {"location": "location_id", "device": "device_id"}
        name = names.get(contract.invoice_split)
        return self[name].id if name else False

    def _get_agreeing_contract(self):
        """The contract whose terms count on the document: an insurer or a lessor agreed none."""
        # Superuser: as above.
        contract = self.contract_id.sudo()
        return contract if self.payer == "customer" else contract.browse()

    def _is_due_on_issue(self):
        """Whether the VAT of this charge is due when the invoice is issued."""
        return (
            self.kind in PERIOD_KINDS
            # Superuser: as above.
            and self.contract_id.sudo().vat_rule == "issue"
        )

    def _prepare_move_vals(self, positions):
        """EXTENDS service_billing: date of VAT, payment terms and the customer's order number."""
        vals = super()._prepare_move_vals(positions)
        contract = self[0]._get_agreeing_contract()
        if self[0]._is_due_on_issue():
            vals["taxable_supply_date"] = False
        if contract.payment_term_id:
            vals["invoice_payment_term_id"] = contract.payment_term_id.id
        if number := self[0]._get_order_number():
            vals["ref"] = number
        return vals
