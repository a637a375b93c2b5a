from odoo import api, fields, models
from odoo.tools import SQL


class ServiceDevice(models.Model):
    """Orders on a device: the open one at a glance, all of them in the history."""

    _inherit = "service.device"

    service_order_ids = fields.One2many("service.order", "device_id", string="Orders")
    service_order_count = fields.Integer("Service Orders", compute="_compute_service_orders")
    open_order_id = fields.Many2one(
        "service.order",
        string="Open Order",
        compute="_compute_service_orders",
        help="The newest order on this device that is not closed.",
    )

    def _compute_service_orders(self):
        orders = self.env["service.order"]
        counts = dict(
            orders._read_group([("device_id", "in", self.ids)], ["device_id"], ["__count"])
        )
        opened = orders._open_for_devices(self)
        for device in self:
            device.service_order_count = counts.get(device._origin, 0)
            device.open_order_id = opened.get(device._origin)

    def action_view_service_orders(self):
        """Open the orders of this device."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("service_order.service_order_action")
        action["domain"] = [("device_id", "=", self.id)]
        action["context"] = {"default_device_id": self.id}
        return action

    def action_new_service_order(self):
        """Open the form of a new order for this device."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "service.order",
            "view_mode": "form",
            "context": {"default_device_id": self.id},
        }

    def _qr_target(self, user):
        # EXTENDS 'service_device': a technician who scans the label lands on the own visit, other
        # staff on the open order.
        visit = self.env["service.visit"]._next_on_device(self, user)
        if visit:
            return {"type": "redirect", "url": f"/odoo/my-service-visits/{visit.id}"}
        orders = self.env["service.order"].with_user(user)
        if user._is_internal() and orders.has_access("read"):
            order = orders._open_for_devices(self).get(self)
            if order:
                return {"type": "redirect", "url": f"/odoo/service-orders/{order.id}"}
        return super()._qr_target(user)

    @api.model
    def _history_sources(self):
        # EXTENDS 'service_device'
        return [
            *super()._history_sources(),
            self._history_source_order(),
            self._history_source_visit(),
            self._history_source_line(),
            self._history_source_stage(),
            self._history_source_answer(),
        ]

    @api.model
    def _history_source_order(self):
        """Slot 6: requests."""
        return SQL(
            """
            SELECT orders.id::bigint * 16 + 6 AS id,
                   orders.device_id,
                   orders.date_reported AS date,
                   'order' AS kind,
                   'customer' AS audience,
                   orders.customer_id,
                   orders.location_id,
                   orders.company_id,
                   concat_ws(': ', orders.name,
                       COALESCE(topic.name->>%(lang)s, topic.name->>'en_US'),
                       NULLIF(left(orders.description, 150), '')) AS summary,
                   orders.create_uid AS user_id,
                   'service.order' AS res_model,
                   orders.id AS res_id
              FROM service_order orders
              LEFT JOIN service_topic topic ON topic.id = orders.topic_id
             WHERE orders.device_id IS NOT NULL
            """,
            lang=self.env.lang or "en_US",
        )

    @api.model
    def _history_source_visit(self):
        """Slot 7: visits, told by state, technician and what was done."""
        return SQL(
            """
            SELECT visit.id::bigint * 16 + 7 AS id,
                   orders.device_id,
                   COALESCE(visit.started_on, visit.date_start) AS date,
                   'visit' AS kind,
                   'customer' AS audience,
                   orders.customer_id,
                   orders.location_id,
                   orders.company_id,
                   concat_ws(': ', orders.name, concat_ws(', ', %(state)s, technician.name),
                       NULLIF(left(visit.description, 150), '')) AS summary,
                   technician.user_id AS user_id,
                   'service.visit' AS res_model,
                   visit.id AS res_id
              FROM service_visit visit
              JOIN service_order orders ON orders.id = visit.order_id
              JOIN service_technician technician ON technician.id = visit.technician_id
             WHERE orders.device_id IS NOT NULL
            """,
            state=self._sql_selection_label("service.visit", "state", SQL("visit.state")),
        )

    @api.model
    def _history_source_line(self):
        """Slot 8: work and parts used; for staff, customers read the protocol."""
        return SQL(
            """
            SELECT line.id::bigint * 16 + 8 AS id,
                   orders.device_id,
                   COALESCE(visit.finished_on, visit.started_on, line.create_date) AS date,
                   'part' AS kind,
                   'staff' AS audience,
                   orders.customer_id,
                   orders.location_id,
                   orders.company_id,
                   concat_ws(' × ', %(quantity)s, line.name) AS summary,
                   line.create_uid AS user_id,
                   'service.order' AS res_model,
                   orders.id AS res_id
              FROM service_order_line line
              JOIN service_order orders ON orders.id = line.order_id
              LEFT JOIN service_visit visit ON visit.id = line.visit_id
             WHERE orders.device_id IS NOT NULL AND line.state != 'draft'
            """,
            quantity=self._sql_number(SQL("line.quantity")),
        )

    @api.model
    def _history_source_stage(self):
        """Slot 9: moves of orders from stage to stage; for staff, in the stages' own names."""
        field = self.env["ir.model.fields"]._get("service.order", "stage_id")
        return SQL(
            """
            SELECT tracking.id::bigint * 16 + 9 AS id,
                   orders.device_id,
                   message.date,
                   'stage' AS kind,
                   'staff' AS audience,
                   orders.customer_id,
                   orders.location_id,
                   orders.company_id,
                   concat_ws(': ', orders.name, tracking.new_value_char) AS summary,
                   tracking.create_uid AS user_id,
                   'service.order' AS res_model,
                   orders.id AS res_id
              FROM mail_tracking_value tracking
              JOIN mail_message message ON message.id = tracking.mail_message_id
              JOIN service_order orders ON orders.id = message.res_id
             WHERE tracking.field_id = %(field)s
               AND message.model = 'service.order'
               AND orders.device_id IS NOT NULL
            """,
            field=field.id,
        )

    @api.model
    def _history_source_answer(self):
        """Slot 15: acceptance and rejection of the work for all; consent to costs for staff."""
        return SQL(
            """
            SELECT answer.id::bigint * 16 + 15 AS id,
                   orders.device_id,
                   answer.date,
                   'answer' AS kind,
                   CASE answer.question WHEN 'work' THEN 'customer' ELSE 'staff' END AS audience,
                   orders.customer_id,
                   orders.location_id,
                   orders.company_id,
                   concat_ws(': ', orders.name, concat_ws(', ', %(answer)s, answer.signed_by),
                       NULLIF(left(answer.reason, 150), '')) AS summary,
                   answer.user_id,
                   'service.order' AS res_model,
                   orders.id AS res_id
              FROM service_answer answer
              JOIN service_order orders ON orders.id = answer.order_id
             WHERE orders.device_id IS NOT NULL
            """,
            answer=self._sql_selection_label("service.answer", "answer", SQL("answer.answer")),
        )
