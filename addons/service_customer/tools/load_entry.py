"""What the first load works with: columns of a sheet, and one row on its way into the database."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class CellError(Exception):
    """What is wrong with one cell, in the user's language."""


class Column(NamedTuple):
    """A column people fill in.

    ``name`` is its technical name and, unless ``parse`` is None, the field it fills; ``parse`` gets
    (text, all texts of the row) and returns the field's value or raises `CellError`. Columns
    without ``parse`` are read by the kind itself.
    """

    name: str
    label: str
    example: str = ""
    comment: str = ""
    required: bool = False
    parse: Callable | None = None
    choices: dict = {}


@dataclass(eq=False, slots=True)
class Entry:
    """One row: its texts by column, and what is found out about it.

    ``record`` is the existing record it stands for; ``links`` what its cells refer to: records, or
    entries of the same file; ``changed`` what would be written; ``errors`` a sentence by column, ""
    for the row as a whole. Rows of one ``bundle`` are written together.
    """

    number: int
    texts: dict
    row: Any = None
    record: Any = None
    depth: int = 0
    bundle: str = ""
    vals: dict = field(default_factory=dict)
    links: dict = field(default_factory=dict)
    changed: dict = field(default_factory=dict)
    errors: dict = field(default_factory=dict)

    def refuse(self, column, sentence):
        """Note what is wrong at a cell; the first thing counts."""
        self.errors.setdefault(column, str(sentence))

    @property
    def state(self):
        """State of the row of the preview."""
        if self.errors:
            return "refused"
        if not self.record:
            return "new"
        return "changed" if self.changed else "unchanged"


def fold(text):
    """A text as it is compared: without letter case and spaces to spare."""
    return " ".join((text or "").split()).casefold()


def path_parts(text):
    """A path of locations, "Site / Floor 2", as a tuple of compared names."""
    return tuple(part for part in map(fold, (text or "").split("/")) if part)


def nip_key(text):
    """A tax number as it is compared: without signs between, without the prefix of Poland."""
    number = "".join(character for character in text or "" if character.isalnum()).upper()
    return number.removeprefix("PL")


def digest(scope, texts):
    """Names a row by all that stands in it.

    :param scope: whatever separates rows of equal texts, like company and kind
    """
    text = json.dumps([scope, sorted(texts.items())], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
