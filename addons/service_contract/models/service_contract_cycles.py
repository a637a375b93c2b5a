from odoo import fields, models

from .service_billing_group import TIMINGS
from .service_contract_defaults import from_type


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

    base_months = fields.Integer(**from_type("base_months", "contract_id"))
    base_timing = fields.Selection(**from_type("base_timing", "contract_id"))
    usage_months = fields.Integer(**from_type("usage_months", "contract_id"))
    settlement_months = fields.Integer(**from_type("settlement_months", "contract_id"))
