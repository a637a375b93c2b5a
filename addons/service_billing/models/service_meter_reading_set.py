from odoo import api, models


class ServiceMeterReadingSet(models.Model):
    _inherit = "service.meter.reading.set"

    @api.model
    def _take(self, requests):
        """EXTENDS service_meter: readings answer what was asked, whatever door they come in by."""
        sets = super()._take(requests)
        self.env["service.reading.request"]._answer(sets)
        return sets
