"""Every name that an addon takes from elsewhere must come from an addon that its manifest brings.

Checked are models (``_inherit``, comodels, ``env[...]``, records, views, actions), external ids
(``ref``, groups, inherited views, called templates, menus, actions, access rows) and folders of
static files. Otherwise an addon works only because a neighbour happens to be installed as well.
"""

import ast
import functools
import re

from lxml import etree

from .models import declared, delegated, model_names, models_of
from .sources import called, keyword, literal, parse_csv, parse_xml

XML_ID = re.compile(r"^[a-z][a-z0-9_]*\.[\w.-]+$")
REF_IN_EVAL = re.compile(r"""\bref\(\s*['"]([\w.-]+)['"]""")
# %(x)s is an id only with an addon's name: %(year)s stands in the prefix of a sequence.
REF_IN_TEXT = re.compile(r"%\(([\w.-]+(?=\)d)|\w+\.[\w.-]+(?=\)s))\)")
STATIC_PATH = re.compile(r"^/?(\w+)/static/")
JS_IMPORT = re.compile(r"""(?:from|import)\s*\(?\s*["']@(\w+)/""")
GROUP_WORDS = {"groups", "t-groups"}
ID_CALLS = {
    "ref",
    "has_group",
    "has_groups",
    "render",
    "_for_xml_id",
    "_get_action_dict",
    "_render_template",
    "_render_qweb_html",
    "_render_qweb_pdf",
    "_xmlid_lookup",
    "_xmlid_to_res_id",
    "_xmlid_to_res_model_res_id",
}
# Ids that code writes, as ``_update_xmlids([{"xml_id": "stock.picking_type_in", ...}])``.
ID_IN_CODE = re.compile(r"""["']xml_id["']\s*:\s*["'](\w+\.[\w.]+)["']""")
# Ids that Odoo makes while it runs: they stand in no file.
MADE_BY_ODOO = (
    re.compile(r"^base\.module_\w+$"),
    re.compile(r"^account\.\d+_\w+$"),
    re.compile(r"^\w+\.(field|selection|constraint)_\w+$"),
)
# The record behind one that inherits by delegation gets the id of the latter with this suffix.
DELEGATE = re.compile(r"_(ir_actions_server|product_template|res_partner)$")
# Models that an XML record of these models names in a field.
MODEL_FIELDS = {
    ("ir.ui.view", "model"),
    ("ir.actions.act_window", "res_model"),
    ("ir.actions.report", "model"),
    ("ir.exports", "resource"),
    ("ir.filters", "model_id"),
}
TEMPLATE_MODELS = {"ir.ui.view", "template"}


@functools.cache
def external_ids(addon):
    """The ids that the files of an addon define, each with the name of its addon in front."""
    found = {f"{addon.name}.module_{addon.name}"}
    for name in model_names(addon):
        found.add(f"{addon.name}.model_{name.replace('.', '_')}")
    for path in addon.data_files(".xml"):
        nodes = parse_xml(path).iter(
            "record", "template", "menuitem", "report", "act_window", "asset"
        )
        found.update(qualified(addon, node.get("id")) for node in nodes if node.get("id"))
    for path in addon.data_files(".csv"):
        found.update(qualified(addon, row["id"]) for row in parse_csv(path) if row.get("id"))
    for path in [*addon.data_files(".xml"), *addon.files(".py", tests=False)]:
        found.update(ID_IN_CODE.findall(path.read_text(encoding="utf-8")))
    return frozenset(found)


def qualified(addon, name):
    """An external id with the name of its addon in front."""
    name = name.strip()
    return name if "." in name else f"{addon.name}.{name}"


class _Closure:
    """What an addon may name: models, external ids, folders."""

    def __init__(self, addon, house):
        self.addon = addon
        self.house = house
        self.names = house.closure(addon.name)
        self.models = declared(house, addon.name)

    def complain_of_model(self, name):
        """A sentence if the model is out of reach, else None."""
        if name in self.models:
            return None
        return f"model {name} is in no addon that the manifest brings"

    def complain_of_id(self, name):
        """A sentence if the external id is out of reach, else None."""
        full = qualified(self.addon, name)
        module = full.partition(".")[0]
        if module not in self.names:
            return f"{full} belongs to an addon that the manifest does not bring"
        names = {full, DELEGATE.sub("", full)}
        if names & self._ids(module) or any(pattern.match(full) for pattern in MADE_BY_ODOO):
            return None
        return f"{full} does not exist"

    def complain_of_folder(self, name):
        """A sentence if the addon of a static file is out of reach, else None."""
        if name in self.names or not self.house.get(name):
            return None
        return f"{name} is an addon that the manifest does not bring"

    def _ids(self, module):
        """Ids of a module: its own, and those that others in the closure define in its name."""
        own = external_ids(self.house.get(module)) if self.house.get(module) else frozenset()
        return own | self._foreign_ids

    @functools.cached_property
    def _foreign_ids(self):
        return {
            name
            for part in self.names
            if (addon := self.house.get(part)) in self.house.own.values()
            for name in external_ids(addon)
        }


def check_references(addon, house):
    """Every model, external id and static folder resolves within the manifest's closure."""
    closure = _Closure(addon, house)
    for found in (_in_models, _in_python, _in_xml, _in_csv, _in_static, _in_assets):
        for path, line, kind, name in found(addon):
            complaint = getattr(closure, f"complain_of_{kind}")(name)
            if complaint:
                yield f"{addon.where(path, line)}: {complaint}"


def _in_models(addon):
    """Models named by model classes and their fields."""
    for model in models_of(addon):
        for name in {*model.inherits, *delegated(model)} - {"base"}:
            yield model.path, model.node.lineno, "model", name
        for field in model.fields:
            if field.comodel:
                yield model.path, field.line, "model", field.comodel


def _in_python(addon):
    """External ids in calls and in groups, models in ``env[...]`` and in actions.

    A file that asks ``"hr.employee" in env`` may use that model: it is prepared for its absence.
    """
    for path, tree in addon.python():
        nodes = list(ast.walk(tree))
        optional = {name for node in nodes if (name := _asked_for(node))}
        for node in nodes:
            if isinstance(node, ast.Call):
                for name in _ids_of_call(node):
                    yield path, node.lineno, "id", name
            elif (name := _model_of_node(node)) and name not in optional:
                yield path, node.lineno, "model", name


def _asked_for(node):
    """The model whose presence a comparison asks for, else None."""
    if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In | ast.NotIn):
        return literal(node.left) if _is_env(node.comparators[0]) else None
    return None


def _model_of_node(node):
    """The model of ``env["..."]`` or of the dictionary of an action, else None."""
    if isinstance(node, ast.Subscript) and _is_env(node.value):
        return literal(node.slice)
    if isinstance(node, ast.Dict):
        values = dict(zip(map(literal, node.keys), node.values, strict=True))
        return literal(values.get("res_model"))
    return None


def _ids_of_call(node):
    first = literal(node.args[0]) if node.args else None
    if first and called(node) in ID_CALLS:
        yield from (name for name in split_groups(first) if XML_ID.match(name))
    groups = literal(keyword(node, "groups"))
    if groups:
        yield from (name for name in split_groups(groups) if XML_ID.match(name))


def split_groups(text):
    """The external ids of a list of groups; ``base.group_x,!base.group_y`` negates one."""
    return [name for part in text.split(",") if (name := part.strip().lstrip("!"))]


def _is_env(node):
    return getattr(node, "attr", getattr(node, "id", None)) == "env"


def _in_xml(addon):
    """Names in the data files."""
    for path, root in addon.data_trees():
        for node in root.iter(etree.Element):
            for kind, name in _names_of_node(node, addon):
                yield path, node.sourceline, kind, name


def _names_of_node(node, addon):
    yield from _ids_in_expressions(node)
    yield from _ids_in_attributes(node, addon)
    if node.tag in ("record", "function", "delete") and node.get("model"):
        yield "model", node.get("model")
    if node.tag == "field":
        yield from _names_of_field(node)


def _ids_in_expressions(node):
    """Ids inside of python expressions and of %(id)d."""
    texts = [*node.attrib.values(), node.text or ""]
    for text in texts:
        yield from (("id", name) for name in REF_IN_TEXT.findall(text))
    for name in ("eval", "search"):
        yield from (("id", found) for found in REF_IN_EVAL.findall(node.get(name, "")))


def _ids_in_attributes(node, addon):
    """Ids that attributes hold: references, groups, called templates, menus."""
    if node.tag in ("field", "value") and node.get("ref"):
        yield "id", node.get("ref")
    if node.tag in ("record", "template", "menuitem"):
        name = node.get("id", "")
        if "." in name and not name.startswith(f"{addon.name}."):
            yield "id", name
    if node.get("inherit_id"):
        yield "id", node.get("inherit_id")
    if node.tag == "menuitem":
        yield from (("id", node.get(name)) for name in ("parent", "action") if node.get(name))
    for word in GROUP_WORDS & set(node.keys()):
        yield from (("id", name) for name in split_groups(node.get(word)))
    template = node.get("t-call", "")
    if template and XML_ID.match(template):
        yield "id", template


def _names_of_field(node):
    """A model named in the text of a field of a view or an action."""
    record = node.getparent()
    if record is None or record.tag != "record":
        return
    if (record.get("model"), node.get("name")) in MODEL_FIELDS and (node.text or "").strip():
        yield "model", node.text.strip()


def _in_csv(addon):
    """References in data rows: columns named ``field:id`` or ``field/id``."""
    for path, line, row in addon.data_rows():
        for column, value in row.items():
            if column and column.endswith((":id", "/id")) and value:
                for name in value.split(","):
                    yield path, line, "id", name.strip()


def _in_static(addon):
    """Addons whose JavaScript is imported or whose client templates are used."""
    for path in addon.files(".js", under="static"):
        for line, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            for name in JS_IMPORT.findall(text):
                if not name.startswith("odoo"):
                    yield path, line, "folder", name
    for path in addon.files(".xml", under="static"):
        for node in parse_xml(path).iter(etree.Element):
            for word in ("t-inherit", "t-call"):
                name = node.get(word, "")
                if XML_ID.match(name):
                    yield path, node.sourceline, "folder", name.partition(".")[0]


def _in_assets(addon):
    """Addons whose files the manifest puts into bundles."""
    for bundle in addon.manifest.get("assets", {}).values():
        for entry in bundle:
            words = [entry] if isinstance(entry, str) else entry[1:]
            for word in words:
                if match := STATIC_PATH.match(word):
                    yield addon.path / "__manifest__.py", None, "folder", match[1]


def check_access(addon, house):
    """Somebody may use each new model: it has rows of access rights."""
    rows = _access_rows(addon)
    for model in models_of(addon):
        external = f"model_{model.name.replace('.', '_')}"
        if model.is_new and model.kind != "AbstractModel" and external not in rows:
            yield (
                f"{addon.where(model.path, model.node.lineno)}: {model.name} has no row in "
                "security/ir.model.access.csv"
            )


def _access_rows(addon):
    """The model ids that access rows of the addon speak of, without the addon's own name."""
    columns = ("model_id:id", "model_id/id")
    found = {
        row[column]
        for path, _line, row in addon.data_rows(demo=False)
        if path.name == "ir.model.access.csv"
        for column in columns
        if row.get(column)
    }
    for _path, root in addon.data_trees(demo=False):
        for record in root.iterfind(".//record[@model='ir.model.access']"):
            found.update(
                field.get("ref", "") for field in record.iterfind("field[@name='model_id']")
            )
    return {name.removeprefix(f"{addon.name}.") for name in found}
