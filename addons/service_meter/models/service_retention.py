from odoo import api, models

from odoo.addons.service_customer.models.service_retention import Kind


class ServiceRetention(models.AbstractModel):
    _inherit = "service.retention"

    @api.model
    def _get_kinds(self):
        """EXTENDS service_customer: photos of counters; the readings themselves stay."""
        photos = Kind(
            keep="service_keep_reading_photo_months",
            model="service.meter.reading.set",
            field="photo_ids",
            date="date",
            log="device_id",
        )
        return [*super()._get_kinds(), photos]
