# Run in Odoo's shell after common.py, in the database that fill.py has made: what people look at.
# ruff: noqa: F821
from lxml import etree

ROUNDS = 15
LIMIT = 80
COLUMNS = {
    # All columns of the list of serial numbers, and as many of the list of devices.
    "stock.lot": "name product_id ref create_date partner_ids activity_ids lot_properties"
    " product_qty",
    "service.device": "name model_id serial inventory_number customer_id location_id status"
    " activity_ids",
}
GROUPS = {"stock.lot": "product_id", "service.device": "model_id"}
SEARCHED = {"stock.lot": ("name", "ref"), "service.device": ("name", "serial", "inventory_number")}
SIDES = {"peer": "stock.lot", "ours": "service.device"}

env = act_as_manager()


def specification(model, names):
    """What the web client asks for of these fields."""
    found = {}
    for name in names:
        field = env[model]._fields[name]
        found[name] = {"fields": {"display_name": {}}} if field.relational else {}
    return found


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
    record = env[model].search([], limit=1, offset=DEVICES // 2)
    return record.web_read(CARDS[model])


def card_of(model):
    views = env[model].get_views([(False, "form")])
    names = [n for n in views["models"][model]["fields"] if n in env[model]._fields]
    return specification(model, names)


def by_turns(function):
    """Milliseconds of each side, the best of several."""
    found = {side: [] for side in SIDES}
    for turn in range(ROUNDS):
        for side in list(SIDES)[:: 1 if turn % 2 else -1]:
            found[side].append(1000 * measured(partial(function, SIDES[side])))
    return {side: min(times) for side, times in found.items()} | {"unit": "ms"}


def history():
    """Queries of the first page of the history of the device with the most events."""
    device = env["service.device"].search([], order="id", limit=1)
    names = ("date", "kind", "summary", "location_id", "user_id")
    columns = specification("service.device.event", names)
    action = device.action_open_history()
    env.invalidate_all()
    before = env.cr.sql_log_count
    page = env["service.device.event"].web_search_read(action["domain"], columns, limit=LIMIT)
    queries = env.cr.sql_log_count - before
    if len(page["records"]) < LIMIT:
        raise RuntimeError("the history is no full page, so nothing was measured")
    return queries


arch = etree.fromstring(env["stock.lot"].get_views([(False, "list")])["views"]["list"]["arch"])
assert {node.get("name") for node in arch.iter("field")} == {*COLUMNS["stock.lot"].split()}
assert len(COLUMNS["stock.lot"].split()) == len(COLUMNS["service.device"].split())
CARDS = {model: card_of(model) for model in SIDES.values()}
for model in SIDES.values():
    assert listed(model)["records"] and searched(model)["records"] and shown(model)
calls = {"list": listed, "search": searched, "group": grouped, "card": shown}
gc.disable()
figures = {name: by_turns(function) for name, function in calls.items()}
figures["history page"] = {"ours": history(), "peer": 10, "unit": "queries"}
print(MARK, json.dumps(figures))
