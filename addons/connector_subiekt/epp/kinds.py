"""The kinds of fields an EPP record is made of: how each is read and written.

A record is a dataclass whose fields carry their kind (``text(20)``, ``money()`` …): that one
declaration is the table of the format which the reader and the writer share.

======= ===================== =========================================== ==================
kind    Python value          in the file                                 empty
======= ===================== =========================================== ==================
text    str                   in double quotes, an inner ``"`` doubled    "" written as nothing
integer int (byte: 0 to 255)  bare digits                                 None
flag    bool                  0 or 1                                      None
money   Decimal, four places  ``-1234.5000``: dot, no thousands separator None
day     date                  ``yyyymmdd000000``                          None
moment  datetime              ``yyyymmddhhnnss``                          None
======= ===================== =========================================== ==================
"""

import dataclasses
import re
from datetime import date, datetime
from decimal import Decimal

from . import errors
from .errors import FieldError

PLACES = Decimal("0.0001")
ZERO = Decimal("0.0000")


class Kind:
    """One kind of field. ``required`` refuses an empty value, ``optional`` may be left off."""

    empty = None

    def __init__(self, required=False, optional=False):
        self.required = required
        self.optional = optional

    def decode(self, value, quoted):
        """Return the Python value of the text ``value``, which stood in quotes or not."""
        if not value:
            if self.required:
                raise FieldError(errors.MISSING)
            return self.empty
        if quoted:
            raise FieldError(errors.QUOTED, value=value)
        return self._parse(value)

    def encode(self, value):
        """Return the characters that stand for ``value`` in the file."""
        if value is None or value == "":
            if self.required:
                raise FieldError(errors.MISSING)
            return ""
        return self._format(value)

    def _parse(self, value):
        raise NotImplementedError

    def _format(self, value):
        raise NotImplementedError


class Text(Kind):
    """Text of at most ``length`` characters. Too long text is read, but never written."""

    empty = ""

    def __init__(self, length, **options):
        super().__init__(**options)
        self.length = length

    def decode(self, value, quoted):
        if self.required and not value:
            raise FieldError(errors.MISSING)
        return value

    def _format(self, value):
        if not isinstance(value, str):
            raise FieldError(errors.NOT_TEXT, value=value)
        if len(value) > self.length:
            raise FieldError(errors.TOO_LONG, found=len(value), most=self.length)
        return self.quote(value)

    @staticmethod
    def quote(value):
        """Return a text in quotation marks."""
        return '"' + value.replace('"', '""') + '"'


class Integer(Kind):
    """A whole number of 0 to ``high`` (or from ``-high`` when ``signed``)."""

    def __init__(self, high, signed=False, **options):
        super().__init__(**options)
        self.low = -high if signed else 0
        self.high = high

    def _parse(self, value):
        number = int(value) if re.fullmatch(r"-?[0-9]{1,12}", value) else None
        if number is None or not self.low <= number <= self.high:
            raise FieldError(errors.NUMBER, value=value, low=self.low, high=self.high)
        return number

    def _format(self, value):
        if type(value) is not int or not self.low <= value <= self.high:
            raise FieldError(errors.NUMBER, value=value, low=self.low, high=self.high)
        return str(value)


class Flag(Kind):
    def _parse(self, value):
        if value not in ("0", "1"):
            raise FieldError(errors.FLAG, value=value)
        return value == "1"

    def _format(self, value):
        if value not in (True, False):
            raise FieldError(errors.FLAG, value=value)
        return str(int(value))


class Money(Kind):
    """An amount, price, quantity or percentage: a Decimal of four places, never a float."""

    def _parse(self, value):
        if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,4})?", value):
            raise FieldError(errors.MONEY, value=value)
        return Decimal(value).quantize(PLACES)

    def _format(self, value):
        if not isinstance(value, Decimal) or not value.is_finite():
            raise FieldError(errors.MONEY, value=value)
        # beyond 15 digits the programs on the other side lose grosze
        if abs(value) >= 10**15 or value != value.quantize(PLACES):
            raise FieldError(errors.MONEY, value=value)
        return f"{value + ZERO:.4f}"


class Day(Kind):
    """A date. Its time part is always written as zero (another one may break the import);
    a time found in a file is dropped."""

    def _parse(self, value):
        try:
            if not re.fullmatch(r"[0-9]{14}", value):
                raise ValueError
            return self._convert(datetime.strptime(value, "%Y%m%d%H%M%S"))
        except ValueError:
            raise FieldError(errors.DATE, value=value) from None

    def _convert(self, moment):
        return moment.date()

    def _format(self, value):
        if not isinstance(value, date) or isinstance(value, datetime):
            raise FieldError(errors.DATE, value=value)
        return f"{value.year:04}{value.month:02}{value.day:02}000000"


class Moment(Day):
    """A date with its time, to the second: only the moment an export was made has one."""

    def _convert(self, moment):
        return moment

    def _format(self, value):
        if not isinstance(value, datetime):
            raise FieldError(errors.DATE, value=value)
        return f"{value.year:04}{value:%m%d%H%M%S}"


@dataclasses.dataclass(kw_only=True)
class Record:
    """A line of the file. ``source_line`` is where it was read (0: made here); ``tail`` keeps,
    as they stood, fields beyond the known ones: newer versions of the format append some."""

    source_line: int = dataclasses.field(default=0, compare=False, repr=False)
    tail: tuple = dataclasses.field(default=(), repr=False)

    @classmethod
    def columns(cls):
        """Return the layout as a list of (field name, `Kind`), in the order of the file."""
        return [
            (column.name, column.metadata["kind"])
            for column in dataclasses.fields(cls)
            if "kind" in column.metadata
        ]


def _column(kind, default):
    if kind.optional:
        default = None
    return dataclasses.field(default=default, metadata={"kind": kind})


def text(length, **options):
    return _column(Text(length, **options), "")


def byte(default=0, **options):
    return _column(Integer(255, **options), default)


def integer(default=0, **options):
    return _column(Integer(2**31 - 1, signed=True, **options), default)


def flag(default=False, **options):
    return _column(Flag(**options), default)


def money(default=ZERO, **options):
    return _column(Money(**options), default)


def day(**options):
    return _column(Day(**options), None)


def moment(**options):
    return _column(Moment(**options), None)
