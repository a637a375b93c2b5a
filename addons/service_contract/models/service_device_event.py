from odoo import fields, models


class ServiceDeviceEvent(models.Model):
    """Joining and leaving contracts is part of a device's history."""

    _inherit = "service.device.event"
    _depends = {
        "service.contract.device": ["company_id", "contract_id", "date_end", "date_start", "state"],
        "service.contract": ["customer_id", "date_end", "name"],
    }

    kind = fields.Selection(
        selection_add=[("contract", "Contract")], ondelete={"contract": "set null"}
    )
