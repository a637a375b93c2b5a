from odoo import api, fields, models
from odoo.exceptions import UserError

# Accountants without a service role read no charges: the fields must not stop them from opening
# an invoice.
CHARGE_GROUPS = (
    "service_customer.group_service_dispatcher,service_customer.group_service_accounting"
)


class AccountMove(models.Model):
    _inherit = "account.move"
    # What is written through a link would be signed by the customer.
    _service_link_writes = False

    service_charge_ids = fields.One2many(
        "service.charge", "move_id", string="Charges", groups=CHARGE_GROUPS
    )
    service_charge_count = fields.Integer(
        string="Number of Charges", compute="_compute_service_charge_count", groups=CHARGE_GROUPS
    )
    service_from_charges = fields.Boolean(
        string="Made from Charges",
        readonly=True,
        copy=False,
        help="Billing made this document from charges.",
    )
    service_is_settlement = fields.Boolean(
        string="Settlement",
        related="journal_id.service_is_settlement",
        store=True,
        precompute=True,
        help="Not an invoice: another program issues the invoice for it.",
    )
    service_external_number = fields.Char(
        string="Invoice Number",
        copy=False,
        index="trigram",
        help="Number of the invoice in the program that issued it.",
    )
    service_external_date = fields.Date(
        string="Issued On",
        copy=False,
        help="Date of issue in the program that issued the invoice.",
    )
    service_ksef_number = fields.Char(
        string="KSeF Number of the Invoice",
        copy=False,
        help="Number that the national e-invoice system gave to the invoice.",
    )
    service_issue_state = fields.Selection(
        [("not_issued", "Not Issued"), ("waiting", "Waiting for Number"), ("issued", "Issued")],
        string="Issue",
        compute="_compute_service_issue_state",
        store=True,
        readonly=False,
        copy=False,
        help="Whether the other program has issued the invoice for this settlement.",
    )
    service_fiscally_complete = fields.Boolean(
        string="Ready for the Customer",
        compute="_compute_service_fiscally_complete",
        store=True,
        help="Customers see, get and pay only documents that are fiscally complete.",
    )

    # ------------------------------------------------------------------ computes

    def _compute_service_charge_count(self):
        counts = self.env["service.charge"]._count_by("move_id", self)
        for move in self:
            move.service_charge_count = counts.get(move, 0)

    @api.depends("service_is_settlement", "service_external_number")
    def _compute_service_issue_state(self):
        for move in self:
            if not move.service_is_settlement:
                move.service_issue_state = False
            elif move.service_external_number:
                move.service_issue_state = "issued"
            elif move.service_issue_state != "waiting":
                move.service_issue_state = "not_issued"

    @api.depends("state", "service_is_settlement", "service_issue_state")
    def _compute_service_fiscally_complete(self):
        for move in self:
            move.service_fiscally_complete = move._is_fiscally_complete()

    def _is_fiscally_complete(self):
        """Whether the customer may get this document: as PDF, by mail, in the portal, to pay.

        Here every posted document is. An addon that waits for a number from elsewhere narrows it,
        and adds to the dependencies of ``service_fiscally_complete`` what it looks at.
        """
        self.ensure_one()
        return self.state == "posted"

    def _may_be_paid_online(self):
        """Whether a payment link may lead to this document at all.

        A settlement is no claim of its own: the invoice is in the books of another program, and
        whether it is paid is known there only. Paid here, it might be paid twice.
        """
        self.ensure_one()
        return not self.service_is_settlement and self._is_fiscally_complete()

    def _has_to_be_paid(self):
        # EXTENDS 'account_payment': "Pay Now" in the portal. A link without a login only reads.
        return (
            not self.env.user._is_public()
            and self._may_be_paid_online()
            and super()._has_to_be_paid()
        )

    def _get_online_payment_error(self):
        # EXTENDS 'account_payment'
        if not self._may_be_paid_online():
            return self.env._(
                "This document cannot be paid online. Pay by the invoice, to the account on it."
            )
        return super()._get_online_payment_error()

    @api.depends("service_is_settlement")
    def _compute_type_name(self):
        # EXTENDS 'account': the word used in mails.
        super()._compute_type_name()
        for move in self.filtered("service_is_settlement"):
            move.type_name = self.env._("Settlement")

    # ------------------------------------------------------------------ names and documents

    def _get_move_display_name(self, show_ref=False):
        # EXTENDS 'account': a settlement is not called an invoice; the number that the customer
        # knows stands first.
        self.ensure_one()
        if not self.service_is_settlement or self.env.context.get("name_as_amount_total"):
            return super()._get_move_display_name(show_ref=show_ref)
        number = self.name if self.name and self.name != "/" else ""
        if self.service_external_number:
            return f"{self.service_external_number} ({number})"
        if self.state == "draft":
            return self.env._("Draft Settlement %s", number).strip()
        return number

    def _get_name_invoice_report(self):
        # EXTENDS 'account'
        if self.service_is_settlement:
            return "service_billing.report_settlement_document"
        return super()._get_name_invoice_report()

    def _get_mail_template(self):
        # EXTENDS 'account'
        if self and all(move.service_is_settlement for move in self):
            return self.env.ref("service_billing.mail_template_settlement")
        return super()._get_mail_template()

    def _creation_message(self):
        # EXTENDS 'account'
        if self.service_is_settlement:
            return self.env._("Settlement created")
        return super()._creation_message()

    def _is_ready_to_be_sent(self):
        # EXTENDS 'account'
        ready = super()._is_ready_to_be_sent()
        return ready and (not self.is_sale_document() or self._is_fiscally_complete())

    def _search_default_journal(self):
        # EXTENDS 'account': where another program issues, sales documents are settlements.
        company = self.company_id or self.env.company
        journal = super()._search_default_journal()
        if journal.type != "sale" or journal.service_is_settlement == (
            company.service_issuer == "external"
        ):
            return journal
        return company._get_service_journal()

    def _set_default_service_taxes(self):
        """Lines without a product and without taxes of their account get the company's VAT.

        A fee typed by hand must not leave without VAT just because it names no product.
        """
        for move in self:
            lines = move.invoice_line_ids.filtered(
                lambda line: not line.product_id and not line.tax_ids
            )
            taxes = move.company_id.account_sale_tax_id
            lines.tax_ids = move.fiscal_position_id.map_tax(taxes)

    # ------------------------------------------------------------------ life

    def _post(self, soft=True):
        # EXTENDS 'account'
        self._check_service_issuer()
        return super()._post(soft=soft)

    def _check_service_issuer(self):
        """A company has one issuer: neither an invoice beside it nor a settlement without it."""
        for move in self.filtered(lambda m: m.is_sale_document(include_receipts=True)):
            external = move.company_id.service_issuer == "external"
            if external and not move.service_is_settlement:
                raise UserError(
                    self.env._(
                        "Another program issues the invoices of %(company)s, so Odoo must not "
                        "issue one. Move the document to the journal %(journal)s: it becomes a "
                        "settlement, and the invoice is issued there.",
                        company=move.company_id.name,
                        journal=move.company_id._get_service_journal().name,
                    )
                )
            if not external and move.service_is_settlement:
                raise UserError(
                    self.env._(
                        "Odoo issues the invoices of %(company)s, so a settlement would never "
                        "become an invoice. Move the document to the journal %(journal)s.",
                        company=move.company_id.name,
                        journal=move.company_id._get_service_journal().name,
                    )
                )

    def button_draft(self):
        """Refuse what would bill twice: see the messages.

        :raise UserError: for an issued settlement, and for a cancelled document whose charges went
            back to be billed
        """
        for move in self:
            if move.service_issue_state == "issued":
                raise UserError(
                    self.env._(
                        "The invoice %s has been issued by another program. Correct it there, and "
                        "make a correction here.",
                        move.service_external_number,
                    )
                )
            if move.state == "cancel" and move.service_from_charges:
                raise UserError(
                    self.env._(
                        "The charges of the cancelled document %s are in the list of what is to be "
                        "billed again. Bill them from there; this document stays cancelled.",
                        move.name,
                    )
                )
        return super().button_draft()

    def button_cancel(self):
        """Charges of a cancelled document are to be billed again."""
        result = super().button_cancel()
        # Superuser: only billing ties and unties charges; the user was allowed to cancel.
        self.sudo().service_charge_ids.move_line_id = False
        return result

    def action_open_service_charges(self):
        """Open the charges that explain this document."""
        return self.env["service.charge"]._get_charges_action("move_id", self)
