"""Reading a spreadsheet that somebody uploads: XLSX or CSV, as plain texts, within limits.

Nothing here knows Odoo. What is wrong with a file is told by the code of a `SpreadsheetError`;
the sentence for it belongs to whoever shows it.
"""

import csv
import datetime
import io
import re
import zipfile
from dataclasses import dataclass
from typing import NamedTuple

import openpyxl
from openpyxl.worksheet._reader import INLINE_STRING, VALUE_TAG, WorkSheetParser

MAX_BYTES = 10 * 2**20
MAX_UNPACKED = 150 * 2**20
# 20 000 devices with three counters each, one row per counter, and the header.
MAX_ROWS = 60_001
MAX_COLUMNS = 60
# Twenty for each row: reading them takes a quarter of a minute. No program writes wider rows.
MAX_CELLS = 1_200_000
MAX_WIDTH = 16_384
MAX_TEXT = 2_000
INLINE_TEXT = VALUE_TAG.replace("}v", "}t")
DELIMITERS = ";,\t"
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# Spaces that are not broken, as Excel puts them between thousands.
SPACES = re.compile(r"[\xa0\u2007\u2009\u202f]")
# How a document type, a row and a cell begin, whatever prefix their names have.
BEGINNING = re.compile(rb"<(?:!DOCTYPE|(?:\w{1,20}:)?(?:row|c)[\s/>])")
LONGEST_BEGINNING = 32


class SpreadsheetError(Exception):
    """A file that can't be read; ``code`` is one of big, bomb, damaged, rows, cells, wide,
    encoding, old."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


@dataclass
class Limits:
    """How large a file may be: packed and unpacked bytes, rows and cells of all sheets, columns
    that are read, cells that one row may have."""

    packed: int = MAX_BYTES
    unpacked: int = MAX_UNPACKED
    rows: int = MAX_ROWS
    columns: int = MAX_COLUMNS
    cells: int = MAX_CELLS
    width: int = MAX_WIDTH


class Sheet(NamedTuple):
    """A sheet: ``rows`` is a list of (row number in the file, list of texts), no empty rows."""

    title: str
    rows: list


def read(data, limits=None):
    """Read a file into sheets; a CSV file is one sheet without a title.

    :param data: bytes of the file
    :return: list of `Sheet`
    :raise SpreadsheetError: the file is damaged, too large or of another kind
    """
    limits = limits or Limits()
    if len(data) > limits.packed:
        raise SpreadsheetError("big")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise SpreadsheetError("old")
    if data.startswith(b"PK"):
        return _read_xlsx(data, limits)
    return [_read_csv(data, limits)]


def _read_xlsx(data, limits):
    try:
        _check_archive(data, limits)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets, left = [], limits.rows
        for sheet in book.worksheets:
            rows = _rows(_sheet_rows(book, sheet, limits), left)
            left -= len(rows)
            sheets.append(Sheet(sheet.title, rows))
    except SpreadsheetError:
        raise
    except Exception as error:
        # openpyxl has no error of its own: a damaged file fails anywhere in it.
        raise SpreadsheetError("damaged") from error
    return sheets


def _check_archive(data, limits):
    """Refuse what grows when it is unpacked. Python stops unpacking at the size that is stated."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        if sum(member.file_size for member in members) > limits.unpacked or len(members) > 1000:
            raise SpreadsheetError("bomb")
        left = limits.cells
        for member in members:
            with archive.open(member) as file:
                left -= _count_cells(file, left, limits.width)


def _count_cells(file, limit, width):
    """The cells of one part of a workbook, found long before they are understood.

    Nor may it declare a document type, wherever that stands and however it is encoded. A
    spreadsheet never does: entities are how XML is blown up and how it reads other files.

    :param int limit: so many may still come
    :param int width: so many may stand in one row
    """
    count = before = 0
    for text in _pieces(file):
        for found in BEGINNING.finditer(text):
            beginning = found[0]
            if beginning == b"<!DOCTYPE":
                raise SpreadsheetError("bomb")
            if b"row" in beginning:
                before = count
                continue
            count += 1
            if count - before > width:
                raise SpreadsheetError("wide")
            if count > limit:
                raise SpreadsheetError("cells")
    return count


def _pieces(file):
    """The bytes of a file in pieces, none of which ends within the beginning of a tag."""
    tail = b""
    while chunk := file.read(2**20):
        # UTF-16 writes the same letters with zero bytes between them.
        text = tail + chunk.replace(b"\0", b"")
        cut = text.rfind(b"<", -LONGEST_BEGINNING)
        tail = text[cut:] if cut >= 0 else b""
        yield text[: len(text) - len(tail)]
    yield tail


class _Parser(WorkSheetParser):
    """Reads rows as openpyxl does, but takes a plain text within its cell as it stands.

    openpyxl makes an object with all that may format a text, which is most of its time in files
    that programs write; Excel keeps texts apart from the cells.
    """

    def parse_cell(self, element):
        inline = element.find(INLINE_STRING) if element.get("t") == "inlineStr" else None
        if inline is not None and len(inline) == 1 and inline[0].tag == INLINE_TEXT:
            element.set("t", "str")
            inline[0].tag = VALUE_TAG
            element.append(inline[0])
        return super().parse_cell(element)


def _sheet_rows(book, sheet, limits):
    """Rows of a sheet as texts, with their numbers. Nothing is made of empty rows between."""
    with sheet._get_source() as source:
        parser = _Parser(
            source,
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for count, (number, cells) in enumerate(parser.parse(), start=1):
            if max(count, number) > 10 * limits.rows:
                raise SpreadsheetError("rows")
            yield number, _texts(cells, limits.columns)


def _texts(cells, limit):
    """Texts of a row up to its last cell."""
    texts = []
    for cell in cells:
        column = cell["column"]
        if column <= limit:
            texts += [""] * (column - len(texts))
            texts[column - 1] = as_text(cell["value"])
    return texts


def _read_csv(data, limits):
    text = _decode(data)
    head = text[: text.find("\n")] if "\n" in text else text
    delimiter = max(DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return Sheet("", _rows(_csv_rows(reader, limits), limits.rows))
    except csv.Error as error:
        raise SpreadsheetError("damaged") from error


def _csv_rows(reader, limits):
    """Rows of a CSV file as texts; millions of empty lines are no list of customers."""
    for number, values in enumerate(reader, start=1):
        if number > 10 * limits.rows:
            raise SpreadsheetError("rows")
        yield reader.line_num, [as_text(value) for value in values[: limits.columns]]


def _decode(data):
    """Excel saves CSV in the code page of Windows, or as UTF with a mark at the start."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1250"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise SpreadsheetError("encoding")


def _rows(numbered, limit):
    """The rows that hold something, as a list."""
    rows = []
    for number, texts in numbered:
        if any(texts):
            if len(rows) >= limit:
                raise SpreadsheetError("rows")
            rows.append((number, texts))
    return rows


def as_text(value):
    """A cell as a person reads it: numbers without a needless ".0", dates as 2026-03-31, with the
    time of day where there is one."""
    if isinstance(value, str):
        return CONTROL.sub("", SPACES.sub(" ", value)).strip()[:MAX_TEXT]
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return str(value.replace(microsecond=0) if any(value.timetuple()[3:6]) else value.date())
    return str(value)[:MAX_TEXT]
