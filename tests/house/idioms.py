"""What older habits get wrong in Odoo 19, and what needs a reason beside it."""

import ast
import re

from lxml import etree

from .sources import called, has_reason, keyword, literal, parse_xml

METHODS = {
    "name_get": "define _compute_display_name",
    "_name_search": "define _search_display_name or _rec_names_search",
    "read_group": "use _read_group",
    "toggle_active": "use action_archive and action_unarchive",
    "_check_recursion": "use _has_cycle",
    "check_access_rights": "use check_access or has_access",
    "check_access_rule": "use check_access or has_access",
    "_filter_access_rules": "use _filtered_access",
    "_filter_access_rules_python": "use _filtered_access",
    "user_has_groups": "use env.user.has_groups",
    "fields_view_get": "use get_view",
    "get_xml_id": "use get_external_id",
    "_notify_progress": "use _commit_progress",
}
ATTRIBUTES = {
    "_cr": "use env.cr",
    "_uid": "use env.uid",
    "_context": "use env.context",
    "groups_id": "it is group_ids now",
    "users_ids": "it is user_ids now",
}
ASSIGNMENTS = {
    "_sql_constraints": "is ignored; write models.Constraint",
    "_columns": "is gone; declare fields",
    "_defaults": "is gone; use default=",
}
FIELD_ARGUMENTS = {
    "states": "is gone; decide in the view",
    "auto_join": "is bypass_search_access now",
    "group_operator": "is aggregator now",
    "track_visibility": "is tracking now",
    "select": "is index now",
    "digits_compute": "is digits now",
    "oldname": "is gone",
}
DECORATORS = {"one", "multi", "returns", "cr", "guess"}
DICTIONARY_KEYS = {"groups_id": "it is group_ids now", "numbercall": "is gone", "doall": "is gone"}
IMPORTS = {
    "odoo.osv": "import Domain from odoo.fields",
    "openerp": "the package is odoo",
}
XML_ATTRIBUTES = {
    "attrs": "write the expression in invisible, readonly or required",
    "states": "write the expression in invisible",
    "t-esc": "use t-out",
    "t-raw": "use t-out",
    "t-name=kanban-box": 'use t-name="card"',
    "class=oe_chatter": "use <chatter/>",
}
XML_FIELDS = {
    ("*", "groups_id"): "it is group_ids now",
    ("ir.cron", "numbercall"): "is gone",
    ("ir.cron", "doall"): "is gone",
    ("res.groups", "category_id"): "use privilege_id",
    ("res.groups", "users"): "it is user_ids now",
}
JAVASCRIPT = (
    (re.compile(r"/\*\*\s*@odoo-module"), "every file is a module; drop the header"),
    (re.compile(r"\bodoo\.define\("), "write an ES module"),
    (re.compile(r"\bpublicWidget\b"), "write an Interaction"),
    (re.compile(r"""useService\(["'](rpc|user|company|cookie)["']\)"""), "import it instead"),
    (re.compile(r"@web/legacy/"), "legacy code of the web client"),
)


def check_python_idioms(addon, house):
    """Python without what Odoo 19 dropped or replaced."""
    for path, tree in addon.python():
        for node in ast.walk(tree):
            for finding in _of_node(node):
                yield f"{addon.where(path, node.lineno)}: {finding}"


def _of_node(node):
    if isinstance(node, ast.Call):
        yield from _of_call(node)
    elif isinstance(node, ast.Attribute) and node.attr in ATTRIBUTES:
        yield f"{node.attr}: {ATTRIBUTES[node.attr]}"
    elif isinstance(node, ast.FunctionDef):
        yield from _of_function(node)
    elif isinstance(node, ast.ImportFrom | ast.Import):
        yield from _of_import(node)
    elif isinstance(node, ast.ClassDef):
        yield from _of_class(node)
    elif isinstance(node, ast.Dict):
        keys = {literal(key) for key in node.keys if key} & DICTIONARY_KEYS.keys()
        yield from (f"{key}: {DICTIONARY_KEYS[key]}" for key in sorted(keys))


def _of_call(node):
    name = called(node)
    if name in METHODS and isinstance(node.func, ast.Attribute):
        yield f"{name}: {METHODS[name]}"
    owner = getattr(getattr(node.func, "value", None), "id", None)
    words = {word.arg for word in node.keywords}
    if owner == "fields":
        for word in sorted(words & FIELD_ARGUMENTS.keys()):
            yield f"{word}= on a field {FIELD_ARGUMENTS[word]}"
    if name == "route" and literal(keyword(node, "type")) == "json":
        yield "type='json' on a route is 'jsonrpc' now"


def _of_function(node):
    if node.name in METHODS:
        yield f"{node.name}: {METHODS[node.name]}"
    names = {getattr(decorator, "attr", None) for decorator in node.decorator_list}
    api = {item.attr for item in node.decorator_list if _is_api(item)}
    for name in sorted(api & DECORATORS):
        yield f"api.{name} is gone"
    if node.name == "create" and "model" in names:
        yield "create takes a list: @api.model_create_multi"


def _is_api(node):
    return isinstance(node, ast.Attribute) and getattr(node.value, "id", None) == "api"


def _of_import(node):
    module = getattr(node, "module", None) or ""
    names = [f"{module}.{alias.name}".lstrip(".") for alias in node.names]
    for old, advice in IMPORTS.items():
        if any(f"{name}.".startswith(f"{old}.") for name in names):
            yield f"{old}: {advice}"
    if module == "odoo" and any(alias.name == "_" for alias in node.names):
        yield "_ is imported: use self.env._"


def _of_class(node):
    for line in node.body:
        targets = line.targets if isinstance(line, ast.Assign) else []
        for target in targets:
            if (name := getattr(target, "id", None)) in ASSIGNMENTS:
                yield f"{name} {ASSIGNMENTS[name]}"


def check_reasons(addon, house):
    """``sudo()``, ``round()`` and commits outside of tests have their reason beside them.

    Each of them goes around a safety: access rights, the rounding of the currency, the one
    transaction of a request. A comment in the statement or in the three lines above it says why.
    """
    for path, tree in addon.python(tests=False):
        for start, node in _calls(tree, 1):
            what = _needs_reason(node)
            line = node.func.end_lineno
            if what and not has_reason(path, start, line):
                yield f"{addon.where(path, line)}: {what} without a comment that gives the reason"


def _calls(node, start):
    """(first line of the statement around it, call) of each call below a node."""
    for child in ast.iter_child_nodes(node):
        first = child.lineno if isinstance(child, ast.stmt) else start
        if isinstance(child, ast.Call):
            yield first, child
        yield from _calls(child, first)


def _needs_reason(node):
    name = called(node)
    is_method = isinstance(node.func, ast.Attribute)
    if name == "sudo" and is_method and literal_bool(node) is not False:
        return "sudo()"
    if name == "round" and not is_method:
        return "round()"
    if name == "commit" and is_method and getattr(node.func.value, "attr", "cr") == "cr":
        return "commit()"
    return None


def literal_bool(node):
    """The boolean that a call has as its first argument, else None."""
    first = node.args[0] if node.args else None
    return first.value if isinstance(first, ast.Constant) else None


def check_xml_idioms(addon, house):
    """XML without what Odoo 19 rejects or replaced."""
    for path in addon.files(".xml"):
        for node in parse_xml(path).iter(etree.Element):
            for finding in _of_element(node, "static" in path.parts):
                yield f"{addon.where(path, node.sourceline)}: {finding}"


def _of_element(node, is_client):
    if node.tag == "tree":
        yield "<tree>: it is <list> now"
    for name, value in node.items():
        for key in (name, *(f"{name}={word}" for word in value.split())):
            if key in XML_ATTRIBUTES and not (is_client and key in ("attrs", "states")):
                yield f"{key}: {XML_ATTRIBUTES[key]}"
    if node.tag == "group" and _within(node, "search") and {"expand", "string"} & set(node.keys()):
        yield "<group> of a search view has neither expand nor string"
    if node.tag == "field":
        yield from _of_record_field(node)


def _within(node, tag):
    return next(node.iterancestors(tag), None) is not None


def _of_record_field(node):
    record = node.getparent()
    if record is None or record.tag != "record":
        return
    for model in ("*", record.get("model")):
        if advice := XML_FIELDS.get((model, node.get("name"))):
            yield f"{node.get('name')}: {advice}"
    if node.get("name") == "view_mode" and "tree" in (node.text or "").split(","):
        yield "view_mode: tree is list now"


def check_javascript_idioms(addon, house):
    """JavaScript without what the web client dropped or replaced."""
    for path in addon.files(".js", under="static"):
        for line, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            for pattern, advice in JAVASCRIPT:
                if pattern.search(text):
                    yield f"{addon.where(path, line)}: {pattern.search(text)[0]}: {advice}"
