"""The access matrix as data: who may do what with which records, read from ``matrix.yaml``."""

import fnmatch
from pathlib import Path

import yaml

OPERATIONS = {"r": "read", "w": "write", "c": "create", "d": "unlink"}
FOLDER = Path(__file__).parent / "access"
#: Where an entry is for one route only: our own routes, and core's pages and calls for outsiders.
EXACT = ("/my", "/service/", "/invoice/", "/payment/", "/portal/", "/report/", "/web/content")


class Cell:
    """What one role may do with one model: operations, and on which classes of records."""

    def __init__(self, rights, classes):
        self.rights = frozenset(rights)
        self.classes = classes

    def sees(self, key):
        """Whether records of a class are seen; ``None`` as classes stands for all."""
        return "r" in self.rights and (self.classes is None or key in self.classes)


class Matrix:
    """The files in ``access``; see the words at their tops."""

    def __init__(self):
        data = {}
        for name in ("matrix", "routes"):
            data |= yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
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
        self.pages = data["pages"]
        self.counters = data["counters"]
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

    def entry_of(self, address, ours=False):
        """The entry for a route: its own, or why it opens nothing.

        :param bool ours: whether the route is of our addons, which say so one by one
        """
        known = {name.split(" ")[0]: entry for name, entry in {**self.routes, **self.pages}.items()}
        if address in known:
            return known[address]
        if ours or address.startswith(EXACT):
            return self.unguarded.get(address)
        return next(
            (reason for glob, reason in self.unguarded.items() if fnmatch.fnmatch(address, glob)),
            None,
        )

    def roles_of(self, words, people):
        """The roles that a page is for: ``everybody``, ``nobody`` or their names."""
        everybody = {"everybody": set(people), "nobody": set()}
        return everybody[words] if words in everybody else set(words.split())
