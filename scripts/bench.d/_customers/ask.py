"""Asks what the web client asks about customers, in Odoo's shell, and says how long it took.

Prints a line ``FIGURES {"role call": milliseconds}``.
"""

import gc
import json
import time

from lxml import etree

REPEATS = 12
SUITE = "service.membership" in env  # noqa: F821
PORTAL = {"complete_name": {}, "email": {}, "phone": {}, "city": {}, "zip": {}, "type": {}}
STAFF = ("dispatcher", "technician")


def specification(arch, fields, models):
    """What the web client reads for a view: its fields, with those of lists inside."""
    found = {}
    within = set(arch.iterancestors()) | {arch}
    for node in arch.iterfind(".//field"):
        if any(parent.tag == "field" for parent in set(node.iterancestors()) - within):
            continue
        field = fields.get(node.get("name"))
        if not field:
            continue
        spec = {}
        if field["type"] == "many2one":
            spec = {"fields": {"display_name": {}}}
        elif field["type"] in ("one2many", "many2many"):
            inner = next(iter(node.iterchildren("list", "kanban")), None)
            names = models.get(field["relation"], {}).get("fields", {})
            rows = {} if inner is None else specification(inner, names, models)
            spec = {"fields": rows or {"display_name": {}}, "limit": 40}
        found[node.get("name")] = spec
    return found


def views_of(partners, view_type, xml_id=None):
    view = partners.env.ref(xml_id).id if xml_id else False
    answer = partners.get_views([(view, view_type)])
    arch = etree.fromstring(answer["views"][view_type]["arch"])
    models = answer["models"]
    return specification(arch, models["res.partner"]["fields"], models)


def calls_of(partners, role):
    """{call: function without arguments} of a role."""
    customers = [("parent_id", "=", False), ("partner_share", "=", True)]
    typed, chain = "Firma 12", partners.sudo().search([("ref", "=", "C1")]).id
    if role in STAFF:
        if SUITE:
            customers.append(("type", "!=", "location"))
        listed = views_of(
            partners,
            "list",
            "service_customer.service_customer_view_list" if SUITE else "base.view_partner_tree",
        )
        card = views_of(partners, "form", "base.view_partner_form")
    else:
        customers, typed, listed, card = [], "Osoba 12", PORTAL, PORTAL
    found = [*customers, "|", ("complete_name", "ilike", typed), ("email", "ilike", typed)]
    return {
        "list": lambda: partners.web_search_read(customers, listed, limit=80, count_limit=10001),
        "search": lambda: partners.web_search_read(found, listed, limit=80, count_limit=10001),
        "group": lambda: partners.web_read_group(customers, ["city"], ["__count"]),
        "card": lambda: partners.browse(chain).web_read(card),
    }


def best(user, name):
    """Milliseconds of the quickest of several calls, each with an empty cache of records."""
    times = []
    for repeat in range(REPEATS + 1):
        partners = env(user=user, su=False, context={"lang": "pl_PL"})["res.partner"]  # noqa: F821
        call = calls_of(partners, user.login.removeprefix("bench_"))[name]
        partners.env.invalidate_all()
        gc.collect()
        start = time.perf_counter()
        answer = call()
        if repeat:
            times.append(1000 * (time.perf_counter() - start))
    if not (answer.get("length", 1) if isinstance(answer, dict) else answer):
        raise SystemExit(f"{user.login} {name}: nothing was found, so nothing was measured")
    return min(times)


users = env["res.users"].search([("login", "=like", "bench\\_%")])  # noqa: F821
gc.disable()
figures = {
    f"{user.login.removeprefix('bench_')} {name}": best(user, name)
    for user in users
    for name in ("list", "search", "group", "card")
}
print("FIGURES " + json.dumps(figures))
