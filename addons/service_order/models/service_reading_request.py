from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.service_billing.models.service_reading_request import OPEN


class ResCompany(models.Model):
    """Whether somebody goes to read the meters without being told."""

    _inherit = "res.company"

    service_reading_orders = fields.Boolean(
        "Orders for Missing Readings",
        help="A reading that nobody gives in time, or that our technician is to take, becomes an "
        "order by itself.",
    )


class ResConfigSettings(models.TransientModel):
    """Whether somebody goes to read the meters without being told."""

    _inherit = "res.config.settings"

    service_reading_orders = fields.Boolean(
        related="company_id.service_reading_orders", readonly=False
    )


class ServiceReadingRequest(models.Model):
    """Readings that are missing for billing are read by a technician."""

    _inherit = "service.reading.request"

    def action_open_orders(self):
        """Order the missing readings: one order for each device, unless one is open already.

        :raise UserError: none of them is missing
        """
        self.check_access("write")
        missing = self.filtered(lambda request: request.state in OPEN)
        if not missing:
            raise UserError(self.env._("These readings are there already, or are not needed."))
        return missing._open_orders()._get_records_action(name=self.env._("Orders"))

    def _open_orders(self):
        """:return: the `service.order` records by which these readings are taken"""
        orders = self.env["service.order"]._open_from(
            "billing",
            self.device_id,
            self.env.ref("service_order.topic_reading"),
            self.env._("Read the meters: the readings are missing for billing."),
        )
        return self.env["service.order"].union(*orders.values())

    def _process_calls(self, requests):
        # EXTENDS service_billing: where the company wants it, somebody is sent at once.
        super()._process_calls(requests)
        wanted = requests.filtered("company_id.service_reading_orders")
        # A device that somebody has in hand at this moment stays on the call list.
        devices = wanted.device_id.try_lock_for_update()
        wanted.filtered(lambda request: request.device_id in devices)._open_orders()
