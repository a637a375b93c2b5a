"""The Polish translation of an addon is complete, and it is of today's texts.

Odoo's own export needs a database; here the texts that surely are exported are read from the
sources. A text of a view may be part of a longer term (Odoo keeps inline elements such as ``<b>``
inside of one), so it only has to occur in a term; all others must be terms.
"""

import ast
import functools
import html
import re
from collections import Counter

import polib
from lxml import etree

from .models import models_of
from .sources import called, keyword, literal, parse_xml

LANGUAGES = ("pl",)
PLACEHOLDER = re.compile(r"%\(\w+\)[sdfri]|%[sdfri](?![a-z])|\{\{.*?\}\}|\$\{\w*\}")
WORD = re.compile(r"[^\W\d_]{2,}")
ATTRIBUTES = ("string", "help", "confirm", "placeholder", "title", "alt", "aria-label")
CLIENT_ATTRIBUTES = ("alt", "aria-label", "data-tooltip", "label", "placeholder", "title")
LABEL_AT = {"Many2one": 1, "Many2many": 4, "One2many": 2, "Selection": 1, "Reference": 1}
CLIENT_TERM = re.compile(r"""\b_t\(\s*(["'`])((?:(?!\1)[^\\\n])+)\1\s*[,)]""")
SILENT = {"script", "style", "title"}
# Fields of core's models that users see and that are translated.
CORE_FIELDS = {
    "ir.actions.act_window": ("name", "help"),
    "ir.actions.client": ("name",),
    "ir.actions.report": ("name",),
    "ir.actions.server": ("name",),
    "ir.module.category": ("name",),
    "ir.ui.menu": ("name",),
    "mail.template": ("name", "subject"),
    "res.groups": ("name",),
    "res.groups.privilege": ("name",),
}
NEW_FIELD = re.compile(r"^(service|subiekt)_")
#: Where a term may stand, as Odoo writes it; about any other place it logs an error at each update.
PLACE = re.compile(r"code:[\w/.]+|(model|model_terms):[\w.]+,\w+:[^ ]+")


def check_translations(addon, house):
    """Every term of the translation has its translation, none is doubtful, no placeholder lost."""
    for language in LANGUAGES:
        path = addon.path / "i18n" / f"{language}.po"
        if not path.is_file():
            yield f"{addon}: i18n/{language}.po is missing"
            continue
        po = polib.pofile(str(path))
        if not po.metadata.get("Language", language).startswith(language):
            yield f"{addon.where(path)}: the header says language {po.metadata['Language']}"
        for entry in po:
            yield from _check_entry(entry, addon.where(path, entry.linenum))


def _check_entry(entry, where):
    if entry.obsolete:
        yield f"{where}: {entry.msgid!r} is obsolete; drop it"
        return
    translations = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if not all(text.strip() for text in translations):
        yield f"{where}: {entry.msgid!r} has no translation"
    elif entry.fuzzy:
        yield f"{where}: {entry.msgid!r} is fuzzy"
    elif not entry.msgid_plural and placeholders(entry.msgid) != placeholders(entry.msgstr):
        yield f"{where}: {entry.msgid!r} and its translation have different placeholders"
    for place, _line in entry.occurrences:
        if not PLACE.fullmatch(place):
            yield f"{where}: {entry.msgid!r} stands at {place}, which Odoo does not know"


def placeholders(text):
    """The parts of a text that the program fills in, each with its number."""
    return Counter(PLACEHOLDER.findall(text.replace("%%", "")))


def check_terms(addon, house):
    """Texts of the sources are in the translation: it was made after them."""
    path = addon.path / "i18n" / "pl.po"
    if not path.is_file():
        return
    # A term of a view is a piece of XML, in which & is written &amp;.
    terms = {
        term
        for entry in polib.pofile(str(path))
        for term in (_plain(entry.msgid), html.unescape(_plain(entry.msgid)))
        if not entry.obsolete
    }
    everything = "\n".join(terms)
    sources = (
        (_python_terms, True),
        (_record_terms, True),
        (_client_terms, True),
        (_view_terms, False),
    )
    for found, exact in sources:
        for place, line, text in found(addon, house):
            plain = _plain(text)
            if WORD.search(plain) and plain not in (terms if exact else everything):
                yield f"{addon.where(place, line)}: {text.strip()!r} is not in i18n/pl.po"


def _plain(text):
    """A text with its white space made even, as it may be folded differently in both files."""
    return " ".join(text.split())


def _python_terms(addon, house):
    for path, tree in addon.python(tests=False):
        for node in ast.walk(tree):
            is_term = isinstance(node, ast.Call) and called(node) in ("_", "_lt") and node.args
            if is_term and (text := literal(node.args[0])):
                yield path, node.lineno, text
    for model in models_of(addon):
        if model.is_new and (text := literal(model.attribute("_description"))):
            yield model.path, model.node.lineno, text
        for field in model.fields:
            for text in _field_terms(model, field):
                yield model.path, field.line, text
        yield from _constraint_terms(model)


def _field_terms(model, field):
    """Label, help and choices of a field."""
    label = literal(field.argument(LABEL_AT.get(field.kind, 0), "string"))
    words = {word.arg for word in field.call.keywords}
    is_new = model.is_new and not model.inherits or NEW_FIELD.match(field.name)
    is_silent = words & {"export_string_translation", "selection_add"}
    if is_new and not is_silent and (label or "related" not in words):
        yield label or default_label(field.name)
    if text := literal(keyword(field.call, "help")):
        yield text
    if field.kind == "Selection":
        choices = field.argument(0, "selection") or keyword(field.call, "selection_add")
        yield from _choice_labels(choices)


def default_label(name):
    """The label that Odoo gives to a field without one."""
    return re.sub(r"_ids?$", "", name).replace("_", " ").title()


def _choice_labels(node):
    for choice in getattr(node, "elts", ()):
        parts = getattr(choice, "elts", ())
        if len(parts) == 2 and (text := literal(parts[1])):
            yield text


def _constraint_terms(model):
    """Messages of the constraints and unique indexes of the database."""
    for line in model.node.body:
        value = getattr(line, "value", None)
        if isinstance(value, ast.Call) and called(value) in ("Constraint", "UniqueIndex"):
            message = value.args[1] if len(value.args) > 1 else keyword(value, "message")
            if text := literal(message):
                yield model.path, value.lineno, text


@functools.cache
def _translated_fields(house):
    """{model: names of its fields that are declared with translate=True} of our addons."""
    found = {model: set(names) for model, names in CORE_FIELDS.items()}
    for addon in house.own.values():
        for model in models_of(addon):
            names = {field.name for field in model.fields if keyword(field.call, "translate")}
            found.setdefault(model.name, set()).update(names)
    return found


def _record_terms(addon, house):
    """Names of menus, and the translated fields of data records."""
    translated = _translated_fields(house)
    for path, root in addon.data_trees(demo=False):
        for node in root.iter("menuitem"):
            if node.get("name"):
                yield path, node.sourceline, node.get("name")
        for record in root.iter("record"):
            for field in record.iterfind("field"):
                is_text = field.get("name") in translated.get(record.get("model"), ())
                if is_text and len(field) == 0 and field.text and field.get("type") is None:
                    yield path, field.sourceline, field.text


def _client_terms(addon, house):
    """Texts in the JavaScript of the client."""
    for path in addon.files(".js", under="static/src"):
        text = path.read_text(encoding="utf-8")
        for match in CLIENT_TERM.finditer(text):
            yield path, text.count("\n", 0, match.start()) + 1, match[2]


def _view_terms(addon, house):
    """Texts of views, page templates and client templates."""
    for path, root in addon.data_trees(demo=False):
        for template in root.iter("template"):
            yield from _texts(path, template, ATTRIBUTES)
        for field in root.iterfind(".//record[@model='ir.ui.view']/field[@name='arch']"):
            yield from _texts(path, field, ATTRIBUTES)
    for path in addon.files(".xml", under="static/src"):
        yield from _texts(path, parse_xml(path), CLIENT_ATTRIBUTES)


def _texts(path, root, attributes):
    for node in root.iter(etree.Element):
        if node.tag in SILENT or _is_untranslated(node):
            continue
        is_component = node.tag[:1].isupper()  # its attributes are JavaScript
        if node is not root and not is_component and node.get("t-call") is None:
            for name in attributes:
                yield path, node.sourceline, node.get(name, "")
        if node.tag != "attribute" or node.get("name") in attributes:
            yield path, node.sourceline, node.text or ""
        for child in node:
            yield path, child.sourceline, child.tail or ""


def _is_untranslated(node):
    chain = [node, *node.iterancestors()]
    return any(part.get("t-translation") == "off" for part in chain)
