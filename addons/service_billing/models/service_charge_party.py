from odoo import models
from odoo.tools import format_amount, format_date, plaintext2html

from .service_contract_bill import PERIOD_KINDS


class ServiceCharge(models.Model):
    """Charges that go to another customer with their contract."""

    _inherit = "service.charge"

    def _not_on_documents(self):
        """Those of these charges that may go to another customer as they are.

        Fees and pages are charged for a period, of which only a part is the new customer's.
        """
        return self.filtered(
            lambda charge: charge.state in ("covered", "to_bill")
            and charge.kind not in PERIOD_KINDS
        )

    def _hand_over(self, contract, location):
        """Charge this to the customer of the contract that goes on.

        :param contract: ``service.contract`` of the new customer
        :param location: where its devices are now, may be empty
        """
        taken_over = self.env._("taken over by %s", contract.name)
        for charge in self:
            vals = {
                "customer_id": contract.customer_id.id,
                "location_id": location.id,
                "contract_id": charge.contract_id and contract.id,
                "reason": ", ".join(filter(None, (charge.reason, taken_over))),
            }
            if charge.payer != "customer":
                vals["partner_id"] = charge.partner_id.id
            charge.write(vals)


class ServiceContract(models.Model):
    """Who is told of charges that stay with the customer of before."""

    _inherit = "service.contract"

    def _tell_charges_stay(self, charges, new):
        """Make an activity for accounting that lists charges for days of another customer.

        :param charges: ``service.charge`` of this contract's customer
        :param new: ``service.contract`` that has gone on since
        """
        self.ensure_one()
        lines = [
            self.env._(
                "%(date)s, %(name)s: %(amount)s (%(document)s)",
                date=format_date(self.env, charge.date),
                name=charge.name,
                amount=format_amount(self.env, charge.amount, charge.currency_id),
                # sudo: only the number of the document is named.
                document=charge.sudo().move_id.display_name or self.env._("not on a document yet"),
            )
            for charge in charges.sorted("date")
        ]
        note = self.env._(
            "Contract %(contract)s was handed over to %(customer)s from %(date)s. This was charged "
            "to %(old)s for the time since. Correct it or leave it, as was agreed:",
            contract=self.name,
            customer=new.customer_id.display_name,
            date=format_date(self.env, new.date_start),
            old=self.customer_id.display_name,
        )
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("Charged to the customer of before"),
            note=plaintext2html("\n".join([note, *lines])),
            user_id=self._accountant().id,
        )

    def _accountant(self):
        """Who does the accounting of the company, else who asks."""
        return self.company_id._get_service_accountants()[:1] or self.env.user
