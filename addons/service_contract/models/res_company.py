from odoo import fields, models


class ResCompany(models.Model):
    """When people are told of contracts, and who."""

    _inherit = "res.company"

    service_contract_days = fields.Integer(
        "Days before a Term Ends",
        default=60,
        help="So many days before its fixed term ends, somebody is told of a contract.",
    )
    service_contract_user_id = fields.Many2one(
        "res.users",
        "Looks after Contracts",
        domain="[('share', '=', False)]",
        help="Is told of contracts that name no responsible person.",
    )

    _service_contract_days_positive = models.Constraint(
        "CHECK(service_contract_days BETWEEN 0 AND 730)",
        "People are told 0 to 730 days before a fixed term ends.",
    )
