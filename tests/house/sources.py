"""Reading addons as text: manifests, Python trees, XML trees, CSV rows. Nothing is imported."""

import ast
import csv
import functools
import importlib.util
import os
import re
import tokenize
from pathlib import Path

from lxml import etree

ROOT = Path(__file__).resolve().parents[2]


class Addon:
    """One addon folder, ours or core's.

    :param path: the folder that holds ``__manifest__.py``
    """

    def __init__(self, path):
        self.path = Path(path)
        self.name = self.path.name

    def __repr__(self):
        return self.name

    @functools.cached_property
    def manifest(self):
        """The manifest as a dictionary."""
        return ast.literal_eval((self.path / "__manifest__.py").read_text(encoding="utf-8"))

    @property
    def depends(self):
        """Names of the addons that the manifest asks for; ``base`` needs none."""
        return [] if self.name == "base" else self.manifest.get("depends", ["base"]) or ["base"]

    def where(self, path, line=None):
        """``addon/path:line``, the beginning of a finding."""
        place = f"{self.name}/{Path(path).relative_to(self.path)}"
        return f"{place}:{line}" if line else place

    def files(self, *suffixes, under=".", tests=True):
        """Files with one of the suffixes, sorted; without those of ``tests`` folders if told so."""
        return sorted(
            path
            for path in (self.path / under).rglob("*")
            if path.suffix in suffixes
            and path.is_file()
            and not {"__pycache__", "node_modules", "lib"} & set(path.parts[len(self.path.parts) :])
            and (tests or "tests" not in path.relative_to(self.path).parts)
        )

    def python(self, tests=True):
        """(path, syntax tree) of each Python file but the manifest."""
        for path in self.files(".py", tests=tests):
            if path.name != "__manifest__.py":
                yield path, parse_python(path)

    def data_files(self, *suffixes, demo=True):
        """Files that the manifest loads, those of demo data included."""
        names = self.manifest.get("data", []) + (self.manifest.get("demo", []) if demo else [])
        paths = [self.path / name for name in names if name.endswith(suffixes)]
        return [path for path in paths if path.is_file()]

    def data_trees(self, demo=True):
        """(path, root element) of each XML file that the manifest loads."""
        for path in self.data_files(".xml", demo=demo):
            yield path, parse_xml(path)

    def data_rows(self, demo=True):
        """(path, line, row) of each CSV file that the manifest loads."""
        for path in self.data_files(".csv", demo=demo):
            for line, row in enumerate(parse_csv(path), start=2):
                yield path, line, row


class House:
    """All addons that can be seen: ours, and core's beside them.

    :param addons: folder of our addons
    :param core: folders of Odoo's addons; none when Odoo's source is not there
    """

    def __init__(self, addons, core=()):
        self.own = find_addons(addons)
        self.core = list(core)

    def get(self, name):
        """The addon of that name, ours first, or None."""
        return self.own.get(name) or self._core_addon(name)

    @functools.cache  # noqa: B019 - one house lives as long as the test run
    def _core_addon(self, name):
        for folder in self.core:
            if (folder / name / "__manifest__.py").is_file():
                return Addon(folder / name)
        return None

    @functools.cache  # noqa: B019 - as above
    def closure(self, name):
        """Names of an addon and of all that its manifest brings, ``base`` included."""
        found, waiting = {"base"}, [name]
        while waiting:
            current = waiting.pop()
            addon = self.get(current)
            if current in found and current != name or not addon:
                continue
            found.add(current)
            waiting += [depend for depend in addon.depends if depend not in found]
        return frozenset(found)


def find_addons(folder):
    """{name: Addon} of a folder, in the order of their names."""
    manifests = sorted(Path(folder).glob("*/__manifest__.py"))
    return {path.parent.name: Addon(path.parent) for path in manifests}


def find_core():
    """Folders of Odoo's addons: from ODOO_SOURCE, else from the importable package; or none."""
    given = os.environ.get("ODOO_SOURCE")
    if given:
        packages = [Path(given) / "odoo", Path(given)]
    else:
        spec = importlib.util.find_spec("odoo")
        packages = [Path(path) for path in (spec and spec.submodule_search_locations) or []]
    for package in packages:
        if (package / "release.py").is_file():
            return [
                path for path in (package / "addons", package.parent / "addons") if path.is_dir()
            ]
    return []


@functools.cache
def parse_python(path):
    """Syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@functools.cache
def parse_xml(path):
    """Root element of an XML file; comments are left out."""
    return etree.parse(str(path), etree.XMLParser(remove_comments=True)).getroot()


def parse_csv(path):
    """Rows of a CSV file as dictionaries."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@functools.cache
def comments(path):
    """{line: text} of the comments of a Python file."""
    with path.open("rb") as file:
        tokens = tokenize.tokenize(file.readline)
        return {
            token.start[0]: token.string.lstrip("# ").strip()
            for token in tokens
            if token.type == tokenize.COMMENT
        }


def has_reason(path, start, end, above=3):
    """Whether a comment of at least three words stands on the lines or right above them."""
    found = comments(path)
    texts = [found.get(number, "") for number in range(start - above, end + 1)]
    return any(len(re.findall(r"\w{2,}", text)) >= 3 and "noqa" not in text for text in texts)


def literal(node):
    """The text of a string constant; None for all else, None included."""
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return node.value if is_text else None


def called(node):
    """The last name of what a call calls: ``ref`` for ``self.env.ref(...)``."""
    function = node.func
    return getattr(function, "attr", None) or getattr(function, "id", "")


def keyword(node, name):
    """The value of a keyword argument of a call, else None."""
    return next((word.value for word in node.keywords if word.arg == name), None)
