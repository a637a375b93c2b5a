from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.service_device import OWNERS

# In which kinds of placement a device must be for an operation.
OPERATION_FROM = {
    "install": ("stock", "workshop", "courier"),
    "move": ("customer",),
    "workshop": ("customer", "stock", "courier"),
    "take_back": ("customer", "workshop", "courier"),
    "scrap": ("customer", "stock", "workshop", "courier"),
}
OPERATION_KIND = {
    "install": "customer",
    "move": "customer",
    "workshop": "workshop",
    "take_back": "stock",
    "scrap": "scrap",
}


class ServiceDeviceMove(models.TransientModel):
    """Installs, moves, takes back or scraps devices: one placement for each device.

    Upper addons add fields for what else happens then (readings, contract) and extend
    `_prepare_placement_vals` or `_apply`.
    """

    _name = "service.device.move"
    _description = "Move Devices"
    _check_company_auto = True

    device_ids = fields.Many2many(
        "service.device", string="Devices", required=True, check_company=True
    )
    device_count = fields.Integer(compute="_compute_device_count")
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    operation = fields.Selection(
        [
            ("install", "Install at a Customer"),
            ("move", "Move to Another Place"),
            ("workshop", "Take to the Workshop"),
            ("take_back", "Take Back to Stock"),
            ("scrap", "Scrap"),
        ],
        required=True,
        default="install",
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    customer_id = fields.Many2one(
        "res.partner",
        compute="_compute_customer_id",
        store=True,
        readonly=False,
        check_company=True,
        domain="[('parent_id', '=', False), ('type', '!=', 'location')]",
    )
    location_id = fields.Many2one(
        "res.partner",
        string="Location",
        compute="_compute_location_id",
        store=True,
        readonly=False,
        check_company=True,
        domain="[('type', '=', 'location'), ('commercial_partner_id', '=?', customer_id)]",
    )
    owner = fields.Selection(
        OWNERS,
        compute="_compute_owner",
        store=True,
        readonly=False,
        help="Whose the device is from now on; empty: as before.",
    )
    stock_location_id = fields.Many2one(
        "stock.location",
        string="Put To",
        check_company=True,
        domain="[('usage', '=', 'internal')]",
        help="Where the device is put; empty: the main warehouse's stock.",
    )
    note = fields.Char()

    @api.model
    def default_get(self, fields_list):
        """Take the devices that are selected in a list."""
        defaults = super().default_get(fields_list)
        context = self.env.context
        if "device_ids" in fields_list and context.get("active_model") == "service.device":
            defaults.setdefault("device_ids", context.get("active_ids", []))
        return defaults

    @api.depends("device_ids")
    def _compute_device_count(self):
        for wizard in self:
            wizard.device_count = len(wizard.device_ids)

    @api.depends("device_ids")
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.device_ids.company_id[:1] or self.env.company

    @api.depends("device_ids", "operation")
    def _compute_customer_id(self):
        """The customer at whom all the devices are, if it is one."""
        for wizard in self:
            customers = wizard.device_ids.customer_id
            if not wizard.customer_id and len(customers) == 1:
                wizard.customer_id = customers

    @api.depends("customer_id")
    def _compute_location_id(self):
        """A location of another customer is never meant."""
        for wizard in self:
            if wizard.location_id.commercial_partner_id != wizard.customer_id:
                wizard.location_id = False

    @api.depends("device_ids")
    def _compute_owner(self):
        for wizard in self:
            owners = set(wizard.device_ids.mapped("owner"))
            wizard.owner = owners.pop() if len(owners) == 1 else False

    def action_apply(self):
        """Record the move of the devices and close the dialog."""
        self.ensure_one()
        self._check_operation()
        self._apply()
        return {"type": "ir.actions.act_window_close"}

    def _apply(self):
        """Place the devices.

        :return: the new `service.device.placement` records
        """
        return self.env["service.device.placement"].create(
            [self._prepare_placement_vals(device) for device in self.device_ids]
        )

    def _check_operation(self):
        """Refuse an operation that makes no sense for where a device is now."""
        allowed = OPERATION_FROM[self.operation]
        wrong = self.device_ids.filtered(lambda device: device.placement_id.kind not in allowed)
        if wrong:
            labels = dict(self._fields["operation"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "“%(operation)s” does not fit where these devices are now: %(devices)s."
                    " Choose another operation, or leave them out.",
                    operation=labels[self.operation],
                    devices=", ".join(wrong.mapped("name")),
                )
            )
        if OPERATION_KIND[self.operation] == "customer" and not self.customer_id:
            raise UserError(self.env._("Choose the customer to whom the devices go."))

    def _get_date_start(self, device):
        """The moment of the move: received and installed within one second comes one after the
        other."""
        here_since = device.placement_id.date_start
        return self.date + timedelta(seconds=1) if self.date == here_since else self.date

    def _prepare_placement_vals(self, device):
        """Values of the placement with which this operation ends for one device."""
        self.ensure_one()
        kind = OPERATION_KIND[self.operation]
        owner = self.owner or device.owner
        vals = {
            "device_id": device.id,
            "date_start": self._get_date_start(device),
            "kind": kind,
            "owner": owner,
            "note": self.note,
        }
        if kind == "customer":
            return vals | {"customer_id": self.customer_id.id, "location_id": self.location_id.id}
        if kind in ("stock", "workshop"):
            vals["stock_location_id"] = self.stock_location_id.id
        # In the workshop it still is the customer's case; else only if it is the customer's own.
        if kind == "workshop" or owner != "own":
            vals["customer_id"] = device.customer_id.id
            vals["location_id"] = device.location_id.id
        return vals
