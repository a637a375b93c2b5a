from datetime import timedelta

from odoo import models
from odoo.fields import Domain


class ServiceDeviceProtocol(models.Model):
    """A protocol says what the counters showed when the devices changed hands."""

    _inherit = "service.device.protocol"

    def _get_readings(self):
        """The last reading of each counter of the devices, up to the moment of the protocol.

        Also one that still waits to be explained: it was seen. Rejected ones were not.

        :return: `service.meter.reading`, in the order of the lines and of the counters
        """
        self.ensure_one()
        meters = self.line_ids.device_id.meter_ids._physical()
        readings = self.env["service.meter.reading"]
        # A device that was received and handed over within one second is placed a second later.
        seen = Domain("meter_id", "in", meters.ids) & Domain("verdict", "!=", "rejected")
        seen &= Domain("date", "<=", self.date + timedelta(seconds=1))
        lasts = readings._read_group(seen, ["meter_id"], ["date:max"])
        if not lasts:
            return readings
        found = readings.search(
            seen
            & Domain.OR(
                Domain("meter_id", "=", meter.id) & Domain("date", "=", date)
                for meter, date in lasts
            ),
            order="id",
        )
        by_meter = {reading.meter_id: reading for reading in found}
        return readings.union(*(by_meter[meter] for meter in meters if meter in by_meter))

    def _get_reading_rows(self):
        """Each counter of the devices with what it showed; without a reading there is a place on
        the paper to write it in, because both sides sign for it.

        :return: list of ``(meter, reading)``, an empty reading where nobody has read the counter
        """
        readings = self._get_readings()
        by_meter = {reading.meter_id: reading for reading in readings}
        meters = self.line_ids.device_id.meter_ids._physical()
        return [(meter, by_meter.get(meter, readings.browse())) for meter in meters]
