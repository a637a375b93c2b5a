from odoo import api, fields, models
from odoo.tools import SQL


class ServiceDevice(models.Model):
    """Parcels of a device's orders are in its history, whatever they hold."""

    _inherit = "service.device"

    @api.model
    def _history_sources(self):
        # EXTENDS 'service_device'
        return [
            *super()._history_sources(),
            self._history_source_parcel(),
            self._history_source_further_parcel(),
        ]

    @api.model
    def _history_source_parcel(self):
        """Slot 0, even: parcels that were sent, for the main device of their order."""
        return self._select_parcels(
            id=SQL("parcel.id::bigint * 2"),
            device=SQL("orders.device_id"),
            audience="customer",
            further=SQL(""),
        )

    @api.model
    def _history_source_further_parcel(self):
        """Slot 0, odd: the same for a further device; for staff, as customers who see this device
        need not see the main one.

        The numbers of the parcel and of the row of the device make one by Cantor's pairing.
        """
        both = SQL("(parcel.id::bigint + further.id)")
        return self._select_parcels(
            id=SQL("(%(both)s * (%(both)s + 1) / 2 + further.id) * 2 + 1", both=both),
            device=SQL("further.device_id"),
            audience="staff",
            further=SQL("JOIN service_order_device further ON further.order_id = orders.id"),
        )

    @api.model
    def _select_parcels(self, **parts):
        return SQL(
            """
            SELECT (%(id)s) * 16 AS id,
                   %(device)s AS device_id,
                   parcel.date_sent AS date,
                   'parcel' AS kind,
                   %(audience)s AS audience,
                   orders.customer_id,
                   orders.location_id,
                   orders.company_id,
                   concat_ws(': ', orders.name, concat_ws(', ', parcel.name, %(direction)s,
                       %(state)s, carrier.name, NULLIF(parcel.tracking_number, ''))) AS summary,
                   parcel.create_uid AS user_id,
                   'service.order' AS res_model,
                   orders.id AS res_id
              FROM service_parcel parcel
              JOIN service_order orders ON orders.id = parcel.order_id
              %(further)s
              LEFT JOIN service_carrier carrier ON carrier.id = parcel.carrier_id
             WHERE parcel.state != 'draft' AND %(device)s IS NOT NULL
            """,
            direction=self._sql_selection_label(
                "service.parcel", "direction", SQL("parcel.direction")
            ),
            state=self._sql_selection_label("service.parcel", "state", SQL("parcel.state")),
            **parts,
        )


class ServiceDeviceEvent(models.Model):
    """Events of parcels."""

    _inherit = "service.device.event"
    _depends = {
        "service.carrier": ["name"],
        "service.order": ["company_id", "customer_id", "device_id", "location_id", "name"],
        "service.order.device": ["device_id", "order_id"],
        "service.parcel": [
            "carrier_id",
            "date_sent",
            "direction",
            "name",
            "order_id",
            "state",
            "tracking_number",
        ],
    }

    kind = fields.Selection(selection_add=[("parcel", "Parcel")])
