"""Writing an EPP file in the very form in which Subiekt GT writes it."""

from . import characters, dictionaries, errors
from .documents import Info, content_record
from .errors import EppError, FieldError
from .file import Raw

END = "\r\n"


def write(file):
    """Return the bytes of ``file``: CRLF, the code page of its INFO, a blank line after each part.

    Nothing is cut or replaced here (see `fit`): a value that does not fit raises `EppError`
    naming its field, so no half-right file leaves.
    """
    codepage = file.info.codepage
    if codepage not in characters.CODECS:
        raise EppError(0, "codepage", errors.CODEPAGE, value=codepage)
    parts = [_part("[INFO]", [row(file.info, Info, codepage)])]
    for document in file.documents:
        parts += _raw(document) if isinstance(document, Raw) else _document(document, file.info)
    _check_order(file.sections)
    for keyword, rows in file.sections.items():
        cls = dictionaries.RECORDS.get(keyword)
        parts.append(_part("[NAGLOWEK]", [f'"{keyword}"']))
        parts.append(_part("[ZAWARTOSC]", [row(each, cls, codepage) for each in rows]))
    return "".join(parts).encode(characters.CODECS[codepage])


def row(record, cls, codepage):
    """Return the line of a record of class ``cls`` (None: a line that was kept raw)."""
    if cls is None:
        return record
    if not isinstance(record, cls):
        raise TypeError(f"{record!r} is not a {cls.__name__}")
    fields = []
    for name, kind in cls.columns():
        value = getattr(record, name)
        if kind.optional and value is None and not record.tail:
            break  # optional fields stand at the end
        try:
            fields.append(kind.encode(value))
        except FieldError as error:
            raise EppError(record.source_line, name, error.template, **error.values) from None
        refused = isinstance(value, str) and characters.refusal(value, codepage)
        if refused:
            raise EppError(record.source_line, name, refused[0], **refused[1])
    return ",".join([*fields, *record.tail])


def _part(label, rows):
    return END.join([label, *rows, "", ""])


def _document(document, info):
    header = document.header
    cls = content_record(info.purpose, header.doc_type)
    if info.purpose and header.line_count != len(document.lines):
        raise EppError(
            header.source_line,
            "line_count",
            errors.LINE_COUNT,
            announced=header.line_count,
            found=len(document.lines),
        )
    return [
        _part("[NAGLOWEK]", [row(header, type(header), info.codepage)]),
        _part("[ZAWARTOSC]", [row(line, cls, info.codepage) for line in document.lines]),
    ]


def _raw(raw):
    parts = [_part("[NAGLOWEK]", [raw.head])]
    return parts if raw.rows is None else [*parts, _part("[ZAWARTOSC]", raw.rows)]


def _check_order(sections):
    keywords = list(sections)
    if dictionaries.PRICES in keywords and dictionaries.PRODUCTS in keywords:
        first = min(dictionaries.PRICES, dictionaries.PRODUCTS, key=keywords.index)
        if first == dictionaries.PRICES:
            raise EppError(0, "", errors.PRICES_FIRST)


def plain_row(record):
    """Return one record as a line of text, as it was read: too long text is left as it is."""
    fields = []
    for name, kind in type(record).columns():
        value = getattr(record, name)
        if kind.optional and value is None and not record.tail:
            break
        fields.append(kind.quote(value) if isinstance(value, str) and value else kind.encode(value))
    return ",".join([*fields, *record.tail])
