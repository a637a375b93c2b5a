from odoo import models


class ServiceDevice(models.Model):
    """What the customers' people may read of a device."""

    _inherit = "service.device"

    def _service_portal_fields(self):
        # EXTENDS 'service_customer'
        return frozenset(
            (
                "id",
                "active",
                "display_name",
                "name",
                "serial",
                "inventory_number",
                "model_id",
                "manufacturer_id",
                "category_id",
                "company_id",
                "customer_id",
                "location_id",
                "status",
                "warranty_date",
                "image_1920",
                "image_512",
                "image_128",
                "write_date",
            )
        )
