from odoo import api, fields, models
from odoo.exceptions import UserError


class ServiceDeviceMove(models.TransientModel):
    """Swap: one device leaves, another takes its place, both in one transaction."""

    _inherit = "service.device.move"

    replacement_id = fields.Many2one(
        "service.device",
        string="Replaced by",
        domain="[('company_id', '=', company_id), ('id', 'not in', device_ids),"
        " ('status', 'in', ('in_stock', 'prepared', 'in_workshop', 'with_courier'))]",
        help="The device that takes the place of the one that leaves.",
    )
    is_loaner = fields.Boolean(
        string="For a Time Only",
        help="The replacement is a loaner: it stays until the first device comes back.",
    )
    swap_to = fields.Selection(
        [("stock", "Stock"), ("workshop", "Workshop"), ("courier", "Courier")],
        string="The First Device Goes To",
        compute="_compute_swap_to",
        store=True,
        readonly=False,
    )

    @api.depends("is_loaner")
    def _compute_swap_to(self):
        """For what a loaner stands in is repaired; what is replaced for good goes to stock."""
        for wizard in self:
            wizard.swap_to = "workshop" if wizard.is_loaner else "stock"

    @api.depends("device_ids", "replacement_id", "operation")
    def _compute_moved_device_ids(self):
        # EXTENDS: what the other fields decide, too
        return super()._compute_moved_device_ids()

    def _get_moved_devices(self):
        # EXTENDS: the device that comes, with its options
        devices = super()._get_moved_devices()
        if self.operation != "swap":
            return devices
        replacement = self.replacement_id._origin
        return devices | replacement | replacement._get_options_along()

    def _is_incoming(self, device):
        """Whether this device is the replacement, or an option of it."""
        return self.operation == "swap" and self.replacement_id in (device, device.parent_id)

    def _check_operation(self):
        # EXTENDS: what a swap needs
        super()._check_operation()
        if self.operation != "swap":
            return
        if not self.replacement_id:
            raise UserError(self.env._("Choose the device that takes the place."))
        if self.replacement_id in self.device_ids:
            raise UserError(
                self.env._(
                    "%s cannot be swapped with itself. Choose another device.",
                    self.replacement_id.name,
                )
            )
        fitting = self.replacement_id._get_fitting_operations()
        if not {"install", "loan"} & set(fitting):
            raise UserError(
                self.env._(
                    "%s is not free: it must be in stock, in the workshop or on its way."
                    " Choose another device, or take it back first.",
                    self.replacement_id.name,
                )
            )

    def _prepare_placement_vals(self, device):
        # EXTENDS: each device of a swap goes to its own place
        vals = super()._prepare_placement_vals(device)
        if self.operation != "swap":
            return vals
        if not self._is_incoming(device):
            return self._prepare_vals_of_kind(device, self.swap_to)
        place = self.device_ids.placement_id
        return self._prepare_vals_of_kind(device, "customer") | {
            "customer_id": place.customer_id.id,
            "location_id": place.location_id.id,
            "custodian_id": (self.custodian_id or place.custodian_id).id,
            # The owner in the dialog is that of the device which leaves.
            "owner": device.owner,
            "status": "loaned" if self.is_loaner else "installed",
            "replaced_device_id": self.device_ids.id if device == self.replacement_id else False,
        }
