from odoo import fields, models


class ServiceVisit(models.Model):
    """The first visit that begins is the response."""

    _inherit = "service.visit"

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") in ("in_progress", "done"):
            for moment, visits in self.grouped("started_on").items():
                visits.order_id._note_response(moment or fields.Datetime.now())
        return result
