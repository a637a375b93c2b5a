"""The shape of an addon: its files, its manifest, sizes, docstrings."""

import ast
import re

from .models import models_of

NEEDED = ("README.md", "i18n/pl.po", "static/description/icon.png", "tests/__init__.py")
LOADED_FOLDERS = ("data", "demo", "report", "security", "views", "wizard")
DEFAULTS = {"installable": True, "application": False, "auto_install": False, "sequence": 100}
VERSION = re.compile(r"^19\.0\.\d+\.\d+\.\d+$")
FILE_LINES = 400
METHOD_LINES = 40
MODEL_BASES = {"Model", "TransientModel", "AbstractModel", "Controller"}


def check_files(addon, house):
    """Every addon explains, translates, tests and shows itself."""
    for name in NEEDED:
        if not (addon.path / name).is_file():
            yield f"{addon}: {name} is missing"
    if _has_records(addon) and not (addon.path / "security" / "ir.model.access.csv").is_file():
        yield f"{addon}: security/ir.model.access.csv is missing"
    tests = sorted(path.stem for path in addon.path.glob("tests/test_*.py"))
    init = addon.path / "tests" / "__init__.py"
    if not tests:
        yield f"{addon}: tests has no test_*.py"
    elif init.is_file():
        words = set(re.findall(r"\w+", init.read_text(encoding="utf-8")))
        yield from (
            f"{addon}: tests/{name}.py is not imported" for name in tests if name not in words
        )


def _has_records(addon):
    return any(model.is_new and model.kind != "AbstractModel" for model in models_of(addon))


def check_manifest(addon, house):
    """The manifest says what it must, nothing that goes without saying, and loads every file."""
    manifest = addon.manifest
    if not VERSION.match(manifest.get("version", "")):
        yield f"{addon}: version is {manifest.get('version')}, expected 19.0.x.y.z"
    if manifest.get("license") != "LGPL-3":
        yield f"{addon}: license is {manifest.get('license')}, expected LGPL-3"
    for key in ("name", "summary", "author", "category", "depends"):
        if not manifest.get(key):
            yield f"{addon}: the manifest has no {key}"
    for key, value in DEFAULTS.items():
        if manifest.get(key) == value and type(manifest.get(key)) is type(value):
            yield f"{addon}: {key} = {value} is the default; drop it"
    yield from _check_loaded(addon)


def _check_loaded(addon):
    named = addon.manifest.get("data", []) + addon.manifest.get("demo", [])
    for name in named:
        if not (addon.path / name).is_file():
            yield f"{addon}: the manifest loads {name}, which does not exist"
        if named.count(name) > 1:
            yield f"{addon}: the manifest loads {name} twice"
    for folder in LOADED_FOLDERS:
        for path in addon.files(".xml", ".csv", under=folder):
            if str(path.relative_to(addon.path)) not in named:
                yield f"{addon.where(path)}: no manifest entry loads this file"


def check_sizes(addon, house):
    """Small files, small methods."""
    for path, tree in addon.python(tests=False):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > FILE_LINES:
            yield f"{addon.where(path)}: {lines} lines, at most {FILE_LINES}"
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and (size := function_lines(node)) > METHOD_LINES:
                where = addon.where(path, node.lineno)
                yield f"{where}: {node.name} has {size} lines, at most {METHOD_LINES}"


def function_lines(node):
    """Lines of a function, its docstring left out."""
    size = node.end_lineno - node.lineno + 1
    if ast.get_docstring(node):
        size -= node.body[0].end_lineno - node.body[0].lineno + 1
    return size


def check_docstrings(addon, house):
    """New models and public methods say what they are for; methods that extend one need not."""
    for model in models_of(addon):
        where = addon.where(model.path, model.node.lineno)
        if model.is_new and not ast.get_docstring(model.node):
            yield f"{where}: {model.name} has no docstring"
        if model.is_new and model.attribute("_description") is None:
            yield f"{where}: {model.name} has no _description"
    for path, tree in addon.python(tests=False):
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and _is_public_door(node):
                yield from _undocumented(addon, path, node)


def _is_public_door(node):
    """Whether others can call the methods of a class: a model or a controller."""
    names = {getattr(base, "attr", getattr(base, "id", "")) for base in node.bases}
    return bool(names & MODEL_BASES) or any(name.endswith("Portal") for name in names)


def _undocumented(addon, path, node):
    for method in node.body:
        if not isinstance(method, ast.FunctionDef) or method.name.startswith("_"):
            continue
        if not ast.get_docstring(method) and not _extends(method):
            where = addon.where(path, method.lineno)
            yield f"{where}: public method {method.name} has no docstring"


def _extends(method):
    """Whether a method calls the one it overrides; create, write and unlink always do."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == method.name
        and isinstance(node.value, ast.Call)
        and getattr(node.value.func, "id", None) == "super"
        for node in ast.walk(method)
    )
