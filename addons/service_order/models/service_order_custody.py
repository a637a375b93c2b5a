from odoo import api, fields, models

from .service_stage import CLOSED_KINDS


class ServiceOrder(models.Model):
    """Who holds the order's device, and which device stands in for it.

    All of it is read from placements: an order moves devices only through their one dialog.
    """

    _inherit = "service.order"

    placement_ids = fields.One2many("service.device.placement", "order_id", string="Moves")
    protocol_ids = fields.One2many("service.device.protocol", "order_id", string="Protocols")
    protocol_count = fields.Integer("Number of Protocols", compute="_compute_protocol_count")
    device_placement_id = fields.Many2one(
        related="device_id.placement_id", string="Where the Device Is"
    )
    device_kind = fields.Selection(related="device_placement_id.kind", string="Device With")
    device_status = fields.Selection(related="device_id.status", string="Device Now")
    device_since = fields.Datetime(related="device_placement_id.date_start", string="Since")
    device_custodian_id = fields.Many2one(
        related="device_placement_id.custodian_id", string="In the Care of"
    )
    loaner_placement_ids = fields.One2many(
        "service.device.placement",
        "order_id",
        string="Loaners",
        domain=[("status", "=", "loaned")],
        help="Devices lent to the customer for the time of this order.",
    )
    loaner_ids = fields.Many2many(
        "service.device", string="Loaners Out", compute="_compute_loaner_ids"
    )

    @api.depends("protocol_ids")
    def _compute_protocol_count(self):
        for order in self:
            order.protocol_count = len(order.protocol_ids)

    @api.depends("loaner_placement_ids.date_end")
    def _compute_loaner_ids(self):
        for order in self:
            lent = order.loaner_placement_ids.filtered(lambda place: not place.date_end)
            order.loaner_ids = lent.device_id

    def _ends_with_return(self):
        """Whether nothing but settling is left once the customer has the device back."""
        self.ensure_one()
        return self.mode == "workshop" and self.stage_kind not in (*CLOSED_KINDS, "to_settle")

    # --- the dialog that moves devices ---

    def _open_device_move(self, name, operation, devices, **defaults):
        """The dialog that moves devices, for this order.

        :param operation: key of `service_device.models.service_device_operation.OPERATIONS`
        """
        self.ensure_one()
        values = {
            "order_id": self.id,
            "operation": operation,
            "device_ids": devices.ids,
            **defaults,
        }
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "service.device.move",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "dialog_size": "extra-large",
                **{f"default_{field}": value for field, value in values.items()},
            },
        }

    def action_receive_device(self):
        """Take the device into the workshop: its state, what came along, who brought it."""
        return self._open_device_move(
            self.env._("Receive in the Workshop"), "workshop", self.device_id
        )

    def action_give_back_device(self):
        """Give the repaired device back to the customer."""
        return self._open_device_move(
            self.env._("Give Back the Device"),
            "install",
            self.device_id,
            customer_id=self.customer_id.id,
            location_id=self.location_id.id,
        )

    def action_lend_device(self):
        """Lend a device of ours for the time of the order."""
        return self._open_device_move(
            self.env._("Lend a Device"),
            "loan",
            self.env["service.device"],
            customer_id=self.customer_id.id,
            location_id=self.location_id.id,
            return_due=self.repair_due and fields.Date.context_today(self, self.repair_due),
        )

    def action_take_back_loaners(self):
        """Take back the devices that were lent."""
        return self._open_device_move(
            self.env._("Take Back the Loaner"), "take_back", self.loaner_ids
        )

    def action_view_protocols(self):
        """Open the protocols of the devices that this order has moved."""
        return self.protocol_ids._get_records_action(name=self.env._("Protocols"))


class ServiceStageCondition(models.Model):
    """Conditions about who holds a device."""

    _inherit = "service.stage.condition"

    kind = fields.Selection(
        selection_add=[
            ("received", "Device in the Workshop"),
            ("returned", "Device Given Back"),
            ("loaner", "Loaner Taken Back"),
        ],
        ondelete={"received": "cascade", "returned": "cascade", "loaner": "cascade"},
    )

    def _is_met_received(self, order):
        """The device is in our workshop; an order without a device has none to receive."""
        return not order.device_id or order.device_kind == "workshop"

    def _is_met_returned(self, order):
        """The device is neither with us nor on its way."""
        return order.device_kind not in ("workshop", "courier")

    def _is_met_loaner(self, order):
        """No device of ours is lent for this order any more."""
        return not order.loaner_ids
