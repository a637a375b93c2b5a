from odoo import api, fields, models


class ServiceOrder(models.Model):
    """The parcels of an order, and how it follows them."""

    _inherit = "service.order"

    parcel_ids = fields.One2many("service.parcel", "order_id", string="Parcels")
    parcel_to_send_count = fields.Integer(
        "Parcels to Be Sent", compute="_compute_parcel_to_send_count"
    )

    @api.depends("parcel_ids.state")
    def _compute_parcel_to_send_count(self):
        for order in self:
            # sudo: technicians see no parcels; only a number leaves here.
            drafts = order.sudo().parcel_ids.filtered(lambda parcel: parcel.state == "draft")
            order.parcel_to_send_count = len(drafts)

    def _get_parcels_on_way(self):
        """Parcels that the customer awaits, for messages."""
        return self.parcel_ids.filtered(
            lambda parcel: parcel.direction == "out" and parcel.state == "sent"
        )

    def _get_outgoing(self):
        """Parcels to the customer that count: those that came back or were lost do not."""
        self.ensure_one()
        return self.parcel_ids.filtered(
            lambda parcel: parcel.direction == "out" and parcel.state not in ("returned", "lost")
        )

    def _create_parcel(self):
        """Pack what is to be sent, unless a parcel waits already.

        Goods that are planned and in no parcel yet go in, and the device when it is with us.

        :return: the `service.parcel` that waits to be sent
        """
        self.ensure_one()
        waiting = self._get_outgoing().filtered(lambda parcel: parcel.state == "draft")
        if waiting:
            return waiting[0]
        packed = self._get_outgoing().line_ids
        goods = self.line_ids.filtered(
            lambda line: line.state == "draft" and line._moves_stock() and line not in packed
        )
        return self.env["service.parcel"].create(
            {
                "order_id": self.id,
                "line_ids": goods.ids,
                "with_device": self.mode == "workshop" and self.device_kind == "workshop",
            }
        )

    def action_new_parcel(self):
        """Pack a parcel and open it."""
        return self._create_parcel()._get_records_action(name=self.env._("Parcel"))

    def action_send_parcels(self):
        """Send all parcels of the order that wait."""
        self.parcel_ids.action_send()

    def _after_parcels_sent(self):
        """Tell the customers, and move orders that are parcels on."""
        for order in self:
            if order._get_parcels_on_way():
                order._tell_of_parcels()
            waiting = "draft" in order._get_outgoing().mapped("state")
            if order.mode == "courier" and not waiting and order._get_outgoing():
                order._move_to_kind("to_accept")

    def _tell_of_parcels(self):
        """One message for all that has just been sent, with the pages where it is followed."""
        self.ensure_one()
        if self.reporter_id:
            self.with_context(service_told_outside=True).message_post_with_source(
                self.env.ref("service_order.mail_template_parcel_sent"),
                subtype_xmlid="mail.mt_comment",
                email_layout_xmlid="mail.mail_notification_light",
            )

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        # EXTENDS 'mail': the panel shows this message, and staff need no e-mail of each parcel.
        recipients = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        outside = self.env.context.get("service_told_outside")
        return [one for one in recipients if one["share"] or not outside]

    def _after_parcels_arrived(self):
        """An order of which every parcel is delivered is to be settled."""
        for order in self.filtered(lambda order: order.mode == "courier"):
            if set(order._get_outgoing().mapped("state")) == {"delivered"}:
                order._move_to_kind("to_settle")

    def _after_device_received(self):
        """A device that was received has arrived, so its parcel has."""
        # sudo: whoever may receive a device may say that its parcel is here.
        self.sudo().parcel_ids.filtered(
            lambda parcel: parcel.direction == "in"
            and parcel.state == "sent"
            and parcel.with_device
        )._close("delivered")

    def _after_parcels_failed(self):
        """What came back or was lost is to be sent again."""
        for order in self.filtered(lambda order: order.mode == "courier"):
            if order.stage_kind in ("to_accept", "to_settle"):
                order._move_to_kind("working")


class ServiceStageAct(models.Model):
    """A step that packs a parcel."""

    _inherit = "service.stage.act"

    kind = fields.Selection(
        selection_add=[("parcel", "Create a Courier Parcel"), ("move",)],
        ondelete={"parcel": "cascade"},
    )

    def _run_parcel(self, order):
        """Pack what is to be sent, unless a parcel waits already."""
        order._create_parcel()


class ServiceStageCondition(models.Model):
    """A condition about parcels."""

    _inherit = "service.stage.condition"

    kind = fields.Selection(
        selection_add=[("parcel", "Parcel Sent")], ondelete={"parcel": "cascade"}
    )

    def _is_met_parcel(self, order):
        """All that was packed is on its way or has arrived."""
        states = set(order._get_outgoing().mapped("state"))
        return bool(states) and "draft" not in states
