from odoo import fields, models

#: Stages at which an order still waits for its device.
AWAITED_KINDS = ("new", "accepted", "planned")


class ServiceDevicePlacement(models.Model):
    """Devices that an order moves: into the workshop, with a courier, lent for the time of it."""

    _inherit = "service.device.placement"

    order_id = fields.Many2one(
        "service.order",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="The order for which the device was moved.",
    )

    def _move_orders_on(self):
        """Orders follow their device: received it is worked on, given back it is to be settled."""
        for placement in self:
            order = placement.order_id
            if not order or placement.device_id != order.device_id:
                continue
            if placement.kind == "workshop" and order.stage_kind in AWAITED_KINDS:
                order._move_to_kind("working")
            elif placement.kind == "customer" and order._ends_with_return():
                order._move_to_kind("to_settle")
