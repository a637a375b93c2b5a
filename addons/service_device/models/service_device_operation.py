from typing import NamedTuple

from odoo import api, fields, models

OPERATIONS = [
    ("prepare", "Prepare for a Customer"),
    ("install", "Install at a Customer"),
    ("loan", "Lend to a Customer"),
    ("move", "Move to Another Place"),
    ("swap", "Swap with Another Device"),
    ("owner", "Change Owner or Customer, Without a Move"),
    ("courier", "Hand to a Courier"),
    ("workshop", "Take to the Workshop"),
    ("take_back", "Take Back to Stock"),
    ("scrap", "Scrap"),
]


class Operation(NamedTuple):
    """What an operation does: from which kinds of placement it leads to which kind and status."""

    sources: tuple
    kind: str
    status: str = ""


AWAY = ("stock", "workshop", "courier")
# A swap and a change of owner are told by the device's own place: see the wizard.
OPERATION_RULES = {
    "prepare": Operation(("stock", "workshop"), "stock", "prepared"),
    "install": Operation(AWAY, "customer"),
    "loan": Operation(AWAY, "customer", "loaned"),
    "move": Operation(("customer",), "customer"),
    "swap": Operation(("customer",), "stock"),
    "owner": Operation(("customer",), "customer"),
    "courier": Operation(("customer", "stock", "workshop"), "courier"),
    "workshop": Operation(("customer", "stock", "courier"), "workshop"),
    "take_back": Operation(("customer", "workshop", "courier"), "stock"),
    "scrap": Operation(("customer", *AWAY), "scrap"),
}


class ServiceDevicePlacement(models.Model):
    """By which operation a device came where it is, and which device it replaced there."""

    _inherit = "service.device.placement"

    operation = fields.Selection(
        OPERATIONS, readonly=True, help="What was done then; empty when it was not said."
    )
    replaced_device_id = fields.Many2one(
        "service.device",
        string="Replaces",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="The device whose place this one took.",
    )


class ServiceDevice(models.Model):
    """Which operations fit where devices are, from when on, and the protocols of past ones."""

    _inherit = "service.device"

    protocol_line_ids = fields.One2many(
        "service.device.protocol.line", "device_id", string="Protocol Lines"
    )
    protocol_count = fields.Integer(string="Protocols", compute="_compute_protocol_count")

    @api.depends("protocol_line_ids")
    def _compute_protocol_count(self):
        for device in self:
            device.protocol_count = len(device.protocol_line_ids.protocol_id)

    def action_open_protocols(self):
        """Open the handover and return protocols of these devices."""
        protocols = self.protocol_line_ids.protocol_id
        return protocols._get_records_action(name=self.env._("Protocols"))

    def _get_fitting_operations(self):
        """The operations that fit where all of these devices are now.

        :return: list of keys of `OPERATIONS`, in that order
        """
        kinds = set(self.placement_id.mapped("kind"))
        fitting = [
            operation
            for operation, _label in OPERATIONS
            if kinds and kinds.issubset(OPERATION_RULES[operation].sources)
        ]
        unfit = set()
        if len(self) != 1:
            unfit.add("swap")
        if set(self.mapped("owner")) != {"own"}:
            unfit |= {"prepare", "loan"}
        if set(self.mapped("status")) == {"prepared"}:
            unfit.add("prepare")
        return [operation for operation in fitting if operation not in unfit]

    def _get_options_along(self):
        """The options of these devices that stand with them, and so move along."""
        return self.child_ids.filtered(
            lambda option: option.placement_id.kind == option.parent_id.placement_id.kind
            and option.customer_id == option.parent_id.customer_id
        )

    def _get_move_limits(self):
        """The earliest moment at which a move of each device can still be recorded.

        Upper addons raise it to their own later records (what is billed, for one).

        :return: ``{device: (datetime in UTC, a sentence that says what stands there)}``
        """
        limits = {}
        for device in self:
            placement = device.placement_id
            if placement:
                when = fields.Datetime.context_timestamp(device, placement.date_start)
                limits[device] = (
                    placement.date_start,
                    self.env._(
                        "%(device)s is where it is since %(date)s.",
                        device=device.name,
                        date=when.strftime("%d.%m.%Y %H:%M"),
                    ),
                )
        return limits
