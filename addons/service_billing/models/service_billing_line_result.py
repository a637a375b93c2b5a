from odoo import api, models


class ServiceBillingLine(models.Model):
    """What follows when a contract was settled."""

    _inherit = "service.billing.line"

    def _store(self, statements):
        # EXTENDS: in the transaction of the documents, so that each is sent if it exists.
        super()._store(statements)
        self.move_ids._send_by_themselves()

    def _done(self, statement, moves):
        # EXTENDS: what makes no document, because it is nothing or too small, says so.
        super()._done(statement, moves)
        if not statement.problems and not self.move_ids:
            self._keep({"state": "nothing", "problem": self._waiting_text()})

    def _waiting_text(self):
        """A sentence on what is below the smallest document and waits; False when nothing does."""
        # A fee in advance waits, too, before the days that it is for are over.
        mine = self.charge_ids.filtered(lambda charge: charge.state == "to_bill")
        waiting = self.contract_id._charges_waiting(self.date) | mine
        if not waiting:
            return False
        company = self.company_id
        return self.env._(
            "%(amount)s net is less than the smallest document, %(minimum)s, and waits for the "
            "next month.",
            amount=self.currency_id.format(sum(waiting.mapped("amount"))),
            minimum=company.currency_id.format(company.service_minimum_amount),
        )

    @api.model
    def _refresh(self):
        # EXTENDS: a document whose number has come may leave the house.
        waiting = self.search([("state", "in", ("draft", "number"))])
        super()._refresh()
        waiting.move_ids._send_by_themselves()
        self.env["account.move"]._retry_sending()
