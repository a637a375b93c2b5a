from odoo import api, fields, models

OFFICE = "service_customer.group_service_dispatcher,service_customer.group_service_warehouse"


class ServiceDevicePlacement(models.Model):
    """Loaners that are out, with the order that they wait for."""

    _inherit = "service.device.placement"

    order_stage_id = fields.Many2one(related="order_id.stage_id", string="Stage of the Order")
    order_stage_kind = fields.Selection(related="order_id.stage_kind")

    _loaned_out = models.Index("(company_id) WHERE status = 'loaned' AND date_end IS NULL")

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
