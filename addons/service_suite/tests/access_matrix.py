"""The access matrix as data: who may do what with which records, read from ``matrix.yaml``."""

import fnmatch
from pathlib import Path

import yaml

OPERATIONS = {"r": "read", "w": "write", "c": "create", "d": "unlink"}
FILE = Path(__file__).parent / "access" / "matrix.yaml"


class Cell:
    """What one role may do with one model: operations, and on which classes of records."""

    def __init__(self, rights, classes):
        self.rights = frozenset(rights)
        self.classes = classes

    def sees(self, key):
        """Whether records of a class are seen; ``None`` as classes stands for all."""
        return "r" in self.rights and (self.classes is None or key in self.classes)


class Matrix:
    """The file ``matrix.yaml``; see the words at its top."""

    def __init__(self, text=None):
        data = yaml.safe_load(text or FILE.read_text(encoding="utf-8"))
        self.staff = data["staff"]
        self.patterns = {
            name: {role: frozenset(words.split()) for role, words in pattern.items()}
            for name, pattern in data["people"].items()
        }
        self.models = data["models"]
        self.infrastructure = data["infrastructure"]
        self.opened = data["opened"]
        self.fields = data["fields"]
        self.searchable = frozenset(data["searchable"].split())
        self.routes = data["routes"]
        self.unguarded = data["unguarded"]

    def staff_cell(self, key, role):
        """The cell of a staff role: ``rwc``, ``r own``, ``r none`` or ``.``."""
        word, *limit = self.models[key][self.staff.index(role)].split()
        limits = {(): None, ("own",): {"here"}, ("none",): set()}
        return Cell(word.strip("."), limits[tuple(limit)])

    def people_cell(self, key, role):
        """The cell of a customer person: a pattern by its name, and rights beyond reading."""
        name, *more = self.models[key][-1].split(" + ")
        classes = self.patterns[name].get(role, frozenset())
        return Cell("".join(["r", *more]), classes)

    def entry_of(self, address):
        """The entry for a route: its own, or the first pattern of unguarded ones that fits."""
        known = next((route for route in self.routes if route.split(" ")[0] == address), None)
        return known or next(
            (reason for glob, reason in self.unguarded.items() if fnmatch.fnmatch(address, glob)),
            None,
        )
