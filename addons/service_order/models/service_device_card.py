from odoo import fields, models
from odoo.tools import format_datetime


class ServiceDevice(models.Model):
    """The card says what is to be done on the device, and who comes next and when."""

    _inherit = "service.device"

    def _card_facts(self):
        # EXTENDS service_device
        return [*super()._card_facts(), *self._card_facts_order(), *self._card_facts_visit()]

    def _card_facts_order(self):
        order = self.open_order_id
        if not order:
            return []
        return [
            {
                "order": 40,
                "icon": "fa-ticket",
                "label": self.env._("Open Order"),
                "value": order.name,
                "note": order.stage_id.name,
                "tone": "warning",
                "url": f"/odoo/service-orders/{order.id}",
            }
        ]

    def _card_facts_visit(self):
        """The visit under way or the next one planned; a missed one asks for a new date."""
        visit = self.env["service.visit"].search_fetch(
            [("device_id", "=", self.id), ("state", "in", ("planned", "in_progress"))],
            order="date_start, id",
            limit=1,
        )
        if not visit:
            return []
        missed = visit.state == "planned" and visit.date_end < fields.Datetime.now()
        return [
            {
                "order": 50,
                "icon": "fa-calendar",
                "label": self.env._("Missed Visit") if missed else self.env._("Next Visit"),
                "value": format_datetime(self.env, visit.date_start, dt_format="short"),
                "note": visit.technician_name,
                "tone": "danger" if missed else "success",
                "url": f"/odoo/service-visits/{visit.id}",
            }
        ]
