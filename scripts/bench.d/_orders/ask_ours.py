# What is asked about our orders, before ask.py.
# ruff: noqa: F821
from lxml import etree

from odoo.tools.safe_eval import safe_eval

MODEL, STAGE = "service.order", "stage_id"
COLUMNS = ("next_visit_date", "name", "location_id", "technician_id", "stage_id")
CARD = ("stage_id", "name", "priority", "location_id", "technician_id", "customer_fault")
env = act_as_manager()
devices = env["service.device"].search([("serial", "=like", "SN%")], order="id", limit=1000)
topics = env["service.topic"].search([("child_ids", "=", False)])


def values(number):
    return [
        {
            "device_id": device.id,
            "topic_id": topics[index % len(topics)].id,
            "description": f"Zgłoszenie {number} {index}",
        }
        for index, device in enumerate(devices)
    ]


def twelve():
    """The visible columns of our list, as many as there are of 12."""
    arch = etree.fromstring(env[MODEL].get_views([(False, "list")])["views"]["list"]["arch"])
    shown = [
        field.get("name")
        for field in arch.iter("field")
        if field.get("optional") != "hide" and field.get("column_invisible") not in ("1", "True")
    ]
    hidden = [field.get("name") for field in arch.iter("field") if field.get("name") not in shown]
    return (shown + hidden)[:12] if len(shown) < 12 else shown


def desk():
    """The tiles, by the domains of the filters that the client sends."""
    arch = etree.fromstring(env[MODEL].get_views([(False, "search")])["views"]["search"]["arch"])
    names = ("new", "late", "unanswered", "unassigned", "today")
    names += ("waiting_parts", "waiting_customer", "to_settle")
    found = {each.get("name"): each for each in arch.iter("filter")}
    return {name: safe_eval(found[name].get("domain"), {"uid": env.uid}) for name in names}


CALLS = {
    "12 columns": lambda: listed(TWELVE),
    "desk": lambda: env[MODEL].count_domains(DESK),
}
TWELVE, DESK = twelve(), desk()
