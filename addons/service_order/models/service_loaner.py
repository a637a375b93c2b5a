from odoo import api, fields, models

LOANER = "service_order.mail_activity_type_loaner"
OFFICE = "service_customer.group_service_dispatcher,service_customer.group_service_warehouse"


class ServiceDevicePlacement(models.Model):
    """Loaners that are out, with the order that they wait for."""

    _inherit = "service.device.placement"

    order_stage_id = fields.Many2one(related="order_id.stage_id", string="Stage of the Order")
    order_stage_kind = fields.Selection(related="order_id.stage_kind")
    return_due = fields.Date("Expected Back", help="When a lent device should be with us again.")

    _loaned_out = models.Index("(company_id) WHERE status = 'loaned' AND date_end IS NULL")

    def write(self, vals):
        """Until when a device is lent may be agreed anew."""
        if vals.keys() != {"return_due"}:
            return super().write(vals)
        self.check_access("write")
        result = self._write_internal(vals)
        self._watch_loaners()
        return result

    def _effects(self):
        # EXTENDS 'service_device'
        super()._effects()
        self._watch_loaners()

    def _watch_loaners(self):
        """A task for the day on which a loaner should come back; it ends when it has."""
        # sudo: whoever moves the device need not have a right to tasks of others.
        devices = self.device_id.sudo()
        devices.activity_ids.filtered(
            lambda task: task.activity_type_id == self.env.ref(LOANER)
        ).action_feedback()
        for place in devices.placement_id.filtered(
            lambda place: place.status == "loaned" and place.return_due
        ):
            place.device_id.activity_schedule(
                LOANER,
                date_deadline=place.return_due,
                note=" · ".join(filter(None, (place.order_id.name, place.customer_id.name))),
                user_id=(place.order_id.user_id or place.user_id).id,
            )

    def action_postpone(self):
        """Ask until when the device is lent."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Expected Back: %s", self.device_id.name),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(self.env.ref("service_order.service_loaner_view_form").id, "form")],
            "target": "new",
        }

    def action_open_loaner(self):
        """Open the order for which the device was lent, else the device."""
        self.ensure_one()
        return (self.order_id or self.device_id)._get_records_action()

    def action_take_back(self):
        """Take the loaner back, for the order for which it was lent."""
        self.ensure_one()
        if self.order_id:
            return self.order_id.action_take_back_loaners()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_device.service_device_move_action"
        )
        context = {"default_device_ids": self.device_id.ids, "default_operation": "take_back"}
        return {**action, "context": context}


class ResPartner(models.Model):
    """Which of our devices a customer has on loan."""

    _inherit = "res.partner"

    service_loaner_count = fields.Integer(
        "Loaners", compute="_compute_service_loaner_count", groups=OFFICE
    )

    def _compute_service_loaner_count(self):
        counts = dict(
            self.env["service.device.placement"]._read_group(
                [
                    ("customer_id", "in", self.ids),
                    ("status", "=", "loaned"),
                    ("date_end", "=", False),
                ],
                ["customer_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.service_loaner_count = counts.get(partner._origin, 0)

    def action_view_loaners(self):
        """Open the devices that this customer has on loan."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_order.service_loaner_action"
        )
        lent = [("status", "=", "loaned"), ("date_end", "=", False)]
        return {**action, "domain": [*lent, ("customer_id", "=", self.id)]}


class ServiceDevice(models.Model):
    """A loaner's card says for which order it is out, and what it stands in for."""

    _inherit = "service.device"

    @api.model
    def _loaner_note(self, order):
        return self.env._("instead of %s", order.device_id.name) if order.device_id else ""

    def _card_facts(self):
        # EXTENDS service_device
        facts = super()._card_facts()
        place = self.placement_id
        if place.status == "loaned" and place.order_id.has_access("read"):
            facts.append(
                {
                    "order": 6,
                    "icon": "fa-exchange",
                    "label": self.env._("Lent for"),
                    "value": place.order_id.name or self.customer_id.name,
                    "note": self._loaner_note(place.order_id),
                    "tone": "warning",
                    "url": place.order_id and f"/odoo/service-orders/{place.order_id.id}",
                }
            )
        return facts
