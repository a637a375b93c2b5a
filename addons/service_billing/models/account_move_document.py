from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

#: Above this total an invoice with a line of Annex 15 is paid in two parts, VAT apart.
SPLIT_PAYMENT_LIMIT = 15000
SPLIT_PAYMENT_CURRENCY = "PLN"


class AccountMove(models.Model):
    """What a document says beside its lines: the settled period, for whom, how it is paid.

    It is written when the document is made, and stays: an e-invoice says it word for word.
    """

    _inherit = "account.move"

    service_date_from = fields.Date(
        "Settled From", readonly=True, help="First day of the periods that it settles."
    )
    service_date_to = fields.Date(
        "Settled Until", readonly=True, help="Last day of the periods that it settles."
    )
    service_recipient_id = fields.Many2one(
        "res.partner",
        "Recipient",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="The place that stands on the document beside the buyer (Podmiot3).",
    )
    service_recipient_role = fields.Selection(
        selection=lambda self: (
            self.env["res.partner"]
            ._fields["service_recipient_role"]
            ._description_selection(self.env)
        ),
        string="Recipient's Role",
        readonly=True,
    )
    service_recipient_vat = fields.Char("Recipient's Tax Number", readonly=True)
    service_recipient_idwew = fields.Char("Recipient's Internal ID", readonly=True)
    service_cost_centre = fields.Char("Cost Centre", readonly=True)
    service_split_payment = fields.Boolean(
        "Split Payment",
        readonly=True,
        copy=False,
        help="The law demands that it is paid with VAT apart: a line is of Annex 15 and the total "
        "is above the limit.",
    )

    def _post(self, soft=True):
        # EXTENDS 'account'
        self._check_service_period_open()
        self._check_service_currency_rate()
        posted = super()._post(soft=soft)
        for move in posted:
            if move._needs_split_payment() != move.service_split_payment:
                move.service_split_payment = not move.service_split_payment
            if move.service_is_settlement and move.service_recipient_id:
                move._tell_recipient()
        return posted

    def _tell_recipient(self):
        """Another program issues the invoice: what brings it there may not carry the recipient."""
        self.message_post(
            body=self.env._(
                "%s, beside the buyer. Take care that the invoice names it, too: choose it in the "
                "program that issues the invoice before it is issued.",
                self._get_recipient_note(),
            )
        )

    def _get_recipient_note(self):
        """Who is to stand beside the buyer, for whoever issues the invoice; may be empty."""
        recipient = self.service_recipient_id
        number = self.service_recipient_vat or self.service_recipient_idwew or ""
        if not recipient:
            return ""
        return self.env._("Recipient: %s", f"{recipient.name} {number}".strip())

    def _needs_split_payment(self):
        """Whether the law demands split payment of this document."""
        self.ensure_one()
        return (
            self.is_sale_document()
            and self.company_id.currency_id.name == SPLIT_PAYMENT_CURRENCY
            and abs(self.amount_total_signed) > SPLIT_PAYMENT_LIMIT
            # Who has no business pays as he likes.
            and self.commercial_partner_id.is_company
            and any(line.product_id.service_annex_15 for line in self.invoice_line_ids)
        )

    def _check_service_period_open(self):
        """The VAT of a closed period does not slip into another one without anybody knowing."""
        for move in self.filtered(lambda m: m.service_from_charges and m.is_sale_document()):
            date = move.taxable_supply_date or move.invoice_date or fields.Date.context_today(move)
            closed = move._get_violated_lock_dates(date, has_tax=True)
            if closed and move.service_corrected_id:
                raise UserError(
                    self.env._(
                        "This correction counts for VAT with %(corrected)s, on %(date)s, which "
                        "lies in a period that is closed in accounting until %(closed)s. Ask "
                        "accounting to open it for this document (Invoicing, Accounting, Lock "
                        "Dates), then post it again.",
                        corrected=move.service_corrected_id.display_name,
                        date=format_date(self.env, date),
                        closed=format_date(self.env, closed[-1][0]),
                    )
                )
            if closed:
                raise UserError(
                    self.env._(
                        "%(date)s, the date of VAT of this document, lies in a period that is "
                        "closed in accounting until %(closed)s. Ask accounting to open it for this "
                        "document (Invoicing, Accounting, Lock Dates), then settle again; nothing "
                        "was billed.",
                        date=format_date(self.env, date),
                        closed=format_date(self.env, closed[-1][0]),
                    )
                )

    def _check_service_currency_rate(self):
        """Where nobody has entered a rate, Odoo would count one to one."""
        for move in self.filtered(lambda m: m.service_from_charges and m.is_sale_document()):
            currency, company = move.currency_id, move.company_id
            if currency == company.currency_id or move.service_corrected_id:
                continue
            date = move._get_invoice_currency_rate_date() or fields.Date.context_today(move)
            known = currency.rate_ids.filtered(
                lambda rate, company=company, date=date: (
                    rate.company_id in (company.root_id, rate.company_id.browse())
                    and rate.name <= date
                )
            )
            if not known:
                raise UserError(
                    self.env._(
                        "There is no rate of %(currency)s for %(date)s. Enter it (Invoicing, "
                        "Configuration, Currencies), then settle again; nothing was billed.",
                        currency=currency.name,
                        date=format_date(self.env, date),
                    )
                )


class AccountMoveLine(models.Model):
    """Each line has days of its own."""

    _inherit = "account.move.line"

    service_date_from = fields.Date(
        "Performed From", readonly=True, help="First day of the period or of the work."
    )
    service_date_to = fields.Date(
        "Performed Until", readonly=True, help="Last day of the period or of the work."
    )

    def _service_days(self):
        """The days of this line for the paper, unless its text says them already."""
        first, last = self.service_date_from, self.service_date_to
        if not first or not last:
            return ""
        days = [format_date(self.env, day) for day in dict.fromkeys((first, last))]
        if all(day in (self.name or "") for day in days):
            return ""
        return " – ".join(days)
