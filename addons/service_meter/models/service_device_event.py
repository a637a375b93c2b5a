from odoo import fields, models


class ServiceDeviceEvent(models.Model):
    """Readings, and what was decided about them, are part of a device's history."""

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
        "service.meter.reading": [
            "set_id",
            "type_id",
            "value",
            "verdict",
            "customer_id",
            "location_id",
        ],
        "service.meter.decision": [
            "reading_id",
            "device_id",
            "company_id",
            "date",
            "user_id",
            "verdict",
        ],
        "service.meter.type": ["name", "sequence"],
    }

    kind = fields.Selection(
        selection_add=[("reading", "Reading"), ("verdict", "Verdict on a Reading")],
        ondelete={"reading": "set null", "verdict": "set null"},
    )
