from odoo import fields, models

from odoo.addons.service_contract.models.service_contract_defaults import from_type


class ServiceContractDefaults(models.AbstractModel):
    """Whether silence accepts work that was done."""

    _inherit = "service.contract.defaults"

    tacit_days = fields.Integer(
        "Silence Accepts After (Days)",
        help="Days after which work that nobody has signed counts as accepted, unless the customer "
        "has answered. The e-mail that asks says so. 0: silence says nothing.",
    )

    _tacit_days_natural = models.Constraint(
        "CHECK(COALESCE(tacit_days, 0) BETWEEN 0 AND 365)",
        "Silence accepts after up to 365 days. Enter 0 where it says nothing.",
    )


class ServiceContract(models.Model):
    """A contract's own rule on silence."""

    _inherit = "service.contract"

    tacit_days = fields.Integer(**from_type("tacit_days"))
