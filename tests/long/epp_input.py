"""What Hypothesis feeds to the EPP reader: genuine-shaped files, and damaged ones."""

import importlib.util
import sys
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal

from hypothesis import strategies as st

from toolbox.environment import ROOT

ADDON = ROOT / "addons/connector_subiekt"
EXPORT = (ADDON / "demo/subiekt_gt_export.epp").read_bytes()


def _package():
    """The reader and writer by their folder: without Odoo, without a database."""
    if "subiekt_epp" not in sys.modules:
        folder = ADDON / "epp"
        spec = importlib.util.spec_from_file_location(
            "subiekt_epp", folder / "__init__.py", submodule_search_locations=[str(folder)]
        )
        module = importlib.util.module_from_spec(spec)
        sys.modules["subiekt_epp"] = module
        spec.loader.exec_module(module)
    return sys.modules["subiekt_epp"]


epp = _package()
kinds = sys.modules["subiekt_epp.kinds"]
dictionaries = sys.modules["subiekt_epp.dictionaries"]
documents = sys.modules["subiekt_epp.documents"]

# -- damage --------------------------------------------------------------------------------------

TOKENS = [b'"', b'""', b",", b"\r\n", b"\n", b"[INFO]", b"[NAGLOWEK]", b"[ZAWARTOSC]", b"["]
TOKENS += [b'"KONTRAHENCI"', b'"TOWARY"', b'"CENNIK"', b'"FS"', b"-", b"0", b"9" * 20, b"1e9"]
TOKENS += ["ą".encode(), b"\xa5", b"\x00", b"\x1a", b"\xff", b"99999999999999", b" ", b"NaN"]


@st.composite
def mutated(draw, original: bytes = EXPORT, most: int = 4):
    """``original`` with a few cuts, doublings, moves and strange bytes."""
    data = original
    for _ in range(draw(st.integers(1, most))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.sampled_from([0, 1, 2, 8, 60, 700])))
        new = draw(
            st.one_of(
                st.sampled_from(TOKENS),
                st.binary(max_size=8),
                st.just(b""),
                st.just(data[start:end] * 2),
            )
        )
        data = data[:start] + new + data[end:]
    return data


@st.composite
def mutated_value(draw, original: bytes = EXPORT):
    """``original`` with single fields of records replaced, so that its structure stays whole."""
    lines = original.split(b"\r\n")
    records = [number for number, line in enumerate(lines) if line.count(b",") > 3][1:]
    for _ in range(draw(st.integers(1, 3))):
        number = draw(st.sampled_from(records))
        parts = lines[number].split(b",")
        place = draw(st.integers(0, len(parts) - 1))
        # What stands in quotation marks is replaced by such, or the file is refused at once.
        parts[place] = draw(st.sampled_from(QUOTED if parts[place].startswith(b'"') else BARE))
        lines[number] = b",".join(parts)
    return b"\r\n".join(lines)


BARE = [b"", b"0", b"-1", b"255", b"256", b"1e9", b"99999999999999.9999", b"-0.0001", b"0.00001"]
BARE += [b"20260230000000", b"00010101000000", b"99991231235959", b"'", b"x", b"2147483648"]
QUOTED = [b'""', b'" "', b'"\xa0"', b'"' + b"x" * 400 + b'"', b'"<b>&amp;"', b'"%s %(a)s"']
QUOTED += [b'"XX"', b'"PL"', b'"../x"', b'"zz"', b'"GB"', b'"1234563218"', b'"ue"', b'"23"']
QUOTED += [b'"TN-328K"', b'"tn-328k"', b'"GM-WISNIOWA"', b'"2900000000018"', b'"[SRV:a/1]"', b"x"]

# -- whole files ---------------------------------------------------------------------------------

#: Letters that Windows-1250 has; the lead bytes of UTF-8 among them make a text doubtful.
LETTERS = st.sampled_from("abz AZ09.,;-_/\"'\\%&<>()ąęłńóśżźćĄŁŻ€°")
MONEY = st.integers(-(10**15) + 1, 10**15 - 1).map(lambda n: Decimal(n).scaleb(-4))
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(9999, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0)
)
DAYS = st.dates(date(1900, 1, 1), date(9999, 12, 31))


def value(kind):
    """A strategy for a field of one kind, the empty value among it where it is allowed."""
    if isinstance(kind, kinds.Text):
        short = st.text(LETTERS, min_size=int(kind.required), max_size=min(kind.length, 8))
        return st.one_of(short, LETTERS.map(lambda letter: letter * kind.length))
    strategy = {
        kinds.Integer: lambda: st.integers(kind.low, kind.high),
        kinds.Flag: st.booleans,
        kinds.Money: lambda: MONEY,
        kinds.Day: lambda: DAYS,
        kinds.Moment: lambda: MOMENTS,
    }[type(kind)]()
    return strategy if kind.required else st.one_of(st.none(), strategy)


@st.composite
def record(draw, cls, **given):
    """A record of a class with its required fields, ``given`` values, and some of the others."""
    columns = dict(cls.columns())
    free = [name for name, kind in columns.items() if not (kind.required or kind.optional)]
    names = [name for name, kind in columns.items() if kind.required and name not in given]
    names += draw(st.lists(st.sampled_from(free), max_size=4, unique=True)) if free else []
    return cls(**{name: draw(value(columns[name])) for name in names} | given)


@st.composite
def document(draw, purpose: int):
    """A document whose header announces the lines that follow."""
    doc_type = draw(st.sampled_from(["FS", "FZ", "WZ", "KFS", "PA"]))
    cls = documents.content_record(purpose, doc_type)
    lines = draw(st.lists(record(cls), max_size=3))
    header = draw(record(documents.Header, doc_type=doc_type, line_count=len(lines)))
    return epp.Document(header, lines)


@st.composite
def files(draw):
    """A whole file of any sections, in any order that the format allows."""
    codepage = draw(st.sampled_from([1250, 852]))
    purpose = draw(st.integers(0, 3))
    info = draw(
        record(
            documents.Info,
            version=draw(st.sampled_from(["1.05", "1.11", "1.12"])),
            purpose=purpose,
            codepage=codepage,
        )
    )
    sections = {
        name: draw(st.lists(record(cls), max_size=3))
        for name, cls in dictionaries.RECORDS.items()
        if draw(st.booleans())
    }
    return epp.EppFile(info, draw(st.lists(document(purpose), max_size=2)), sections)


def plain(thing):
    """A file as plain values, for comparison: ``None`` and empty are the same."""
    if isinstance(thing, (list, tuple)):
        return [plain(each) for each in thing]
    if isinstance(thing, dict):
        return {key: plain(each) for key, each in thing.items()}
    if hasattr(thing, "__dataclass_fields__"):
        return {
            column.name: plain(getattr(thing, column.name))
            for column in fields(thing)
            if column.compare
        }
    return thing
