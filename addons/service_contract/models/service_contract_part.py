from odoo import models

#: What decides in whose company a record is.
OWNERS = frozenset({"contract_id", "company_id"})


class ServiceContractPart(models.AbstractModel):
    """A contract or what belongs to one: nobody gives it to a company in which he may not write."""

    _name = "service.contract.part"
    _description = "Part of a Contract"

    def write(self, vals):
        """Record rules are asked about what a record was; here also about what it has become."""
        result = super().write(vals)
        if vals.keys() & OWNERS:
            self.check_access("write")
        return result
