from collections import defaultdict
from datetime import datetime

from odoo import models
from odoo.tools import SQL

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
        added = computed._added_later(weights)
        starts = {meter: starts[meter.device_id] for meter in computed}
        taken = computed._readings_by_set(weights, starts)
        anchors = computed._chains(starts, decided=True)
        lines = []
        for meter in computed:
            points = meter._derived_points(taken[meter], weights[meter], added[meter])
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

    def _added_later(self, weights):
        """The counters that were added when other counters of the same sum had been read already.

        What was read before is complete without such a counter. What it showed when it was first
        read are pages of a past that nobody counted, and no pages of that day.

        :return: ``{computed meter: {counter: (when it was added, life at its first reading)}}``
        """
        Meter = self.env["service.meter"]
        Reading = self.env["service.meter.reading"]
        Reading.flush_model(["meter_id", "verdict", "date", "life_value"])
        asked = [(meter.id, part.id) for meter, parts in weights.items() for part in parts]
        rows = asked and self.env.execute_query(self._sql_added_later(*zip(*asked, strict=True)))
        added = {meter: {} for meter in self}
        for meter, counter, date, begin in rows:
            added[Meter.browse(meter)][Meter.browse(counter)] = date, begin
        return added

    def _sql_added_later(self, meters, counters):
        return SQL(
            """
            WITH asked AS (SELECT * FROM unnest(%s, %s) AS asked (meter_id, counter_id))
            SELECT asked.meter_id, counter.id, counter.create_date, COALESCE(first.life_value, 0)
              FROM asked
              JOIN service_meter counter ON counter.id = asked.counter_id
              JOIN service_device device ON device.id = counter.device_id
                                        AND device.create_date < counter.create_date
              LEFT JOIN LATERAL (
                   SELECT life_value
                     FROM service_meter_reading
                    WHERE meter_id = counter.id
                      AND verdict IN ('accepted', 'reset', 'rollover')
                    ORDER BY date, id
                    LIMIT 1
              ) first ON TRUE
             WHERE EXISTS (
                   SELECT FROM asked other
                     JOIN service_meter_reading reading ON reading.meter_id = other.counter_id
                    WHERE other.meter_id = asked.meter_id
                      AND reading.create_date < counter.create_date)
            """,
            list(meters),
            list(counters),
        )

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

    def _derived_points(self, by_set, weights, added):
        """The points of one computed meter; a point's key is its reading, or else its set.

        :param dict added: of the counters, see ``_added_later``
        """
        points = []
        for reading_set in sorted(by_set, key=lambda taken: (taken.date, taken.id)):
            found = by_set[reading_set]
            parts = [
                (found.get(counter), weight, added.get(counter, (None, 0))[1])
                for counter, weight in weights.items()
                if counter not in added or added[counter][0] <= reading_set.create_date
            ]
            value = _weigh(parts)
            derived = found.get(self)
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


def _weigh(parts):
    """The value of a computed meter from a set's readings; None when one is missing or suspect.

    :param list parts: ``(reading or None, its weight, life value at which it begins to count)``
    """
    if not parts or not all(r and r.verdict in life.COUNTED for r, _weight, _begin in parts):
        return None
    return sum((reading.life_value - begin) * weight for reading, weight, begin in parts)
