from odoo import fields, models


class ServiceDeviceEvent(models.Model):
    _inherit = "service.device.event"
    _depends = {
        "service.charge": ["company_id", "customer_id", "device_id", "location_id", "move_id"],
        "service.reading.request": [
            "asked",
            "company_id",
            "customer_id",
            "date_asked",
            "device_id",
            "location_id",
            "partner_id",
        ],
        "account.move": ["invoice_date", "name", "service_external_number", "state"],
    }

    kind = fields.Selection(
        selection_add=[("invoice", "Invoice"), ("reading_request", "Reading Asked")]
    )
