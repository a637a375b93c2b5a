"""The statement of readings beside a document: its data, and as files for spreadsheets."""

import csv
import io
from dataclasses import dataclass, field
from datetime import date as Date

import openpyxl
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

#: A spreadsheet takes what begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Point:
    """What a counter showed at one end of a row, and how that is known."""

    value: int
    day: Date
    how: str
    """In words: by a reading, by days, estimated."""
    is_read: bool = True


@dataclass(slots=True)
class Reading:
    """Pages of one meter of one device from one point to another."""

    device: str
    serial: str
    place: str
    cost_centre: str
    meter: str
    start: Point
    end: Point
    pages: int = 0
    tests: int = 0


@dataclass(slots=True)
class Unit:
    """A part of a line: what one device or one pool costs, with the arithmetic in words."""

    who: str
    serial: str = ""
    place: str = ""
    cost_centre: str = ""
    share: str = ""
    rows: list[dict] = field(default_factory=list)
    amount: float = 0.0
    reason: str = ""
    pages: int = 0

    @property
    def is_single(self):
        """Whether quantity and price say it all: no included pages, tiers, blocks or minimum."""
        return len(self.rows) == 1 and not self.rows[0]["is_minimum"]


@dataclass(slots=True)
class Line:
    """A line of the document; or what costs nothing, which has no line."""

    name: str
    quantity: float
    price: float
    amount: float
    units: list[Unit] = field(default_factory=list)


@dataclass(slots=True)
class Annex:
    """Everything that the annex of one document says."""

    readings: list[Reading] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    free: list[Line] = field(default_factory=list)

    @property
    def total(self):
        """Net value of all lines: that of the document."""
        return sum(line.amount for line in self.lines)

    @property
    def devices(self):
        """Readings by device, in their order: ``[[Reading]]``."""
        found = {}
        for reading in self.readings:
            found.setdefault((reading.serial, reading.place), []).append(reading)
        return list(found.values())


def reading_row(reading):
    """Cells of one reading."""
    start, end = reading.start, reading.end
    return [
        *(reading.device, reading.serial, reading.place, reading.cost_centre, reading.meter),
        *(start.value, start.day, start.how, end.value, end.day, end.how),
        *(reading.pages, reading.tests),
    ]


def amount_rows(annex):
    """Cells of what is paid: a row for each part of a line, and before it its calculation.

    Only the row of the part has a net value, so that the column adds up to the document.
    """
    rows = []
    for line in annex.lines + annex.free:
        for unit in line.units:
            who = [unit.who, unit.serial, unit.place, unit.cost_centre, line.name]
            for row in unit.rows:
                numbers = [row["quantity"], row["unit_price"], row["value"]]
                rows.append([*who, row["kind"], row["range"], *numbers, None])
            note = ", ".join(filter(None, (unit.share, unit.reason)))
            rows.append([*who, note, None, None, None, None, unit.amount])
        if not line.units:
            numbers = [line.quantity, line.price, line.amount, line.amount]
            rows.append([None, None, None, None, line.name, None, None, *numbers])
    return rows


def to_csv(table, decimal_point="."):
    """A table as a file for spreadsheets.

    :param list table: rows of texts, numbers and days; the first one are the headings
    :return: bytes, marked as UTF-8
    """
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";")
    for row in table:
        writer.writerow([_text(value, decimal_point) for value in row])
    return file.getvalue().encode("utf-8-sig")


def _text(value, decimal_point):
    if isinstance(value, float):
        return repr(value).replace(".", decimal_point)
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return "" if value is None else value


def to_xlsx(sheets):
    """Tables as one workbook.

    :param dict sheets: name: table, as in ``to_csv``
    :return: bytes
    """
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, table in sheets.items():
        sheet = book.create_sheet(name[:31])
        for row, values in enumerate(table, 1):
            for column, value in enumerate(values, 1):
                cell = sheet.cell(row, column, value)
                if isinstance(value, str):
                    # Never a formula, whatever it begins with.
                    cell.data_type = "s"
                if row == 1:
                    cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
        for column in range(1, len(table[0]) + 1):
            longest = max(len(str(row[column - 1] or "")) for row in table)
            sheet.column_dimensions[get_column_letter(column)].width = min(longest + 2, 60)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
