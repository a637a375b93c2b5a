from odoo import api, models
from odoo.tools import SQL


class ServiceDevice(models.Model):
    """What people wrote on a device's orders is in its history."""

    _inherit = "service.device"

    @api.model
    def _history_sources(self):
        # EXTENDS 'service_device'
        return [*super()._history_sources(), self._history_source_order_message()]

    @api.model
    def _history_source_order_message(self):
        """Slot 10, which messages on devices have, too; of an order's main device."""
        return self._select_messages(
            "service.order",
            SQL("JOIN service_order record ON record.id = message.res_id"),
            device=SQL("record.device_id"),
            customer=SQL("record.customer_id"),
            location=SQL("record.location_id"),
            summary=SQL("concat_ws(': ', record.name, %s)", self._message_text()),
        )
