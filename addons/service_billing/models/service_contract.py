from odoo import fields, models


class ServiceContract(models.Model):
    _inherit = "service.contract"

    charge_ids = fields.One2many("service.charge", "contract_id", string="Charges")
    charge_count = fields.Integer(
        string="Number of Charges",
        compute="_compute_charge_count",
        groups="service_customer.group_service_dispatcher,service_customer.group_service_accounting",
    )

    def _compute_charge_count(self):
        counts = dict(
            self.env["service.charge"]._read_group(
                [("contract_id", "in", self.ids)], ["contract_id"], ["__count"]
            )
        )
        for contract in self:
            contract.charge_count = counts.get(contract, 0)

    def action_open_charges(self):
        """Open what has been charged under this contract."""
        self.ensure_one()
        return self.env["service.charge"]._get_charges_action(
            contract_id=self.id, customer_id=self.customer_id.id
        )
