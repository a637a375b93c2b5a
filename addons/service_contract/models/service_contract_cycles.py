from odoo import api, fields, models

from .service_billing_group import TIMINGS

#: What a group of a contract takes from the contract's type.
CYCLES = ("base_months", "base_timing", "usage_months", "settlement_months")


class ServiceContractType(models.Model):
    """In which cycles contracts of a type are usually billed."""

    _inherit = "service.contract.type"

    base_months = fields.Integer("Base Fee Every (Months)", required=True, default=1)
    base_timing = fields.Selection(TIMINGS, required=True, default="advance")
    usage_months = fields.Integer("Pages Every (Months)", required=True, default=1)
    settlement_months = fields.Integer("Minimum Every (Months)", required=True, default=1)

    _cycles_positive = models.Constraint(
        "CHECK(base_months > 0 AND usage_months > 0 AND settlement_months > 0)",
        "A cycle takes at least one month. Enter 1 or more.",
    )
    _cycles_settlement = models.Constraint(
        "CHECK(settlement_months % usage_months = 0)",
        "A minimum is settled over whole periods of pages: choose a multiple of their months.",
    )


class ServiceBillingGroup(models.Model):
    """A group begins with the usual cycles of its contract's type."""

    _inherit = "service.billing.group"

    @api.model_create_multi
    def create(self, vals_list):
        """EXTENDS service_contract: cycles that are not named are those of the contract's type."""
        contracts = self.env["service.contract"]
        for vals in vals_list:
            usual = contracts.browse(vals.get("contract_id")).type_id
            for name in CYCLES:
                if usual:
                    vals.setdefault(name, usual[name])
        return super().create(vals_list)


class ServiceContract(models.Model):
    """The form shows the usual cycles as soon as the type is chosen."""

    _inherit = "service.contract"

    @api.onchange("type_id")
    def _onchange_type_cycles(self):
        for group in self.group_ids.filtered(lambda group: not group._origin):
            for name in CYCLES if self.type_id else ():
                group[name] = self.type_id[name]
