from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..models.service_device import OWNERS
from ..models.service_device_operation import OPERATION_RULES, OPERATIONS

# Operations that name the customer at whom the devices are from then on.
CUSTOMER_OPERATIONS = tuple(
    operation for operation, rule in OPERATION_RULES.items() if rule.kind == "customer"
)


class ServiceDeviceMove(models.TransientModel):
    """Installs, moves, lends, takes back or scraps devices: one placement for each device.

    Everything is recorded in one transaction, so an error leaves all as it was. Upper addons add
    fields for what else happens then (readings, contract) and extend `_prepare_placement_vals` or
    `_apply`.
    """

    _name = "service.device.move"
    _description = "Move Devices"
    _check_company_auto = True

    # Of one company, which `_check_companies` says in words.
    device_ids = fields.Many2many("service.device", string="Devices", required=True)
    device_count = fields.Integer(compute="_compute_device_count")
    moved_device_ids = fields.Many2many(
        "service.device",
        string="Devices That Move",
        compute="_compute_moved_device_ids",
        help="The chosen devices, and the options that stand with them.",
    )
    has_options = fields.Boolean(compute="_compute_moved_device_ids")
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    offered_operations = fields.Json(
        compute="_compute_offered_operations",
        help="The operations that fit where the devices are now.",
    )
    operation = fields.Selection(OPERATIONS, required=True, default="install")
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    date_limit_note = fields.Char(
        string="Not Earlier Than",
        compute="_compute_date_limit_note",
        help="What is recorded already and a move cannot precede.",
    )
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
    custodian_id = fields.Many2one(
        "res.partner",
        check_company=True,
        domain="[('type', '!=', 'location'), ('commercial_partner_id', '=?', customer_id)]",
        help="The person who looks after the devices there.",
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
        """Take the devices that are selected in a list, and what fits them first."""
        defaults = super().default_get(fields_list)
        context = self.env.context
        if (
            "device_ids" in fields_list
            and "device_ids" not in defaults
            and context.get("active_model") == "service.device"
        ):
            devices = self.env["service.device"].browse(context.get("active_ids", []))
            defaults["device_ids"] = [Command.set(devices.ids)]
            fitting = devices._get_fitting_operations()
            if fitting and "default_operation" not in context:
                defaults["operation"] = fitting[0]
        return defaults

    @api.depends("device_ids")
    def _compute_device_count(self):
        for wizard in self:
            wizard.device_count = len(wizard.device_ids)

    @api.depends("device_ids")
    def _compute_moved_device_ids(self):
        for wizard in self:
            wizard.moved_device_ids = wizard._get_moved_devices()
            wizard.has_options = len(wizard.moved_device_ids) > len(wizard.device_ids)

    @api.depends("device_ids")
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.device_ids.company_id[:1] or self.env.company

    @api.depends("device_ids")
    def _compute_offered_operations(self):
        for wizard in self:
            # The dialog may open before a device is chosen, for a loan: never an empty list.
            wizard.offered_operations = wizard.device_ids._origin._get_fitting_operations() or [
                wizard.operation
            ]

    @api.depends("device_ids")
    def _compute_date_limit_note(self):
        for wizard in self:
            limits = wizard.moved_device_ids._origin._get_move_limits().values()
            wizard.date_limit_note = max(limits)[1] if limits else False

    @api.depends("device_ids", "operation")
    def _compute_customer_id(self):
        """The customer at whom all the devices are, if it is one."""
        for wizard in self:
            customers = wizard.device_ids.customer_id
            if not wizard.customer_id and len(customers) == 1:
                wizard.customer_id = customers

    @api.depends("customer_id", "operation")
    def _compute_location_id(self):
        """A location of another customer is never meant; without a move it is where they are."""
        for wizard in self:
            if wizard.location_id.commercial_partner_id != wizard.customer_id:
                wizard.location_id = False
            here = wizard.device_ids.location_id
            if wizard.operation == "owner" and len(here) == 1 and not wizard.location_id:
                fits = here.commercial_partner_id == wizard.customer_id
                wizard.location_id = fits and here

    @api.depends("device_ids")
    def _compute_owner(self):
        for wizard in self:
            owners = set(wizard.device_ids.mapped("owner"))
            wizard.owner = owners.pop() if len(owners) == 1 else False

    def action_apply(self):
        """Record the move of the devices and close the dialog."""
        self.ensure_one()
        self._check_operation()
        self._check_date()
        self._apply()
        return {"type": "ir.actions.act_window_close"}

    def _apply(self):
        """Place the devices.

        :return: the new `service.device.placement` records
        """
        return self.env["service.device.placement"].create(
            [self._prepare_placement_vals(device) for device in self._get_moved_devices()]
        )

    def _get_moved_devices(self):
        """The devices that are placed anew: the chosen ones and the options that stand there."""
        devices = self.device_ids._origin
        return devices | devices._get_options_along()

    # --- checks ---

    def _check_operation(self):
        """Refuse an operation that makes no sense for where a device is now."""
        self._check_companies()
        devices = self.device_ids
        if self.operation == "swap" and len(devices) != 1:
            raise UserError(self.env._("Swap one device at a time: choose one device."))
        wrong = devices.filtered(
            lambda device: self.operation not in device._get_fitting_operations()
        )
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
        if self.operation in CUSTOMER_OPERATIONS and not self.customer_id:
            raise UserError(self.env._("Choose the customer to whom the devices go."))
        if self.operation == "owner" and not self._is_change_of_owner():
            raise UserError(
                self.env._(
                    "Nothing would change: the devices belong to this owner and stand at this"
                    " customer already. Choose another owner or customer."
                )
            )

    def _check_companies(self):
        companies = self._get_moved_devices().company_id
        if len(companies) > 1:
            raise UserError(
                self.env._(
                    "These devices belong to several companies: %s."
                    " Move the devices of one company at a time.",
                    ", ".join(companies.mapped("name")),
                )
            )

    def _is_change_of_owner(self):
        return any(
            device.customer_id != self.customer_id or (self.owner and device.owner != self.owner)
            for device in self.device_ids
        )

    def _check_date(self):
        """Refuse a moment before what is recorded of a device already, and say what that is."""
        for limit, reason in self._get_moved_devices()._get_move_limits().values():
            if self.date < limit:
                raise UserError(self.env._("%s Choose a later date for this move.", reason))

    # --- values ---

    def _get_date_start(self, device):
        """The moment of the move: received and installed within one second comes one after the
        other."""
        here_since = device.placement_id.date_start
        return self.date + timedelta(seconds=1) if self.date == here_since else self.date

    def _prepare_placement_vals(self, device):
        """Values of the placement with which this operation ends for one device."""
        self.ensure_one()
        rule = OPERATION_RULES[self.operation]
        vals = self._prepare_vals_of_kind(device, rule.kind)
        if rule.status:
            vals["status"] = rule.status
        elif self.operation in ("move", "owner"):
            # A loaner that is moved is still lent.
            vals["status"] = device.status
        return vals

    def _prepare_vals_of_kind(self, device, kind):
        owner = self.owner or device.owner
        vals = {
            "device_id": device.id,
            "date_start": self._get_date_start(device),
            "kind": kind,
            "operation": self.operation,
            "owner": owner,
            "custodian_id": self.custodian_id.id,
            "note": self.note,
        }
        if kind == "customer":
            location, custodian = self.location_id, self.custodian_id
            if self.operation == "owner" and device.customer_id == self.customer_id:
                # Nobody carried it anywhere: each device stays where and with whom it is.
                location = location or device.location_id
                custodian = custodian or device.placement_id.custodian_id
            return vals | {
                "customer_id": self.customer_id.id,
                "location_id": location.id,
                "custodian_id": custodian.id,
            }
        if kind in ("stock", "workshop"):
            vals["stock_location_id"] = self.stock_location_id.id
        # In the workshop it still is the customer's case; else only if it is the customer's own.
        if kind in ("workshop", "courier") or owner != "own":
            vals["customer_id"] = device.customer_id.id
            vals["location_id"] = device.location_id.id
        return vals
