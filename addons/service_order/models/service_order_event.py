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
        """Slot 10, which messages on devices have, too; for staff, as there."""
        return SQL(
            """
            SELECT message.id::bigint * 16 + 10 AS id,
                   orders.device_id,
                   message.date,
                   'message' AS kind,
                   'staff' AS audience,
                   orders.customer_id,
                   orders.location_id,
                   orders.company_id,
                   concat_ws(': ', orders.name, left(btrim(regexp_replace(
                       message.body, '(<[^>]*>|\\s)+', ' ', 'g')), 200)) AS summary,
                   author.id AS user_id,
                   'service.order' AS res_model,
                   orders.id AS res_id
              FROM mail_message message
              JOIN service_order orders ON orders.id = message.res_id
              LEFT JOIN LATERAL (
                   SELECT id FROM res_users
                    WHERE partner_id = message.author_id ORDER BY id LIMIT 1
              ) author ON TRUE
             WHERE message.model = 'service.order'
               AND message.message_type IN ('comment', 'email')
               AND orders.device_id IS NOT NULL
            """
        )
