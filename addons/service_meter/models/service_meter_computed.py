from collections import defaultdict
from datetime import datetime

from odoo import models

from ..tools import life


class ServiceMeter(models.Model):
    """Computed meters: the weighted sum of the lives of counters that were read together.

    Their readings are derived, never typed: they follow the readings and verdicts they come from,
    and lives instead of counter values are added, so that a reset of a counter is none here.
    """

    _inherit = "service.meter"

    def _derive(self, since=None):
        """Bring the computed meters of these meters' devices in line with their counters.

        :param dict since: ``{meter: datetime}`` from which something has changed; the beginning
            when not given
        """
        starts = {
            device: min(since[meter] for meter in meters) if since else datetime.min
            for device, meters in self.grouped("device_id").items()
        }
        computed = self.search([("device_id", "in", self.device_id.ids), ("kind", "=", "computed")])
        if not computed:
            return
        weights = {meter: meter._weights() for meter in computed}
        starts = {meter: starts[meter.device_id] for meter in computed}
        taken = computed._readings_by_set(weights, starts)
        anchors = computed._chains(starts, decided=True)
        lines = []
        for meter in computed:
            points = meter._derived_points(taken[meter], weights[meter])
            last = life.follow(points, anchors[meter][0])
            lines.append((meter, points, last))
        computed._store_derived(lines)

    def _weights(self):
        """``{counter: how many times its pages count}``; empty when the device lacks a counter."""
        counters = {meter.type_id: meter for meter in self.device_id.meter_ids}
        weights = self.device_id.model_id._meter_weights(self.type_id)
        if not weights.keys() <= counters.keys():
            return {}
        return {counters[meter_type]: weight for meter_type, weight in weights.items()}

    def _readings_by_set(self, weights, starts):
        """``{computed meter: {set: {meter: reading}}}`` from each one's moment on, in one query."""
        meters = self.union(*(counter for counters in weights.values() for counter in counters))
        readings = self.env["service.meter.reading"].search(
            [("meter_id", "in", meters.ids), ("date", ">=", min(starts.values()))]
        )
        of_device = readings.grouped("device_id")
        taken = {}
        for meter in self:
            by_set = taken[meter] = defaultdict(dict)
            for reading in of_device.get(meter.device_id, ()):
                if reading.date >= starts[meter]:
                    by_set[reading.set_id][reading.meter_id] = reading
        return taken

    def _derived_points(self, by_set, weights):
        """The points of one computed meter; a point's key is its reading, or else its set."""
        points = []
        for reading_set in sorted(by_set, key=lambda taken: (taken.date, taken.id)):
            value = _weigh(by_set[reading_set], weights)
            derived = by_set[reading_set].get(self)
            if value is not None or derived:
                verdict = life.REJECTED if value is None else life.ACCEPTED
                point = life.Point(reading_set.date, value or 0, verdict)
                point.key = derived or reading_set
                points.append(point)
        return points

    def _store_derived(self, lines):
        """Store derived points with their lives, and the state of the meters.

        :param list lines: ``(meter, [Point], last counted Point or None)``
        """
        Reading = self.env["service.meter.reading"]
        fresh = [
            (meter, point)
            for meter, points, _last in lines
            for point in points
            if point.key._name != Reading._name
        ]
        Reading._insert_points(fresh)
        for _meter, points, _last in lines:
            for point in points:
                point.key._store_derived(point)
        self._store_lasts({meter: last for meter, _points, last in lines})


def _weigh(found, weights):
    """The value of a computed meter from a set's readings; None when one is missing or suspect."""
    readings = [(found.get(counter), weight) for counter, weight in weights.items()]
    if not readings or not all(r and r.verdict in life.COUNTED for r, _weight in readings):
        return None
    return sum(reading.life_value * weight for reading, weight in readings)
