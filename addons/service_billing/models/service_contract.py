from collections import defaultdict

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

    @api.model
    def _used(self, uses):
        """EXTENDS service_contract: what the charges of these contracts have consumed."""
        used = super()._used(uses)
        if not uses:
            return used
        # Superuser: the cover asks for whoever records work, and tells only the sum.
        rows = (
            self.env["service.charge"]
            .sudo()
            ._read_group(
                [
                    ("coverage_id", "in", [use.coverage.id for use in uses]),
                    ("contract_id", "in", [use.contract.id for use in uses]),
                    ("date", ">=", min(use.start for use in uses)),
                    # Corrected to zero: what is charged anew consumes it.
                    ("is_reopened", "=", False),
                ],
                ["coverage_id", "contract_id", "device_id", "date:day"],
                ["coverage_used:sum"],
            )
        )
        consumed = defaultdict(list)
        for coverage, contract, device, day, quantity in rows:
            consumed[coverage.id, contract.id].append((device, day, quantity))
        for use in uses:
            used[use] += sum(
                quantity
                for device, day, quantity in consumed[use.coverage.id, use.contract.id]
                if use.start <= day < use.stop and (not use.device or use.device.id == device.id)
            )
        return used

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
