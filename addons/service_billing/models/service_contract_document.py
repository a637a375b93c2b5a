from odoo import api, fields, models


class ServiceContractClause(models.Model):
    """Clauses may depend on whether payment terms are agreed."""

    _inherit = "service.contract.clause"

    condition = fields.Selection(
        selection_add=[
            ("payment_term", "Payment terms are agreed"),
            ("no_payment_term", "No payment terms are agreed"),
        ],
        ondelete={"payment_term": "cascade", "no_payment_term": "set default"},
    )


class ServiceContractDocument(models.Model):
    """Documents name the payment terms with which the contract is billed."""

    _inherit = "service.contract.document"

    @api.model
    def _placeholders(self):
        """EXTENDS service_contract: the payment terms."""
        label = self.env._("Contract: payment terms")
        payment = {"contract.payment": (label, lambda doc: doc._payment_in_words())}
        return super()._placeholders() | payment

    def _conditions(self):
        """EXTENDS service_contract: whether payment terms are agreed."""
        agreed = bool(self._payment_term())
        return super()._conditions() | {"payment_term": agreed, "no_payment_term": not agreed}

    def _agreed_rows(self):
        """EXTENDS service_contract: an annex says when payment terms change."""
        rows, words = super()._agreed_rows(), self._payment_in_words()
        return rows + [self._row("payment", self.env._("Payment Terms"), words)] if words else rows

    def _payment_term(self):
        """The terms of the contract's invoices: its own, else those of their recipient."""
        # sudo: what is agreed stands on the paper, whoever draws it up.
        contract = self.contract_id.sudo()
        payer = contract.invoice_partner_id.with_company(contract.company_id)
        return contract.payment_term_id or payer.property_payment_term_id

    def _payment_in_words(self):
        """“14 dni od dnia wystawienia faktury”; what is more than a number of days, by its name."""
        term = self._payment_term()
        line = term.line_ids
        if len(line) != 1 or term.early_discount or line.delay_type != "days_after":
            return term.name or ""
        if not line.nb_days:
            return self.env._("on the day on which the invoice is issued")
        days = self._period(line.nb_days, "day")
        return self.env._("%s from the day on which the invoice is issued", days)
