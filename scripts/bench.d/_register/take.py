# Run in Odoo's shell after common.py: readings of many devices through the public method.
# ruff: noqa: F821
from odoo import fields

BATCH = 500
BATCHES = 8

env = act_as_manager()
# Not the first one, which is read by the hour.
devices = env["service.device"].search([], order="id desc", limit=min(BATCH * BATCHES, DEVICES - 1))
Set = env["service.meter.reading.set"]


def take(some):
    """A month later than the last readings: judged by the trend, with a life, in the history."""
    sets = Set._take(
        [
            {
                "device": device,
                "values": {"mono": 25_100, "colour": 25_000},
                "date": fields.Datetime.now(),
                "source": "import",
            }
            for device in some
        ]
    )
    taken.append(sets)


taken, times = [], []
for start in range(0, len(devices), BATCH):
    some = devices[start : start + BATCH]
    times.append(measured(partial(take, some)) * 3000 / (2 * len(some)))
readings = Set.union(*taken).reading_ids
assert len(readings) == 2 * len(devices)
assert set(readings.mapped("verdict")) == {"accepted"} and 0 not in readings.mapped("usage")
assert {reading.meter_id.last_reading_id for reading in readings} == set(readings)
env.cr.rollback()
print(MARK, json.dumps({"3000 readings": {"ours": min(times), "peer": 1.0, "unit": "s"}}))
