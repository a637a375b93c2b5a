from odoo import fields, models


class ServiceDeviceEvent(models.Model):
    """Readings are part of a device's history."""

    _inherit = "service.device.event"
    _depends = {
        "service.meter.reading.set": [
            "device_id",
            "date",
            "customer_id",
            "location_id",
            "company_id",
            "user_id",
        ],
        "service.meter.reading": ["set_id", "type_id", "value"],
        "service.meter.type": ["name", "sequence"],
    }

    kind = fields.Selection(
        selection_add=[("reading", "Reading")], ondelete={"reading": "set null"}
    )
