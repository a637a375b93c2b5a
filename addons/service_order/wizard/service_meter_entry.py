from odoo import fields, models


class ServiceMeterEntry(models.TransientModel):
    """Readings may be taken on a visit; they then belong to its protocol."""

    _inherit = "service.meter.entry"

    visit_id = fields.Many2one("service.visit", readonly=True, ondelete="cascade")

    def action_take(self):
        # EXTENDS 'service_meter'
        visit = self.visit_id
        if not visit:
            return super().action_take()
        visit._check_may_work()
        # sudo: a technician takes readings on own visits (just checked), without a right to
        # change them afterwards.
        readings = self.device_id.sudo()._take_readings(
            self.line_ids._values(),
            date=self.date,
            source="technician",
            photos=self.photo_ids,
            note=self.note,
        )
        # sudo: as the readings.
        self.sudo()._take_tests()
        if self.device_id == visit.device_id:
            # sudo: the link is the program's, not typed.
            visit.sudo().reading_set_id = readings
        return self._tell_suspects(readings.reading_ids)
