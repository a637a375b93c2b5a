from odoo import api, fields, models
from odoo.tools import format_amount

from .service_contract_lint import Finding

#: Per cent of the value of a contract from which people are told, and when it is used up.
CEILING_NEAR, CEILING_REACHED = 80, 100
MONEY_GROUPS = "service_customer.group_service_dispatcher,service_customer.group_service_accounting"


class ServiceContract(models.Model):
    """How much a contract may cost in all, as tenders say, and how much of it is left."""

    _inherit = "service.contract"

    purchase_order = fields.Char(
        copy=False, help="The customer's number that each invoice has to name."
    )
    ceiling_amount = fields.Monetary(
        "Value of the Contract",
        tracking=True,
        groups=MONEY_GROUPS,
        help="So much may be billed under this contract in all, as in public tenders; 0: no limit.",
    )
    ceiling_basis = fields.Selection(
        [("gross", "With Taxes"), ("net", "Without Taxes")],
        required=True,
        default="gross",
        groups=MONEY_GROUPS,
    )
    ceiling_stop = fields.Boolean(
        "Stop at the Value",
        tracking=True,
        groups=MONEY_GROUPS,
        help="What would exceed the value is not billed until the value is raised; else people are "
        "only warned.",
    )
    ceiling_used = fields.Monetary("Billed So Far", compute="_compute_ceiling", groups=MONEY_GROUPS)
    ceiling_left = fields.Monetary("Left", compute="_compute_ceiling", groups=MONEY_GROUPS)
    ceiling_percent = fields.Float(
        "Used (%)",
        compute="_compute_ceiling",
        groups=MONEY_GROUPS,
    )

    _ceiling_positive = models.Constraint(
        "CHECK(ceiling_amount IS NULL OR ceiling_amount >= 0)",
        "The value of a contract cannot be negative. Enter zero for no limit.",
    )

    @api.depends("ceiling_amount", "ceiling_basis")
    def _compute_ceiling(self):
        used = self.filtered("ceiling_amount")._origin._ceiling_used()
        for contract in self:
            amount = contract.ceiling_amount
            contract.ceiling_used = used.get(contract._origin, 0.0)
            contract.ceiling_left = amount - contract.ceiling_used if amount else 0.0
            contract.ceiling_percent = 100 * contract.ceiling_used / amount if amount else 0.0

    def _ceiling_text(self):
        """How much of the value is used."""
        return self.env._(
            "%(percent)s %% of the value of contract %(contract)s are used: %(used)s of %(value)s, "
            "%(left)s are left. Agree with the customer how it goes on.",
            percent=int(self.ceiling_percent),
            contract=self.name,
            used=format_amount(self.env, self.ceiling_used, self.currency_id),
            value=format_amount(self.env, self.ceiling_amount, self.currency_id),
            left=format_amount(self.env, self.ceiling_left, self.currency_id),
        )

    def _lint_contract(self):
        """EXTENDS service_contract: a value that is nearly or wholly used up."""
        findings = super()._lint_contract()
        if self.ceiling_amount and self.ceiling_percent >= CEILING_NEAR:
            findings.append(Finding("ceiling", self._ceiling_text(), self))
        return findings

    # ------------------------------------------------------------------ for upper addons

    def _ceiling_used(self):
        """How much was billed under each of these contracts, on its own basis: 0 until billing
        knows.

        :return: ``{contract: amount}``, in a constant number of queries
        """
        return dict.fromkeys(self, 0.0)

    def _ceiling_to_hand_over(self, day):
        """How much of its value goes along when this contract is another customer's from a day on.

        :param date day: the first day of the other customer
        """
        self.ensure_one()
        return self.ceiling_left
