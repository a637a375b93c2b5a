# Asks what the web client asks about customers: for each "role call" it answers the milliseconds
# that were computed.
# ruff: noqa: F821
from functools import cache

from lxml import etree

SUITE = "service.membership" in env
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
    typed, shown = "Firma 12", partners.sudo().search([("ref", "=", "C1")]).id
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
        typed = "Osoba" if role == "small" else "Osoba 12"
        customers, listed, card = [], PORTAL, PORTAL
        shown = partners.env.user.commercial_partner_id.id
    found = [*customers, "|", ("complete_name", "ilike", typed), ("email", "ilike", typed)]
    return {
        "list": lambda: partners.web_search_read(customers, listed, limit=80, count_limit=10001),
        "search": lambda: partners.web_search_read(found, listed, limit=80, count_limit=10001),
        "group": lambda: partners.web_read_group(customers, ["city"], ["__count"]),
        "card": lambda: partners.browse(shown).web_read(card),
    }


@cache
def prepared(figure):
    """The partners of a role and one of its calls."""
    role, name = figure.split()
    user = env["res.users"].search([("login", "=", f"bench_{role}")])
    partners = env(user=user, su=False, context={"lang": "pl_PL"})["res.partner"]
    call = calls_of(partners, role)[name]
    answer = call()
    if not (answer.get("length", 1) if isinstance(answer, dict) else answer):
        raise RuntimeError(f"{figure}: nothing was found, so nothing was measured")
    return partners, call


def answer(figure):
    """Milliseconds of one call with an empty cache of records."""
    _partners, call = prepared(figure)
    return 1000 * measured(call)


gc.disable()
