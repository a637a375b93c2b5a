# Run in Odoo's shell with DEVICES set, in the database that fill.py has made.
# ruff: noqa: F821
import json
import time
from functools import partial

from odoo import fields

ROUNDS = 5
LIMIT = 80
BATCH = 500
COLUMNS = {
    # All columns of the list of serial numbers, and as many of the list of devices.
    "stock.lot": "name product_id ref create_date company_id partner_ids activity_ids"
    " lot_properties product_qty",
    "service.device": "name model_id serial inventory_number customer_id location_id status"
    " activity_ids device_properties",
}
GROUPS = {"stock.lot": "product_id", "service.device": "model_id"}
SEARCHED = {"stock.lot": ("name", "ref"), "service.device": ("name", "serial", "inventory_number")}
SIDES = {"peer": "stock.lot", "ours": "service.device"}

admin = env.ref("base.user_admin")
groups = ("service_customer.group_service_manager", "stock.group_stock_manager")
admin.write({"group_ids": [(4, env.ref(name).id) for name in groups]})
env.cr.commit()
env = env(user=admin.id)


def specification(model, names):
    """What the web client asks for of these fields."""
    found = {}
    for name in names:
        field = env[model]._fields[name]
        found[name] = {"fields": {"display_name": {}}} if field.relational else {}
    return found


def called(function):
    """Milliseconds of one call with an empty cache, the best of several."""
    best = float("inf")
    for _round in range(ROUNDS):
        env.invalidate_all()
        start = time.perf_counter()
        function()
        best = min(best, time.perf_counter() - start)
    return best * 1000


def listed(model, domain=()):
    columns = specification(model, COLUMNS[model].split())
    return env[model].web_search_read(list(domain), columns, limit=LIMIT, count_limit=10001)


def searched(model):
    text = str(DEVICES // 2)
    terms = [(name, "ilike", text) for name in SEARCHED[model]]
    return listed(model, ["|"] * (len(terms) - 1) + terms)


def grouped(model):
    return env[model].web_read_group([], [GROUPS[model]], ["__count"], limit=LIMIT)


def shown(model):
    views = env[model].get_views([(False, "form")])
    names = [n for n in views["models"][model]["fields"] if n in env[model]._fields]
    record = env[model].search([], limit=1, offset=DEVICES // 2)
    plain = specification(model, names)
    return lambda: record.web_read(plain)


def history():
    """Queries of the first page of the history of the device with the most events."""
    device = env["service.device"].search([], order="id", limit=1)
    names = ("date", "kind", "summary", "location_id", "user_id")
    columns = specification("service.device.event", names)
    env.invalidate_all()
    before = env.cr.sql_log_count
    start = time.perf_counter()
    action = device.action_open_history()
    page = env["service.device.event"].web_search_read(action["domain"], columns, limit=LIMIT)
    print("history", page["length"], "events", round(time.perf_counter() - start, 3), "s")
    return env.cr.sql_log_count - before


def readings():
    """Seconds that 3 000 readings take in batches, with everything that follows from them."""
    devices = env["service.device"].search([], order="id desc", limit=4 * BATCH)
    best = float("inf")
    for start in range(0, len(devices), BATCH):
        env.invalidate_all()
        some = devices[start : start + BATCH]
        begun = time.perf_counter()
        env["service.meter.reading.set"]._take(
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
        env.flush_all()
        best = min(best, (time.perf_counter() - begun) * 3000 / (2 * len(some)))
    return best


figures = {}
for name, function in (("list", listed), ("search", searched), ("group", grouped)):
    found = {side: called(partial(function, model)) for side, model in SIDES.items()}
    figures[name] = {**found, "unit": "ms"}
figures["card"] = {side: called(shown(model)) for side, model in SIDES.items()} | {"unit": "ms"}
figures["history page"] = {"ours": history(), "peer": 10, "unit": "queries"}
figures["3000 readings"] = {"ours": readings(), "peer": 1.0, "unit": "s"}
print("FIGURES", json.dumps(figures))
