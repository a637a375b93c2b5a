from odoo import fields, models


class ServiceDeviceEvent(models.Model):
    _inherit = "service.device.event"
    _depends = {
        "service.order": [
            "company_id",
            "customer_id",
            "date_reported",
            "description",
            "device_id",
            "location_id",
            "name",
            "topic_id",
        ],
        "service.visit": ["date_start", "description", "order_id", "state", "technician_id"],
        "service.order.line": ["name", "order_id", "quantity", "state", "visit_id"],
        "service.answer": [
            "answer",
            "date",
            "order_id",
            "question",
            "reason",
            "signed_by",
            "user_id",
        ],
        "service.order.device": ["device_id", "note", "order_id"],
        "service.topic": ["name"],
        "service.technician": ["name"],
        "mail.tracking.value": ["field_id", "mail_message_id", "new_value_char"],
    }

    kind = fields.Selection(
        selection_add=[
            ("order", "Request"),
            ("visit", "Visit"),
            ("part", "Work and Parts"),
            ("stage", "Stage"),
            ("answer", "Customer's Answer"),
        ]
    )
