"""Which addon may know which: the cut of the suite as data, and the check of the manifests.

The spine is a line in which everybody knows only what stands left of it. A leaf knows spine addons
and no leaf. Beside stand addons that are of use to any Odoo and know nothing of ours. Two worlds
meet only in glue: small, installed by itself. On top stands the addon that installs everything.
"""

import ast

from .sources import parse_python

SPINE = (
    "service_customer",
    "service_device",
    "service_meter",
    "service_contract",
    "service_billing",
    "service_order",
    "service_offer",
)
LEAVES = {
    "service_planner",
    "service_technician",
    "service_portal",
    "service_supply",
    "l10n_pl_service",
}
BESIDE = {"connector_subiekt", "report_weasyprint"}
# Beside, and a tool that every addon may use.
TOOLS = {"report_weasyprint"}
GLUE = {"service_subiekt": {"service_billing", "connector_subiekt"}}
TOP = "service_suite"

# What each addon needs of Odoo itself; an addon that is not named here may choose.
ODOO_NEEDS = {
    "service_customer": {"contacts", "portal", "resource", "base_geolocalize"},
    "service_device": {"stock"},
    "service_meter": set(),
    "service_contract": {"product"},
    # account_payment installs itself with account; its "Pay Now" is refused for settlements.
    "service_billing": {"account", "account_payment"},
    "service_order": {"purchase", "stock_account"},
    "service_offer": {"sale_management"},
    "service_planner": set(),
    "service_technician": set(),
    "service_portal": {"portal"},
    "service_supply": set(),
    "l10n_pl_service": {"l10n_pl_edi"},
    "connector_subiekt": {"account", "stock", "sale", "purchase"},
    "report_weasyprint": {"web"},
}
GLUE_LINES = 150


def check_depends(addon, house):
    """The manifest asks for exactly what the table allows."""
    depends = addon.manifest.get("depends", [])
    if len(depends) != len(set(depends)):
        yield f"{addon}: depends names an addon twice"
    ours = {name for name in depends if _is_ours(name, house)}
    theirs = set(depends) - ours
    if addon.name in SPINE:
        yield from _check_spine(addon, ours - TOOLS)
    elif addon.name in LEAVES:
        yield from _check_leaf(addon, ours - TOOLS)
    elif addon.name in BESIDE:
        yield from _unexpected(addon, ours, "stands beside the suite and knows nothing of it")
    elif addon.name == TOP:
        yield from _check_top(addon, house)
        return
    else:
        yield from _check_glue(addon, ours - TOOLS)
    needs = ODOO_NEEDS.get(addon.name)
    if needs is not None and theirs != needs:
        yield f"{addon}: needs {_list(needs)} of Odoo, its manifest says {_list(theirs)}"


def _check_spine(addon, ours):
    place = SPINE.index(addon.name)
    left = set(SPINE[place - 1 : place]) if place else set()
    if ours != left:
        yield f"{addon}: knows {_list(left)} by the table, its manifest says {_list(ours)}"


def _check_leaf(addon, ours):
    if not ours & set(SPINE):
        yield f"{addon}: a leaf grows on the spine, but the manifest names no addon of it"
    yield from _unexpected(addon, ours - set(SPINE), "is a leaf and knows only the spine")


def _check_top(addon, house):
    auto = {other.name for other in house.own.values() if other.manifest.get("auto_install")}
    missing = set(house.own) - auto - house.closure(addon.name)
    if missing:
        yield f"{addon}: stands on top, but does not bring {_list(missing)}"


def _check_glue(addon, ours):
    if not addon.manifest.get("auto_install"):
        yield f"{addon}: is not in the table, and only glue (auto_install) may be missing there"
    expected = GLUE.get(addon.name)
    if expected and ours != expected:
        yield f"{addon}: joins {_list(expected)} by the table, its manifest says {_list(ours)}"
    if len(ours) < 2:
        yield f"{addon}: glue joins two addons of ours, the manifest names {_list(ours)}"
    yield from _unexpected(addon, ours & {TOP}, "is glue and stands below the top")
    lines = sum(code_lines(path) for path, _tree in addon.python(tests=False))
    if lines > GLUE_LINES:
        yield f"{addon}: glue has at most {GLUE_LINES} lines of code, this has {lines}"


def _unexpected(addon, names, reason):
    if names:
        yield f"{addon}: {reason}, but depends on {_list(names)}"


def _is_ours(name, house):
    known = {*SPINE, *LEAVES, *BESIDE, *GLUE, TOP}
    return name in known or name in house.own


def _list(names):
    return ", ".join(sorted(names)) or "nothing"


def code_lines(path):
    """Lines of a Python file that hold code: no blank line, comment or docstring."""
    lines = set()
    for node in ast.walk(parse_python(path)):
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if is_text or not isinstance(node, ast.stmt):
            continue
        end = node.body[0].lineno - 1 if getattr(node, "body", None) else node.end_lineno
        lines.update(range(node.lineno, max(node.lineno, end) + 1))
    return len(lines)
