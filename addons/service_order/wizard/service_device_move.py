from odoo import api, fields, models
from odoo.exceptions import UserError


class ServiceDeviceMove(models.TransientModel):
    """Devices that are moved for an order: received, given back, lent, taken back, sent."""

    _inherit = "service.device.move"

    order_id = fields.Many2one(
        "service.order", readonly=True, ondelete="cascade", check_company=True
    )
    is_receipt = fields.Boolean(compute="_compute_is_receipt")
    return_due = fields.Date("Expected Back", help="When a lent device should be with us again.")
    condition = fields.Text("Received Condition")
    accessory_ids = fields.Many2many("service.accessory", string="Accessories")
    photo_ids = fields.Many2many("ir.attachment", string="Photos")
    signed_by = fields.Char("Handed Over By / To", help="The customer's person who signs.")
    signature = fields.Image(max_width=1024, max_height=1024)

    @api.depends("order_id", "operation")
    def _compute_is_receipt(self):
        for wizard in self:
            wizard.is_receipt = bool(wizard.order_id) and wizard.operation == "workshop"

    def _check_operation(self):
        # EXTENDS service_device: what is moved for an order must be the order's
        super()._check_operation()
        order = self.order_id
        if not order:
            return
        order.check_access("read")
        if self.signature and not self.signed_by:
            raise UserError(self.env._("Enter the name of the person who signs."))
        if self.operation == "loan" and self.customer_id != order.customer_id:
            raise UserError(
                self.env._(
                    "Order %(order)s is %(customer)s's: a loaner goes to them, not to others.",
                    order=order.name,
                    customer=order.customer_id.display_name,
                )
            )
        theirs = order.device_id | order.loaner_ids
        if self.operation not in ("loan", "swap") and self.device_ids._origin - theirs:
            raise UserError(
                self.env._(
                    "%(devices)s is not a device of order %(order)s. Move it from its own form.",
                    devices=", ".join((self.device_ids._origin - theirs).mapped("name")),
                    order=order.name,
                )
            )

    def _prepare_placement_vals(self, device):
        # EXTENDS service_device
        vals = super()._prepare_placement_vals(device) | {"order_id": self.order_id.id}
        if vals.get("status") == "loaned":
            # Moved meanwhile, it is still lent for the same order and the same time.
            before = device.placement_id.filtered(lambda place: place.status == "loaned")
            vals["order_id"] = vals["order_id"] or before.order_id.id
            vals["return_due"] = self.return_due or before.return_due
        return vals

    def _apply(self):
        # EXTENDS service_device: sign the papers, then let the order follow its device
        placements = super()._apply()
        for protocol in self.protocol_ids.filtered("order_id"):
            # Photos belong to the paper: who may read it may see them.
            self.photo_ids.write({"res_model": protocol._name, "res_id": protocol.id})
            if self.signature:
                protocol.signature = self.signature
        if self.is_receipt:
            self.order_id._after_device_received()
        placements._move_orders_on()
        return placements

    @api.model
    def _get_protocol_place(self, before, after):
        # EXTENDS service_device: the workshop has papers of its own
        order = after.order_id
        if not order or after.device_id != order.device_id:
            return super()._get_protocol_place(before, after)
        if after.kind == "workshop":
            return ("receipt", before if before.kind == "customer" else after)
        if after.kind == "customer" and before.kind in ("workshop", "courier"):
            return ("release", after)
        # What a courier takes along is told by the parcel.
        return None if "courier" in (before.kind, after.kind) else ("return", before)

    def _prepare_protocol_vals(self, kind, customer, location, placements):
        # EXTENDS service_device
        vals = super()._prepare_protocol_vals(kind, customer, location, placements)
        if not self.order_id:
            return vals
        return vals | {
            "order_id": self.order_id.id,
            "condition": self.condition,
            "accessory_ids": self.accessory_ids.ids,
            "photo_ids": self.photo_ids.ids,
            "signed_by": self.signed_by,
        }
