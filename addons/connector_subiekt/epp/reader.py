"""Reading an EPP file: strict about damage, lenient about what genuine files do differently."""

import re
from dataclasses import dataclass

from . import characters, dictionaries, errors
from .documents import (
    CORRECTION_TYPES,
    HEADER_ONLY_TYPES,
    PURPOSE_OFFICE,
    TRADE_TYPES,
    Document,
    Header,
    Info,
    content_record,
)
from .errors import EppError, FieldError
from .file import EppFile, Raw

VERSION = re.compile(r"1\.(0[5-9]|1[0-9])(\.[0-9])?")
QUOTED = re.compile(r'"((?:[^"]|"")*)"')
HEAD, CONTENT, INFO = "[NAGLOWEK]", "[ZAWARTOSC]", "[INFO]"


def read(data):
    """Return the `EppFile` of ``data`` (bytes); raise `EppError` at the first damage.

    Accepted: LF and CRLF, blank lines, unquoted text, ``""`` for empty text, fields beyond the
    known ones, sections and kinds of documents not known (kept raw).
    """
    blocks = _blocks(_lines(data))
    file = EppFile(_read_info(blocks[0]))
    for head, content in _pairs(blocks[1:]):
        number, text = head.records[0]
        fields = tokens(number, text)
        name = fields[0][0]
        if content is None and (len(fields) == 1 or name not in HEADER_ONLY_TYPES):
            raise EppError(head.last, "", errors.NO_CONTENT, name=name)
        if len(fields) == 1:
            _read_section(file, number, name, content)
        elif name in TRADE_TYPES or name in CORRECTION_TYPES:
            file.documents.append(_read_document(file.info, head, content))
        else:
            rows = None if content is None else _raw_rows(content)
            file.documents.append(Raw(text, rows, source_line=number))
    return file


def tokens(number, text):
    """Return the fields of a record as a list of (value, quoted, as it stood)."""
    found = []
    position = 0
    while True:
        value, quoted, end = _token(number, text, position)
        found.append((value, quoted, text[position:end]))
        if end == len(text):
            return found
        position = end + 1


def _token(number, text, position):
    if not text.startswith('"', position):
        end = text.find(",", position)
        end = len(text) if end < 0 else end
        value = text[position:end]
        if '"' in value:
            raise EppError(number, "", errors.QUOTE_INSIDE)
        return value, False, end
    match = QUOTED.match(text, position)
    if not match:
        raise EppError(number, "", errors.QUOTE_OPEN)
    end = match.end()
    if end < len(text) and text[end] != ",":
        raise EppError(number, "", errors.QUOTE_BAD)
    return match[1].replace('""', '"'), True, end


def record(cls, number, text):
    """Return the line ``text`` as a record of class ``cls``."""
    columns = cls.columns()
    fields = tokens(number, text)
    least = sum(not kind.optional for _name, kind in columns)
    if len(fields) < least:
        raise EppError(number, "", errors.TOO_FEW, found=len(fields), least=least)
    values = {"tail": tuple(raw for _value, _quoted, raw in fields[len(columns) :])}
    for (name, kind), (value, quoted, _raw) in zip(columns, fields, strict=False):
        try:
            values[name] = kind.decode(value, quoted)
        except FieldError as error:
            raise EppError(number, name, error.template, **error.values) from None
    return cls(**values, source_line=number)


def _lines(data):
    """Return the lines that are not blank as (number, text)."""
    if not data.strip():
        raise EppError(0, "", errors.EMPTY)
    raw_lines = [line.removesuffix(b"\r") for line in data.split(b"\n")]
    codepage = _codepage(raw_lines)
    lines = [
        (number, characters.decode(number, raw, codepage))
        for number, raw in enumerate(raw_lines, 1)
        if raw.strip()
    ]
    if raw_lines[-1]:
        raise EppError(len(raw_lines), "", errors.CUT)
    return lines


def _codepage(raw_lines):
    """Return the code page named by the third field of the record of [INFO].

    Quotes, commas and digits are the same in both code pages, so it can be read before.
    """
    filled = [(number, raw) for number, raw in enumerate(raw_lines, 1) if raw.strip()][:2]
    if len(filled) < 2 or filled[0][1].strip() != INFO.encode():
        return 1250  # `_read_info` refuses it
    number, raw = filled[1]
    fields = tokens(number, raw.decode("latin-1"))
    value = fields[2][0] if len(fields) > 2 else ""
    if value not in ("1250", "852"):
        raise EppError(number, "codepage", errors.CODEPAGE, value=value)
    return int(value)


@dataclass
class _Block:
    """A label and the records under it; ``last`` is the number of the last line."""

    label: str
    line: int
    records: list

    @property
    def last(self):
        return self.records[-1][0] if self.records else self.line


def _blocks(lines):
    if lines[0][1] != INFO:
        raise EppError(lines[0][0], "", errors.NO_INFO)
    blocks = []
    for number, text in lines:
        if text in (INFO, HEAD, CONTENT):
            blocks.append(_Block(text, number, []))
        elif text.startswith("["):
            raise EppError(number, "", errors.LABEL, label=text[:40])
        else:
            blocks[-1].records.append((number, text))
    return blocks


def _read_info(block):
    if len(block.records) != 1:
        raise EppError(block.last, "", errors.INFO_RECORD)
    number, text = block.records[0]
    info = record(Info, number, text)
    if not VERSION.fullmatch(info.version):
        raise EppError(number, "version", errors.VERSION, value=info.version)
    if info.purpose > 3:
        raise EppError(number, "purpose", errors.PURPOSE, value=info.purpose)
    return info


def _pairs(blocks):
    """Yield each [NAGLOWEK] with its [ZAWARTOSC] (None where it has none)."""
    head = None
    for block in blocks:
        if block.label == INFO:
            raise EppError(block.line, "", errors.INFO_TWICE)
        if block.label == HEAD:
            if head:
                yield head, None
            if len(block.records) != 1:
                raise EppError(block.last, "", errors.HEADER_RECORD)
            head = block
        else:
            if not head:
                raise EppError(block.line, "", errors.ORPHAN)
            yield head, block
            head = None
    if head:
        yield head, None


def _read_section(file, number, keyword, content):
    if keyword in file.sections:
        raise EppError(number, "", errors.TWICE, name=keyword)
    if keyword == dictionaries.PRODUCTS and dictionaries.PRICES in file.sections:
        raise EppError(number, "", errors.PRICES_FIRST)
    cls = dictionaries.RECORDS.get(keyword)
    file.sections[keyword] = (
        [record(cls, *row) for row in content.records] if cls else _raw_rows(content)
    )


def _read_document(info, head, content):
    number, text = head.records[0]
    header = record(Header, number, text)
    cls = content_record(info.purpose, header.doc_type)
    lines = [record(cls, *row) for row in content.records]
    # an office file holds VAT rows, which programs count differently
    if info.purpose != PURPOSE_OFFICE and header.line_count != len(lines):
        raise EppError(
            number, "line_count", errors.LINE_COUNT, announced=header.line_count, found=len(lines)
        )
    return Document(header, lines)


def _raw_rows(content):
    for number, text in content.records:
        tokens(number, text)  # refuses broken quoting
    return [text for _number, text in content.records]
