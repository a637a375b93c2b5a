from odoo import Command, api, fields, models
from odoo.exceptions import UserError

#: So many of the customer's devices are proposed at once; more are found by search.
PROPOSED = 200


class ServiceContractJoin(models.TransientModel):
    """Puts many devices of the customer on a contract at once."""

    _name = "service.contract.join"
    _description = "Add Devices to Contract"
    _check_company_auto = True

    contract_id = fields.Many2one("service.contract", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="contract_id.company_id")
    customer_id = fields.Many2one(related="contract_id.customer_id")
    group_count = fields.Integer(related="contract_id.group_count")
    group_id = fields.Many2one(
        "service.billing.group",
        string="Billing Group",
        compute="_compute_from_contract",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('contract_id', '=', contract_id)]",
    )
    date_start = fields.Date(
        "From",
        required=True,
        compute="_compute_from_contract",
        store=True,
        readonly=False,
        precompute=True,
    )
    free_device_ids = fields.Many2many("service.device", compute="_compute_free_device_ids")
    device_ids = fields.Many2many(
        "service.device",
        string="Devices",
        compute="_compute_device_ids",
        store=True,
        readonly=False,
        check_company=True,
        domain="[('id', 'in', free_device_ids)]",
    )

    @api.depends("contract_id")
    def _compute_from_contract(self):
        today = fields.Date.context_today(self)
        for join in self:
            contract = join.contract_id
            is_draft = contract.state == "draft"
            join.date_start = contract.date_start if is_draft else max(today, contract.date_start)
            join.group_id = contract.group_ids[:1]

    @api.depends("contract_id", "date_start")
    def _compute_free_device_ids(self):
        for join in self:
            join.free_device_ids = join.contract_id._free_devices(join.date_start)

    @api.depends("contract_id")
    def _compute_device_ids(self):
        for join in self:
            join.device_ids = join.free_device_ids[:PROPOSED]

    def action_join(self):
        """Let the chosen devices join the contract."""
        self.ensure_one()
        if not self.device_ids:
            raise UserError(self.env._("No device is chosen. Add the devices that join."))
        self.contract_id.device_ids = [
            Command.create(
                {
                    "device_id": device.id,
                    "date_start": self.date_start,
                    "group_id": self.group_id.id,
                }
            )
            for device in self.device_ids
        ]
        return {"type": "ir.actions.act_window_close"}
