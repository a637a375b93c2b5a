from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .service_stage import CLOSED_KINDS


class ServiceOrderDevice(models.Model):
    """A further device that the same visit is to look after, and what is wrong with it."""

    _name = "service.order.device"
    _description = "Further Device of an Order"
    _rec_name = "device_id"
    _check_company_auto = True

    order_id = fields.Many2one("service.order", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    customer_id = fields.Many2one(related="order_id.customer_id")
    device_id = fields.Many2one(
        "service.device",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('customer_id', '=', customer_id)]",
    )
    location_id = fields.Many2one(related="device_id.location_id")
    note = fields.Char("What Is Wrong")

    _order_device_uniq = models.Constraint(
        "UNIQUE(order_id, device_id)", "This device is on the order already."
    )

    @api.constrains("order_id", "device_id")
    def _check_device(self):
        """An order is one customer's: it is settled with them and shown to them."""
        for row in self:
            order, device = row.order_id, row.device_id
            if device == order.device_id:
                raise ValidationError(
                    self.env._("%s is the main device of this order already.", device.display_name)
                )
            if device.customer_id != order.customer_id:
                raise ValidationError(
                    self.env._(
                        "%(device)s is not a device of %(customer)s. Make an order of its own.",
                        device=device.display_name,
                        customer=order.customer_id.display_name,
                    )
                )

    def action_take_readings(self):
        """Open the form in which the meters of this device are entered."""
        self.ensure_one()
        visits = self.order_id.visit_ids.filtered(lambda visit: visit.state != "cancelled")
        visit = self.order_id.next_visit_id or visits.sorted("date_start")[-1:]
        action = visit.action_take_readings() if visit else self.device_id.action_take_readings()
        action["context"] = {**action["context"], "default_device_id": self.device_id.id}
        return action


class ServiceOrder(models.Model):
    """One order for several devices: the main one decides on cover, the others are done along."""

    _inherit = "service.order"

    further_device_ids = fields.One2many(
        "service.order.device", "order_id", string="Further Devices", copy=True
    )
    duplicate_ids = fields.Many2many(
        "service.order", string="Other Open Orders", compute="_compute_duplicate_ids"
    )

    @api.model
    def _on_devices_domain(self, devices):
        """Orders on some devices, be it the main one or a further one.

        :param devices: `service.device`
        :return: `Domain`
        """
        return Domain("device_id", "in", devices.ids) | Domain(
            "further_device_ids.device_id", "in", devices.ids
        )

    @api.depends("device_id", "further_device_ids.device_id")
    def _compute_duplicate_ids(self):
        """Open orders on one of the same devices: the request may be here already."""
        devices = self.device_id | self.further_device_ids.device_id
        others = self.search(
            self._on_devices_domain(devices) & Domain("stage_kind", "not in", CLOSED_KINDS)
        )
        for order in self:
            mine = order.device_id | order.further_device_ids.device_id
            order.duplicate_ids = others.filtered(
                lambda other, mine=mine, order=order: (
                    other != order._origin
                    and mine & (other.device_id | other.further_device_ids.device_id)
                )
            )

    @api.model
    def _open_for_devices(self, devices):
        """EXTENDS: an order on which the device is a further one counts, too."""
        found = super()._open_for_devices(devices)
        rows = self.env["service.order.device"]
        if not rows.has_access("read"):
            return found
        rows = rows.search_fetch(
            [
                ("device_id", "in", (devices - devices.browse().union(*found)).ids),
                ("order_id.stage_kind", "not in", CLOSED_KINDS),
            ],
            order="id",
        )
        return {row.device_id: row.order_id for row in rows} | found


class ServiceDevice(models.Model):
    """Orders on which a device is one of several are its orders, too."""

    _inherit = "service.device"

    def _compute_service_orders(self):
        # EXTENDS: adds the orders on which the device is a further one.
        super()._compute_service_orders()
        rows = self.env["service.order.device"]
        if not rows.has_access("read"):
            return
        further = dict(
            rows._read_group([("device_id", "in", self.ids)], ["device_id"], ["__count"])
        )
        for device in self:
            device.service_order_count += further.get(device._origin, 0)

    def action_view_service_orders(self):
        # EXTENDS: adds the orders on which the device is a further one.
        action = super().action_view_service_orders()
        return action | {"domain": list(self.env["service.order"]._on_devices_domain(self))}

    @api.model
    def _history_sources(self):
        # EXTENDS 'service_device'
        return [*super()._history_sources(), self._history_source_further_device()]

    @api.model
    def _history_source_further_device(self):
        """Slot 13: requests on which the device is a further one; for staff, as customers who see
        this device need not see the main one."""
        return SQL(
            """
            SELECT further.id::bigint * 16 + 13 AS id,
                   further.device_id,
                   orders.date_reported AS date,
                   'order' AS kind,
                   'staff' AS audience,
                   orders.customer_id,
                   orders.location_id,
                   orders.company_id,
                   concat_ws(': ', orders.name,
                       COALESCE(topic.name->>%(lang)s, topic.name->>'en_US'),
                       NULLIF(further.note, '')) AS summary,
                   further.create_uid AS user_id,
                   'service.order' AS res_model,
                   orders.id AS res_id
              FROM service_order_device further
              JOIN service_order orders ON orders.id = further.order_id
              LEFT JOIN service_topic topic ON topic.id = orders.topic_id
            """,
            lang=self.env.lang or "en_US",
        )


class ServiceVisit(models.Model):
    """A technician sees what else there is to do on the spot."""

    _inherit = "service.visit"

    further_device_ids = fields.One2many(related="order_id.further_device_ids")
