# Run in Odoo's shell after common.py: a file of readings by our import, and its rows by core's.
# ruff: noqa: F821
import base64
import csv
import io
from datetime import datetime, timedelta

ROWS = 2000
ROUNDS = 2
COLUMNS = {
    "Serial number": "serial",
    "Read on": "date",
    "Black": "counter.mono",
    "Colour": "counter.colour",
}
TYPES = ("mono", "colour")
SET = ("device_id/.id", "date", "source", "user_id/.id", "company_id/.id")
SET += ("customer_id/.id", "location_id/.id")
READING = ("set_id", "meter_id", "type_id", "device_id", "date", "source", "company_id")
READING += ("customer_id", "location_id", "value", "verdict", "verdict_date", "life_value", "usage")
RELATIONS = {"meter_id", "type_id", "device_id", "company_id", "customer_id", "location_id"}

root, env = env, act_as_manager()
# Not the first one, which is read by the hour.
devices = env["service.device"].search([], order="id desc", limit=min(ROWS, DEVICES - 1))
moment = datetime.now().replace(microsecond=0) - timedelta(hours=1)
LAST = env["service.meter.reading.set"].search([], order="id desc", limit=1).id


def row_of(device):
    """The serial number, and what the counters show: 500 and 200 pages more."""
    shown = {meter.type_id.code: meter.counter_value for meter in device.meter_ids}
    return [device.serial, str(moment), shown["mono"] + 500, shown["colour"] + 200]


def file_of(rows):
    text = io.StringIO()
    csv.writer(text).writerows([list(COLUMNS), *rows])
    return base64.b64encode(text.getvalue().encode()).decode()


def ours():
    """As a program does it: the file, and the background work batch by batch."""
    load = env["service.load"].load_readings(FILE, "readings.csv", COLUMNS).with_env(root)
    while load.state == "loading":
        load._load_batch()
    assert load.loaded_count == len(ROWS_OF_FILE), load.note


def lines_for_core():
    """What ours has left behind, as rows for core: a set and its readings below each other."""
    for taken in root["service.meter.reading.set"].search([("id", ">", LAST)], order="id"):
        head = {name: value_of(taken, name) for name in SET}
        for reading in taken.reading_ids.sorted("id"):
            yield [*head.values(), *(value_of(reading, name.split("/", 1)[1]) for name in BELOW)]
            head = dict.fromkeys(SET, "")


def value_of(record, path):
    name = path.removesuffix("/.id")
    value = record[name]
    return str(value.id or "") if path != name else str(value or 0 if name in NUMBERS else value)


def core():
    """As Odoo's import screen calls it: 2 000 lines a request, no tracking; then the meters."""
    sets = imported("service.meter.reading.set", [*SET, *BELOW], LINES)
    readings = root["service.meter.reading.set"].browse(sets).reading_ids
    lines = [
        [str(value) for value in (r.meter_id.id, r.life_value, r.id, r.date)]
        for r in readings.sorted("id")
    ]
    imported("service.meter", [".id", "value", "last_reading_id/.id", "last_date"], lines)


def imported(model, names, lines):
    model = root[model].with_context(import_file=True, tracking_disable=True)
    ids = []
    for start in range(0, len(lines), 2000):
        result = model.load(names, lines[start : start + 2000])
        assert result["ids"], result["messages"][:3]
        ids += result["ids"]
    return ids


def state():
    """What there is in the end: sets, readings, and what the meters say."""
    env.flush_all()
    env.cr.execute(
        """
        SELECT taken.device_id, taken.date, taken.source, taken.user_id, taken.company_id,
               taken.customer_id, taken.location_id, reading.meter_id, reading.type_id,
               reading.device_id, reading.date, reading.source, reading.company_id,
               reading.customer_id, reading.location_id, reading.value, reading.verdict,
               reading.life_value, reading.usage, meter.value, meter.last_date,
               meter.last_reading_id = reading.id
          FROM service_meter_reading_set taken
          JOIN service_meter_reading reading ON reading.set_id = taken.id
          JOIN service_meter meter ON meter.id = reading.meter_id
         WHERE taken.id > %s
         ORDER BY reading.meter_id
        """,
        [LAST],
    )
    return env.cr.fetchall()


def undone(function):
    """Seconds of one side and what it has left; then it never was."""
    seconds = measured(function)
    left = state()
    env.cr.rollback()
    env.invalidate_all(flush=False)
    return seconds, left


BELOW = [
    f"reading_ids/{name}" + ("/.id" if name in RELATIONS else "")
    for name in READING
    if name != "set_id"
]
NUMBERS = {"value", "life_value", "usage"}
ROWS_OF_FILE = [row_of(device) for device in devices]
FILE = file_of(ROWS_OF_FILE)
ours()
LINES = list(lines_for_core())
env.cr.rollback()
env.invalidate_all(flush=False)
assert len(LINES) == len(TYPES) * len(ROWS_OF_FILE)
times = {"ours": [], "peer": []}
for _round in range(ROUNDS):
    left = {}
    for side, function in (("ours", ours), ("peer", core)):
        seconds, left[side] = undone(function)
        times[side].append(seconds)
    assert len(left["ours"]) == len(LINES) and left["ours"] == left["peer"], "not the same is left"
print(MARK, json.dumps({"import": {s: min(t) for s, t in times.items()} | {"unit": "s"}}))
