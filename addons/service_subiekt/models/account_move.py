from dataclasses import replace

from odoo import fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    _inherit = "account.move"

    subiekt_exchange_id = fields.Many2one(
        "subiekt.exchange",
        string="Exchange with Subiekt",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    def _is_fiscally_complete(self):
        # EXTENDS 'service_billing': the customer gets a settlement with the number of its invoice.
        complete = super()._is_fiscally_complete()
        return complete and (not self.service_is_settlement or self.service_issue_state == "issued")

    def _post(self, soft=True):
        # EXTENDS 'service_billing': a posted settlement leaves for Subiekt in the same transaction.
        posted = super()._post(soft=soft)
        for move in posted.filtered(
            lambda m: m.service_is_settlement and m.service_issue_state == "not_issued"
        ):
            move._hand_over_to_subiekt()
        return posted

    def _hand_over_to_subiekt(self):
        """Send one settlement to the company's Subiekt, once; corrections go there by hand."""
        self.ensure_one()
        # Superuser: who posts a settlement need not manage the connection.
        backend = self.env["subiekt.backend"].sudo()._for_company(self.company_id)
        if not backend:
            return
        if self.move_type != "out_invoice":
            text = self.env._("Make this correction in Subiekt by hand and enter its number here.")
            self.message_post(body=text)
            return
        # The key is the settlement itself: sent twice, it is the same document in Subiekt.
        document = self._prepare_subiekt_document(backend, f"service.settlement/{self.id}")
        self.subiekt_exchange_id = backend._export_sales_document(document)
        self.service_issue_state = "waiting"

    def _prepare_subiekt_document(self, backend, key):
        # EXTENDS 'connector_subiekt': what billing has found out about the invoice.
        document = super()._prepare_subiekt_document(backend, key)
        notes = f"{document.notes} {self._get_recipient_note()}".strip()
        return replace(document, split_payment=self.service_split_payment, notes=notes)

    def _receive_subiekt_number(self, exchange):
        """Subiekt has issued the invoice: keep its number, tell the followers of the settlement.

        :param exchange: the matched ``subiekt.exchange``; Subiekt's total is the one that counts
        """
        self.ensure_one()
        number, date = exchange.external_number, exchange.external_date
        self.write({"service_external_number": number, "service_external_date": date})
        body = self.env._("Subiekt has issued the invoice %s.", number)
        if not self.currency_id.is_zero(exchange.amount_difference):
            body += " " + self.env._(
                "Its total differs from the settlement by %s; the invoice counts.",
                self.currency_id.format(exchange.amount_difference),
            )
        self.message_post(body=body)

    def button_draft(self):
        # EXTENDS 'service_billing'
        for move in self:
            if move.subiekt_exchange_id:
                raise UserError(
                    self.env._(
                        "The settlement %s has been handed over to Subiekt and stays as it is. "
                        "Make a correction instead.",
                        move.name,
                    )
                )
        return super().button_draft()

    def action_open_subiekt_exchange(self):
        """Open what has been exchanged with Subiekt about this settlement."""
        return self.subiekt_exchange_id._get_records_action()
