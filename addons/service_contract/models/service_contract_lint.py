from collections import defaultdict
from typing import Any, NamedTuple

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from .service_rate import PERIODIC

#: What contradicts itself: refused as soon as it is entered, not only found later.
REFUSED = {"computed", "own_day"}
#: Without what nothing at all can be billed.
BLOCKING = REFUSED | {"no_group", "no_rate", "no_recipient", "no_unit"}


class Finding(NamedTuple):
    """Something about a contract that would make its bill wrong or impossible."""

    code: str
    text: str
    """A sentence for people: where it is, and what to do."""
    record: Any
    """The record to be mended."""


class ServiceContract(models.Model):
    """What is missing or contradicts itself, before a bill shows it."""

    _inherit = "service.contract"

    lint_html = fields.Html(
        "To Be Mended",
        compute="_compute_lint_html",
        groups="service_customer.group_service_dispatcher,service_customer.group_service_accounting",
    )

    @api.depends(
        "state",
        "date_start",
        "invoice_partner_id",
        "customer_id",
        "device_ids.group_id",
        "device_ids.billing_day",
        "device_ids.date_end",
        "device_ids.device_id",
        "rate_ids.date_from",
        "rate_ids.line_ids.meter_type_id",
        "rate_ids.line_ids.level",
        "rate_ids.line_ids.group_id",
    )
    def _compute_lint_html(self):
        open_contracts = self.filtered(lambda each: each.customer_id and each.state != "cancelled")
        findings = open_contracts._lint()
        for contract in self:
            texts = [finding.text for finding in findings.get(contract, ())]
            items = Markup().join(Markup("<li>%s</li>") % text for text in texts)
            contract.lint_html = items and Markup('<ul class="mb-0 ps-3">%s</ul>') % items

    def _check_terms(self):
        """Refuse terms that contradict themselves.

        :raises odoo.exceptions.ValidationError: with the first contradiction
        """
        for findings in self._lint(REFUSED).values():
            for finding in findings:
                raise ValidationError(finding.text)

    def _lint(self, codes=None):
        """What of these contracts has to be mended before they can be billed.

        :param codes: look for these findings only
        :return: ``{contract: [Finding]}``; upper addons extend ``_lint_contract``
        """
        # Read together what is then looked at one by one.
        self.device_ids.mapped("group_id.usage_day")
        self.rate_ids.line_ids.mapped("meter_type_id.part_type_ids.a3_type_id")
        is_whole = not codes or codes - BLOCKING
        if is_whole:
            self.device_ids.device_id.meter_ids.mapped("type_id")
            self.device_ids.device_id.mapped("customer_id")
        result = defaultdict(list)
        for contract in self:
            found = contract._lint_terms()
            if not codes or codes - REFUSED:
                found += contract._lint_blocking()
            if is_whole:
                found += contract._lint_contract()
            result[contract] = [each for each in found if not codes or each.code in codes]
        return result

    def _lint_blocking(self):
        """Findings without which nothing can be billed: ``[Finding]``."""
        stays = self.device_ids._today()
        return self._lint_recipient(stays) + self._lint_rates() + stays._lint_groups()

    def _lint_contract(self):
        """Findings of what else is missing: ``[Finding]``."""
        stays = self.device_ids._today()
        findings = self._lint_currency() + self._lint_customers(stays)
        if not stays:
            text = self.env._("No device is on the contract. Add the devices.")
            findings.append(Finding("no_device", text, self))
        first = self._rates_ahead().sorted("date_from")[:1]
        lines = {group: first._periodic_for(group) for group in stays.group_id}
        for stay in stays.filtered("group_id"):
            findings += stay._lint_stay(first, lines[stay.group_id])
        return findings

    def _lint_recipient(self, stays):
        """Nobody to invoice, or a public unit that the invoice has to name."""
        findings = []
        if not self.invoice_partner_id:
            text = self.env._("Nobody receives the invoices. Choose the invoice recipient.")
            findings.append(Finding("no_recipient", text, self))
        customer = self.customer_id
        if customer.service_is_local_government or customer.service_is_vat_group:
            for place in stays.device_id.location_id:
                if not place._get_service_nearest("service_recipient_role"):
                    text = self.env._(
                        "%(customer)s is invoiced with a recipient, but %(place)s names none. Set "
                        "the role on the invoice of this location.",
                        customer=customer.display_name,
                        place=place.display_name,
                    )
                    findings.append(Finding("no_unit", text, place))
        return findings

    def _lint_currency(self):
        """Money without an exchange rate would count as if it were the company's."""
        foreign = self.currency_id - self.company_id.currency_id
        domain = [
            ("currency_id", "in", foreign.ids),
            ("company_id", "in", (self.company_id.root_id.id, False)),
        ]
        if not foreign or self.env["res.currency.rate"].search_count(domain, limit=1):
            return []
        text = self.env._(
            "There is no exchange rate of %(currency)s. Enter one, or prices in %(own)s would be "
            "taken for the same amount in %(currency)s.",
            currency=foreign.name,
            own=self.company_id.currency_id.name,
        )
        return [Finding("no_exchange_rate", text, self)]

    def _lint_customers(self, stays):
        """Devices that stand at somebody else's place."""
        return [
            Finding(
                "other_customer",
                self.env._(
                    "%(device)s is at %(other)s, but the contract was made with %(customer)s. Let "
                    "the device leave the contract, or correct where it is.",
                    device=stay.device_id.display_name,
                    other=stay.device_id.customer_id.display_name,
                    customer=self.customer_id.display_name,
                ),
                stay,
            )
            for stay in stays
            if (stay.device_id.customer_id or self.customer_id) != self.customer_id
        ]

    def _lint_rates(self):
        """No prices at all, or none in the first days."""
        first = self.rate_ids.filtered("date_from").sorted("date_from")[:1]
        if not first:
            text = self.env._("The contract has no rates. Enter its fees and prices.")
            return [Finding("no_rate", text, self)]
        if first.date_from > self.date_start:
            text = self.env._(
                "There are no rates from %(start)s until %(first)s. Let the first ones begin with "
                "the contract.",
                start=format_date(self.env, self.date_start),
                first=format_date(self.env, first.date_from),
            )
            return [Finding("no_rate", text, first)]
        return []

    def _lint_terms(self):
        """Prices that contradict each other, or the days of devices."""
        findings = []
        for rate in self._rates_ahead():
            pages = rate.line_ids.filtered(lambda line: line.kind == "pages")
            for line in pages:
                for part in pages.filtered(line._counts_again):
                    findings.append(Finding("computed", line._counted_twice(part), line))
            pools = pages.filtered(lambda line: line.level != "device")
            for stay in pools and self.device_ids._today():
                pool = pools.filtered(lambda line, stay=stay: stay._in_pool(line))[:1]
                if pool:
                    findings.append(Finding("own_day", stay._own_day_in_pool(pool), stay))
        return findings


class ServiceContractDevice(models.Model):
    """What is missing or contradicts itself about one device on a contract."""

    _inherit = "service.contract.device"

    def _lint_groups(self):
        """Devices that nobody has put into a group: ``[Finding]``."""
        return [
            Finding(
                "no_group",
                self.env._(
                    "%s is in no billing group. Choose one in the list of devices.",
                    stay.device_id.display_name,
                ),
                stay,
            )
            for stay in self
            if not stay.group_id
        ]

    def _lint_stay(self, rate, prices):
        """Findings of one device in a group: ``[Finding]``.

        :param rate: the first version of the prices ahead
        :param prices: the fees and the prices of pages of its group in it
        """
        if not prices and any(line.kind in PERIODIC for line in rate.line_ids):
            text = self.env._(
                "The rates from %(date)s have no price for group “%(group)s” of %(device)s. Add a "
                "price for it or one for all groups.",
                date=format_date(self.env, rate.date_from),
                group=self.group_id.name,
                device=self.device_id.display_name,
            )
            return [Finding("no_price", text, self)]
        types = prices.meter_type_id
        if types and not types & self.device_id.meter_ids.type_id:
            text = self.env._(
                "%(device)s has none of the meters that are billed: %(meters)s. Add the meter to "
                "the device, or a price to the rates.",
                device=self.device_id.display_name,
                meters=", ".join(types.mapped("name")),
            )
            return [Finding("no_meter", text, self)]
        return []

    def _in_pool(self, line):
        """Whether a pooled price counts the pages of a device with a day of its own."""
        return (
            self.billing_day
            and self.group_id
            and self.billing_day != self.group_id.usage_day
            and line in line.rate_id._lines_for(self.group_id)
        )

    def _own_day_in_pool(self, line):
        """The sentence that refuses a day of one's own in a pool."""
        return self.env._(
            "%(device)s is settled on day %(day)s of the month, but its pages (%(meter)s) are "
            "pooled in contract %(contract)s, group “%(group)s”, day %(usual)s. Clear its own day, "
            "or put it into a group that is not pooled.",
            device=self.device_id.display_name,
            day=self.billing_day,
            meter=line.meter_type_id.name,
            contract=self.contract_id.name,
            group=self.group_id.name,
            usual=self.group_id.usage_day,
        )
