from odoo import fields, models


class ServiceMeterReading(models.Model):
    _inherit = "service.meter.reading"

    def _decide(self, verdict, note=None):
        """EXTENDS service_meter: a rejected reading is missing again."""
        result = super()._decide(verdict, note=note)
        if verdict == "rejected":
            # Superuser: what follows from a verdict is nobody's to write.
            requests = self.env["service.reading.request"].sudo()
            requests._reopen(self.set_id)
        return result


class ServiceReadingRequest(models.Model):
    _inherit = "service.reading.request"

    def _reopen(self, sets):
        """Call for readings that answered a request and were rejected, unless it is long ago.

        :param sets: ``service.meter.reading.set``
        """
        answered = self.search([("set_id", "in", sets.ids), ("state", "=", "done")])
        if not answered:
            return
        later = self._read_group(
            [("device_id", "in", answered.device_id.ids)], ["device_id"], ["date_due:max"]
        )
        last = dict(later)
        read = answered._get_readings()
        missing = answered.filtered(
            lambda request: request.date_due == last[request.device_id]
            and not all((request, meter) in read for meter in request.meter_ids)
        )
        now = fields.Datetime.now()
        missing.write(
            {"state": "to_call", "reason": "rejected", "set_id": False, "date_done": False}
        )
        missing.write({"date_escalated": now})
        missing._schedule(self.env._("Call for meter readings"))
