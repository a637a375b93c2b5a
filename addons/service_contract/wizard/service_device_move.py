from odoo import api, fields, models

#: Operations after which the devices may be on another contract than before.
JOINING_OPERATIONS = ("install", "move", "owner")


class ServiceDeviceMove(models.TransientModel):
    """Devices that come to a customer can join a contract from that day on."""

    _inherit = "service.device.move"

    contract_id = fields.Many2one(
        "service.contract",
        compute="_compute_contract_id",
        store=True,
        readonly=False,
        domain="[('customer_id', '=', customer_id), "
        "('state', 'not in', ('ended', 'terminated', 'cancelled'))]",
        check_company=True,
        help="The contract that the devices join on that day; none when empty.",
    )

    @api.depends("customer_id", "operation")
    def _compute_contract_id(self):
        """A contract of another customer is never meant."""
        for move in self:
            if (
                move.operation not in JOINING_OPERATIONS
                or move.contract_id.customer_id != move.customer_id
            ):
                move.contract_id = False

    def _apply(self):
        # EXTENDS service_device
        placements = super()._apply()
        contract = self.contract_id if self.operation in JOINING_OPERATIONS else False
        if contract:
            day = fields.Datetime.context_timestamp(self, self.date).date()
            devices = self.device_ids.filtered(
                # sudo: see service.contract.device; an option goes with its device.
                lambda device: not device.sudo().parent_id and device._get_contract(day) != contract
            )
            # Superuser: dispatchers install devices under contracts that managers made; they may
            # join a device by this wizard, and change nothing else of a contract.
            self.env["service.contract.device"].sudo().create(
                [
                    {
                        "contract_id": contract.id,
                        "device_id": device.id,
                        "date_start": max(day, contract.date_start),
                    }
                    for device in devices
                ]
            )
        return placements
