from odoo import fields, models
from odoo.tools import SQL


class ServiceDevice(models.Model):
    _inherit = "service.device"

    charge_ids = fields.One2many("service.charge", "device_id", string="Charges")
    charge_count = fields.Integer(
        string="Number of Charges",
        compute="_compute_charge_count",
        groups="service_customer.group_service_dispatcher,service_customer.group_service_accounting",
    )

    def _compute_charge_count(self):
        counts = self.env["service.charge"]._count_by("device_id", self)
        for device in self:
            device.charge_count = counts.get(device, 0)

    def action_open_charges(self):
        """Open what has been charged for this device."""
        return self.env["service.charge"]._get_charges_action("device_id", self)

    def _history_sources(self):
        # EXTENDS 'service_device'
        return [
            *super()._history_sources(),
            self._history_source_invoice(),
            self._history_source_reading_request(),
        ]

    def _history_source_invoice(self):
        """Slot 5: posted invoices and settlements with charges of the device; for staff only.

        Amounts are left out: a technician reads the history, not the prices.
        """
        return SQL(
            """
            SELECT min(charge.id)::bigint * 16 + 5 AS id,
                   charge.device_id,
                   %(moment)s AS date,
                   'invoice' AS kind,
                   'staff' AS audience,
                   charge.customer_id,
                   charge.location_id,
                   charge.company_id,
                   COALESCE(move.service_external_number, move.name) AS summary,
                   move.create_uid AS user_id,
                   'account.move' AS res_model,
                   move.id AS res_id
              FROM service_charge charge
              JOIN account_move move ON move.id = charge.move_id
             WHERE move.state = 'posted' AND charge.device_id IS NOT NULL
             GROUP BY charge.device_id, charge.customer_id, charge.location_id, charge.company_id,
                      move.id
            """,
            moment=self._history_moment(SQL("move.invoice_date"), SQL("move.create_date")),
        )

    def _history_source_reading_request(self):
        """Slot 14: readings that were asked for; the summary says whom. For staff."""
        return SQL(
            """
            SELECT request.id::bigint * 16 + 14 AS id,
                   request.device_id,
                   request.date_asked AS date,
                   'reading_request' AS kind,
                   'staff' AS audience,
                   request.customer_id,
                   request.location_id,
                   request.company_id,
                   COALESCE(partner.name, %(label)s) AS summary,
                   request.create_uid AS user_id,
                   'service.reading.request' AS res_model,
                   request.id AS res_id
              FROM service_reading_request request
              LEFT JOIN res_partner partner ON partner.id = request.partner_id
             WHERE request.date_asked IS NOT NULL
            """,
            label=self._sql_selection_label(
                "service.reading.request", "asked", SQL("request.asked")
            ),
        )
