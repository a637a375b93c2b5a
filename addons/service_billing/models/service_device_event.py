from odoo import fields, models


class ServiceDeviceEvent(models.Model):
    _inherit = "service.device.event"
    _depends = {
        "service.charge": ["company_id", "customer_id", "device_id", "location_id", "move_id"],
        "account.move": ["invoice_date", "name", "service_external_number", "state"],
    }

    kind = fields.Selection(selection_add=[("invoice", "Invoice")])
