from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import clean_context


class ServiceContractBuyout(models.TransientModel):
    """The customer buys devices of a contract: they are its own from then on."""

    _name = "service.contract.buyout"
    _description = "Buy-Out of Devices"
    _check_company_auto = True

    contract_id = fields.Many2one("service.contract", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="contract_id.company_id")
    candidate_ids = fields.Many2many("service.device", compute="_compute_candidate_ids")
    device_ids = fields.Many2many(
        "service.device",
        string="Devices",
        compute="_compute_device_ids",
        store=True,
        readonly=False,
        check_company=True,
        domain="[('id', 'in', candidate_ids)]",
    )
    date = fields.Datetime(
        "Bought On",
        required=True,
        default=fields.Datetime.now,
        help="From that moment on the devices are the customer's.",
    )
    note = fields.Char()

    @api.depends("contract_id")
    def _compute_candidate_ids(self):
        for wizard in self:
            devices = wizard.contract_id.device_ids._today().device_id
            wizard.candidate_ids = devices.filtered(lambda device: device.owner != "customer")

    @api.depends("contract_id")
    def _compute_device_ids(self):
        for wizard in self:
            wizard.device_ids = wizard.candidate_ids

    def action_buy_out(self):
        """Record the change of owner; devices leave a contract that is not for their new owner."""
        self.ensure_one()
        if not self.device_ids or self.device_ids - self.candidate_ids:
            raise UserError(
                self.env._(
                    "No device is chosen. Only devices of the contract that are not the customer's "
                    "already can be bought out."
                )
            )
        # The contract that the dialog was opened for is no default of what is made here: the moved
        # devices would join it again.
        # pylint: disable-next=context-overridden
        wizard = self.with_context(clean_context(self.env.context))
        wizard._buy_out()
        return {"type": "ir.actions.act_window_close"}

    def _buy_out(self):
        """Give the devices to the customer; upper addons charge the price."""
        note = self.note or self.env._("Buy-out, %s", self.contract_id.name)
        # Each stays where it stands: a move has one place.
        for location, devices in self.device_ids.grouped("location_id").items():
            move = self.env["service.device.move"].create(
                {
                    "device_ids": devices.ids,
                    "operation": "owner",
                    "date": self.date,
                    "customer_id": self.contract_id.customer_id.id,
                    "location_id": location.id,
                    "owner": "customer",
                    "note": note,
                }
            )
            move.action_apply()
