from odoo import api, models
from odoo.tools import plaintext2html

ACTIVITY = "service_billing.activity_billing"


class ServiceBillingLine(models.Model):
    """What follows when a contract was settled, or could not be."""

    _inherit = "service.billing.line"

    def _store(self, statements):
        # EXTENDS: in the transaction of the documents, so that each is sent if it exists.
        super()._store(statements)
        self.move_ids._send_by_themselves()
        self.contract_id.activity_unlink([ACTIVITY])

    def _done(self, statement, moves):
        # EXTENDS: what makes no document, because it is nothing or too small, says so.
        super()._done(statement, moves)
        if not statement.problems and not self.move_ids:
            self.write({"state": "nothing", "problem": self._waiting_text()})

    def _waiting_text(self):
        """A sentence on what is below the smallest document and waits; False when nothing does."""
        waiting = self.contract_id._charges_waiting(self.date)
        if not waiting:
            return False
        company = self.company_id
        return self.env._(
            "%(amount)s net is less than the smallest document, %(minimum)s, and waits for the "
            "next month.",
            amount=self.currency_id.format(sum(waiting.mapped("amount"))),
            minimum=company.currency_id.format(company.service_minimum_amount),
        )

    def _fail(self, error):
        # EXTENDS: somebody has to mend it.
        super()._fail(error)
        self.contract_id._tell_of_billing(self.problem)

    @api.model
    def _refresh(self):
        # EXTENDS: a document whose number has come may leave the house.
        waiting = self.search([("state", "in", ("draft", "number"))])
        super()._refresh()
        waiting.move_ids._send_by_themselves()
        self.env["account.move"]._retry_sending()


class ServiceContract(models.Model):
    """Whoever looks after a contract is told when it cannot be settled."""

    _inherit = "service.contract"

    def _tell_of_billing(self, text):
        """An activity for the contract's responsible person, else the company's: one at a time."""
        self.ensure_one()
        user = self._watch_people().get(self)
        if not user:
            return
        note = plaintext2html(text)
        if activity := self.activity_search([ACTIVITY])[:1]:
            activity.note = note
        else:
            self.activity_schedule(ACTIVITY, note=note, user_id=user.id)
