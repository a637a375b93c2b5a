from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.service_meter.tools.rows import claim


class ServiceContract(models.Model):
    """The value of a contract is consumed by what was billed under it."""

    _inherit = "service.contract"

    def _ceiling_used(self):
        """EXTENDS service_contract: what customers pay on documents, drafts included.

        What was given back by a credit note counts no more; the part that one without charges has
        of its invoice is taken for each contract on it alike. What was charged in another currency
        than the contract's counts by the rate of the day of performance.
        """
        used = super()._ceiling_used()
        if not self.ids:
            return used
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT charge.contract_id,
                       charge.currency_id,
                       CASE WHEN charge.currency_id != contract.currency_id
                            THEN charge.date END,
                       SUM(charge.amount * (1 - COALESCE(back.part, 0))
                           * CASE WHEN contract.ceiling_basis = 'gross'
                                  THEN COALESCE(line.price_total
                                                / NULLIF(line.price_subtotal, 0), 1)
                                  ELSE 1 END)
                  FROM service_charge charge
                  JOIN service_contract contract ON contract.id = charge.contract_id
                  JOIN account_move_line line ON line.id = charge.move_line_id
                  JOIN account_move move ON move.id = line.move_id
                  LEFT JOIN LATERAL (
                       SELECT SUM(refund.amount_untaxed) / NULLIF(move.amount_untaxed, 0) AS part
                         FROM account_move refund
                        WHERE refund.reversed_entry_id = move.id AND refund.state = 'posted'
                          AND refund.service_from_charges IS NOT TRUE
                  ) back ON TRUE
                 WHERE charge.contract_id IN %(contracts)s
                   AND charge.state IN ('draft', 'billed')
                   AND charge.payer = 'customer'
                 GROUP BY 1, 2, 3
                """,
                contracts=tuple(self.ids),
            )
        )
        for contract_id, currency_id, day, amount in rows:
            contract = self.browse(contract_id)
            currency = self.env["res.currency"].browse(currency_id)
            used[contract] += contract._in_own_currency(float(amount), currency, day)
        return {contract: contract.currency_id.round(used[contract]) for contract in self}

    def _ceiling_to_hand_over(self, day):
        """EXTENDS service_contract: what waits for its bill is the present customer's."""
        # Superuser: the sum only is used, whoever hands a contract over.
        waiting = (
            self.env["service.charge"]
            .sudo()
            .search(
                [
                    ("contract_id", "=", self.id),
                    ("state", "=", "to_bill"),
                    ("payer", "=", "customer"),
                    ("date", "<", day),
                ]
            )
        )
        return super()._ceiling_to_hand_over(day) - sum(waiting._ceiling_amounts().values())

    def _in_own_currency(self, amount, currency, day):
        """An amount in the currency of this contract, by the rate of a day."""
        if currency == self.currency_id:
            return amount
        return currency._convert(amount, self.currency_id, self.company_id, day, round=False)


class ServiceCharge(models.Model):
    """What would exceed the value of a contract that stops there is not billed."""

    _inherit = "service.charge"

    def _lock_to_bill(self):
        """EXTENDS service_billing: charges beyond the value of their contract wait."""
        charges = super()._lock_to_bill()
        held = charges._beyond_ceiling()
        if held and held == charges:
            contract = held.contract_id[0]
            raise UserError(
                self.env._(
                    "%(text)s Contract %(contract)s stops at its value, so nothing more of it is "
                    "billed. Raise the value by an annex first.",
                    text=contract._ceiling_text(),
                    contract=contract.name,
                )
            )
        for contract, waiting in held.grouped("contract_id").items():
            # Superuser: who bills need not write contracts. No amount: technicians read it, too.
            contract.sudo()._message_log(
                body=self.env._(
                    "Not billed, as the contract stops at its value: %s charges.", len(waiting)
                )
            )
        return charges - held

    def _beyond_ceiling(self):
        """Those of these charges, in their order, from which on a contract's value is exceeded."""
        # Superuser: the value of a contract is asked for whoever bills, and changed by nobody.
        charges = self.sudo()
        mine = charges.filtered(
            lambda charge: charge.payer == "customer"
            and charge.contract_id.ceiling_stop
            and charge.contract_id.ceiling_amount
        )
        contracts = mine.contract_id
        claim(contracts)
        left = {
            contract.id: contract.ceiling_amount - used
            for contract, used in contracts._ceiling_used().items()
        }
        amounts = mine._ceiling_amounts()
        held = charges.browse()
        for charge in mine:
            contract = charge.contract_id
            if contract in held.contract_id:
                held |= charge
                continue
            left[contract.id] -= amounts[charge]
            if contract.currency_id.compare_amounts(left[contract.id], 0) < 0:
                held |= charge
        return held.with_env(self.env)

    def _ceiling_amounts(self):
        """What each of these charges takes of the value of its contract: ``{charge: amount}``."""
        # Superuser: which tax a payer has is told by the sum only.
        positions = {
            (company, payer): self.env["account.fiscal.position"]
            .sudo()
            .with_company(company)
            ._get_fiscal_position(payer)
            for company, payer in self.grouped(lambda each: (each.company_id, each.partner_id))
        }
        return {
            charge: charge._ceiling_amount(positions[charge.company_id, charge.partner_id])
            for charge in self
        }

    def _ceiling_amount(self, position):
        """What one charge takes of the value of its contract, in its currency.

        :param position: fiscal position of the payer, which maps the taxes of the product
        """
        amount = self.amount
        if self.contract_id.ceiling_basis == "gross":
            # Superuser: which tax a product has is told by the sum only.
            company = self.company_id.sudo()
            taxes = self.product_id.sudo().taxes_id._filter_taxes_by_company(company)
            taxes = position.map_tax(taxes or company.account_sale_tax_id)
            amount = taxes.compute_all(amount, self.currency_id)["total_included"]
        return self.contract_id._in_own_currency(amount, self.currency_id, self.date)
