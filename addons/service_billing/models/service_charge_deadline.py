from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

#: Until this day of the next month an invoice has to be issued, unless it is for rent or lease.
DAY_OF_ISSUE = 15


class ServiceCharge(models.Model):
    """Until when what has been done has to be invoiced."""

    _inherit = "service.charge"

    bill_deadline = fields.Date(
        "To Be Invoiced Until",
        compute="_compute_bill_deadline",
        store=True,
        precompute=True,
        help="The 15th of the next month. Rent and lease: the day on which they have to be paid.",
    )
    is_overdue = fields.Boolean(compute="_compute_is_overdue", search="_search_is_overdue")
    waiting_days = fields.Integer(
        "Days Waiting", compute="_compute_waiting_days", help="Since it was performed."
    )

    @api.depends(
        "date",
        "kind",
        "role",
        "period_start",
        "partner_id",
        "contract_id.vat_rule",
        "contract_id.payment_term_id",
    )
    def _compute_bill_deadline(self):
        for charge in self:
            day = charge.date or fields.Date.context_today(charge)
            charge.bill_deadline = (
                charge._payment_day(day) if charge._is_due_on_issue() else self._general_day(day)
            )

    @staticmethod
    def _general_day(day):
        return day + relativedelta(months=1, day=DAY_OF_ISSUE)

    def _payment_day(self, day):
        """When a rent has to be paid: counted from the day on which it can be invoiced."""
        # Superuser: how a contract is billed is applied for whoever bills.
        charge = self.sudo()
        first = day + relativedelta(days=1)
        if charge.role == "fee" and charge.rate_line_id._fee_in_advance():
            first = charge.period_start
        term = (
            charge.contract_id.payment_term_id
            or charge.with_company(charge.company_id).partner_id.property_payment_term_id
        )
        agreed = [line._get_due_date(first) for line in term.line_ids]
        # Where no payment term is agreed, the general day counts.
        return max(agreed) if agreed else self._general_day(min(first, day))

    @api.depends("bill_deadline", "state")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for charge in self:
            charge.is_overdue = charge.state in ("to_bill", "draft") and bool(
                charge.bill_deadline and charge.bill_deadline < today
            )

    @api.depends("date", "state")
    def _compute_waiting_days(self):
        today = fields.Date.context_today(self)
        for charge in self:
            waits = charge.state in ("to_bill", "draft") and charge.date
            charge.waiting_days = (today - charge.date).days if waits else 0

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        overdue = Domain("state", "in", ("to_bill", "draft")) & Domain(
            "bill_deadline", "<", fields.Date.context_today(self)
        )
        return overdue if True in value else ~overdue


class ServiceRateLine(models.Model):
    _inherit = "service.rate.line"

    def _fee_in_advance(self):
        """Whether this fee is paid at the beginning of its time."""
        groups = self.group_id or self.rate_id.contract_id.group_ids[:1]
        return groups[:1].base_timing == "advance"
