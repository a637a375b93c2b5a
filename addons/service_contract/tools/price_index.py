"""Reading the yearly values of a price index that somebody pastes. Nothing here knows Odoo."""

import re
from collections import defaultdict
from typing import NamedTuple

#: A year, what stands between, a value, and words that may follow (where it was published).
ROW = re.compile(
    r"""^\W* (?P<year>\d{4}) (?:\s*r\.?)? [\s;,:|=–—-]+
        (?P<value>\d{1,3}(?:[.,]\d+)?) \s*%?
        (?:[\s;,|]+(?:[^\W\d].*)?)?$""",
    re.VERBOSE,
)
#: A line that could hold a year; what has none before the first row is a heading.
YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
YEARS = range(1950, 2201)
#: The year before is 100.
VALUES = (50, 300)


class IndexRow(NamedTuple):
    """One line; ``problem`` says what is wrong: ``row``, ``year``, ``value``, ``twice``."""

    line: int
    text: str
    year: int = 0
    value: float = 0.0
    problem: str = ""


def read_rows(text):
    """Rows such as “2024 103,6” of a spreadsheet or of a table of the statistical office.

    :param str text: what was pasted
    :return: list of ``IndexRow``, without empty lines and headings
    """
    rows, values = [], defaultdict(set)
    for line, raw in enumerate((text or "").splitlines(), start=1):
        content = raw.strip()
        if content and (rows or YEAR.search(content)):
            rows.append(_read_row(line, content))
    for row in rows:
        if not row.problem:
            values[row.year].add(row.value)
    # Of two values of a year nobody but a person knows the right one.
    return [row._replace(problem="twice") if len(values[row.year]) > 1 else row for row in rows]


def _read_row(line, content):
    found = ROW.match(content)
    if not found:
        return IndexRow(line, content, problem="row")
    year, value = int(found["year"]), float(found["value"].replace(",", "."))
    problem = ""
    if year not in YEARS:
        problem = "year"
    elif not VALUES[0] <= value <= VALUES[1]:
        problem = "value"
    return IndexRow(line, content, year, value, problem)
