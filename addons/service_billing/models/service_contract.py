from odoo import api, fields, models
from odoo.exceptions import UserError


class ServiceContract(models.Model):
    _inherit = "service.contract"

    charge_ids = fields.One2many("service.charge", "contract_id", string="Charges")
    charge_count = fields.Integer(
        string="Number of Charges",
        compute="_compute_charge_count",
        groups="service_customer.group_service_dispatcher,service_customer.group_service_accounting",
    )

    def _compute_charge_count(self):
        counts = self.env["service.charge"]._count_by("contract_id", self)
        for contract in self:
            contract.charge_count = counts.get(contract, 0)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_charged(self):
        """What was charged is explained by its contract."""
        # Superuser: who deletes a contract need not see charges.
        charged = self.sudo().filtered("charge_ids")
        if charged:
            raise UserError(
                self.env._(
                    "Something was charged under contract %s, so it cannot be deleted. Cancel or "
                    "end it instead.",
                    charged[0].name,
                )
            )

    def action_open_charges(self):
        """Open what has been charged under this contract."""
        return self.env["service.charge"]._get_charges_action("contract_id", self)
