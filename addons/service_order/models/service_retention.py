from odoo import api, models

from odoo.addons.service_customer.models.service_retention import Kind


class ServiceRetention(models.AbstractModel):
    _inherit = "service.retention"

    @api.model
    def _get_kinds(self):
        """EXTENDS service_customer: photos of closed requests and of visits, and signatures.

        That a protocol was signed, by whom and when, is not forgotten with the picture.
        """
        photos, signatures = "service_keep_photo_months", "service_keep_signature_months"
        return [
            *super()._get_kinds(),
            Kind(photos, "service.order", "photo_ids", "date_done"),
            Kind(photos, "service.visit", "photo_ids", "finished_on"),
            Kind(signatures, "service.visit", "signature", "signed_on"),
        ]
