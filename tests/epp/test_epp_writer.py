"""Writing: byte for byte what Subiekt writes, and what the writer refuses."""

import dataclasses
from datetime import date, datetime
from decimal import Decimal

import pytest
import subiekt_epp as epp
from hypothesis import given, settings, strategies as st
from subiekt_epp import characters, errors, kinds
from subiekt_epp.dictionaries import RECORDS, SECTIONS
from subiekt_epp.documents import CORRECTION_TYPES, TRADE_TYPES, content_record


def info(**values):
    return epp.Info(version="1.11", **values)


# ---------------------------------------------------------------- byte for byte


def test_genuine_file_is_written_as_it_was(genuine):
    data = genuine("gt-1.11-FS-10lines.cp1250.CRLF*.epp")
    file = epp.read(data)
    assert epp.write(file) == data
    assert not file.unknown
    assert epp.read(genuine("gt-1.11-FS-10lines-genuine*.epp")) == file


def test_fixture_is_written_as_it_was(fixture_bytes):
    file = epp.read(fixture_bytes)
    assert epp.write(file) == fixture_bytes
    assert file.info.purpose == 3 and file.documents and file.partners and file.prices
    assert list(file.sections) == list(SECTIONS)


def test_smallest_file():
    data = epp.write(epp.EppFile(info(program="Odoo")))
    assert data == (
        b'[INFO]\r\n"1.11",3,1250,"Odoo",,,,,,,,,,,,0,,,,,,,,0\r\n\r\n'
    )  # fmt: skip


def test_completed_has_every_section_in_order():
    price = epp.Price(product_code="X", level="Detaliczna", net=Decimal("1"))
    file = epp.EppFile(info(), sections={"CENNIK": [price], "INNA": []}).completed()
    assert list(file.sections) == [*SECTIONS, "INNA"]
    assert b'"TOWARY"\r\n\r\n[ZAWARTOSC]\r\n\r\n[NAGLOWEK]\r\n"CENNIK"' in epp.write(file)


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("values", "field", "template"),
    [
        ({"short_name": "x" * 41}, "short_name", errors.TOO_LONG),
        ({"short_name": "Kyjev Київ"}, "short_name", errors.OUTSIDE),
        ({"street": "Długa 1\nm. 2"}, "street", errors.LINE_BREAK),
        ({"street": "DĹ‚uga"}, "street", errors.LOOKS_UTF8),
        ({"street": 12}, "street", errors.NOT_TEXT),
        ({"code": ""}, "code", errors.MISSING),
        ({"type": 256}, "type", errors.NUMBER),
        ({"type": "2"}, "type", errors.NUMBER),
        ({"is_eu": 2}, "is_eu", errors.FLAG),
    ],
)
def test_value_that_does_not_fit(values, field, template):
    partner = epp.Partner(**{"code": "A", **values})
    with pytest.raises(epp.EppError) as caught:
        epp.write(epp.EppFile(info(), sections={"KONTRAHENCI": [partner]}))
    assert (caught.value.field, caught.value.template) == (field, template)


@pytest.mark.parametrize(
    "value", [1.5, 1, "1.0000", Decimal("0.00001"), Decimal("NaN"), Decimal(10**15)]
)
def test_amount_that_does_not_fit(value):
    price = epp.Price(product_code="X", level="Y", net=value)
    with pytest.raises(epp.EppError) as caught:
        epp.write(epp.EppFile(info(), sections={"CENNIK": [price]}))
    assert (caught.value.field, caught.value.template) == ("net", errors.MONEY)


def test_wrong_line_count():
    header = epp.Header(doc_type="FS", issue_date=date(2026, 3, 1), line_count=2)
    with pytest.raises(epp.EppError, match="announces 2 lines, but 1 follow"):
        epp.write(epp.EppFile(info(), [epp.Document(header, [epp.Line()])]))


def test_prices_before_products():
    with pytest.raises(epp.EppError, match="must come after TOWARY"):
        epp.write(epp.EppFile(info(), sections={"CENNIK": [], "TOWARY": []}))


def test_minus_zero_is_zero():
    assert kinds.Money().encode(Decimal("-0.0000")) == "0.0000"


# ---------------------------------------------------------------- fitting text


@pytest.mark.parametrize(
    ("value", "length", "expected"),
    [
        ("Zażółć gęślą jaźń", 50, "Zażółć gęślą jaźń"),
        ("Ødegård & Søn", 50, "Odegard & Son"),
        ("Nguyễn → Łódź", 50, "Nguyen -> Łódź"),
        ("Київ", 50, "????"),
        ("dwie\r\nlinie\ti tabulator", 50, "dwie linie i tabulator"),
        ("Przedsiębiorstwo", 8, "Przedsię"),
        ("cięte po spacji", 6, "cięte"),
        (None, 5, ""),
        ("", 5, ""),
    ],
)
def test_fit(value, length, expected):
    assert epp.fit(value, length) == expected


@given(st.text(), st.integers(1, 60))
def test_whatever_was_fitted_is_written(value, length):
    fitted = epp.fit(value, length)
    assert len(fitted) <= length
    assert characters.refusal(fitted, 1250) is None


# ---------------------------------------------------------------- what is written can be read


def values_of(kind):
    """Return a strategy for the values a field of ``kind`` can hold."""
    dates = st.dates(date(1900, 1, 1), date(2099, 12, 31))
    if isinstance(kind, kinds.Text):
        alphabet = st.characters(codec="cp1250", exclude_categories=["Cc"])
        least = 1 if kind.required else 0
        strategy = st.text(alphabet, min_size=least, max_size=min(kind.length, 12))
        return strategy.filter(lambda value: characters.refusal(value, 1250) is None)
    if isinstance(kind, kinds.Money):
        return st.decimals(-(10**9), 10**9, places=4)
    if isinstance(kind, kinds.Flag):
        return st.booleans()
    if isinstance(kind, kinds.Integer):
        return st.integers(kind.low, kind.high)
    if isinstance(kind, kinds.Moment):
        return st.datetimes(datetime(1900, 1, 1), datetime(2099, 12, 31)).map(
            lambda value: value.replace(microsecond=0)
        )
    assert isinstance(kind, kinds.Day)
    return dates if kind.required else st.none() | dates


def records(cls, **fixed):
    columns = {name: values_of(kind) for name, kind in cls.columns() if name not in fixed}
    return st.builds(cls, **columns, **{name: st.just(value) for name, value in fixed.items()})


@st.composite
def documents(draw):
    doc_type = draw(st.sampled_from(sorted(TRADE_TYPES | CORRECTION_TYPES)))
    rows = draw(st.lists(records(content_record(3, doc_type)), max_size=2))
    return epp.Document(draw(records(epp.Header, doc_type=doc_type, line_count=len(rows))), rows)


@st.composite
def files(draw):
    head = draw(records(epp.Info, version="1.11", purpose=3, codepage=1250))
    keywords = draw(st.lists(st.sampled_from(sorted(RECORDS)), unique=True, max_size=3))
    keywords.sort(key=SECTIONS.index)
    sections = {
        keyword: draw(st.lists(records(RECORDS[keyword]), max_size=2)) for keyword in keywords
    }
    return epp.EppFile(head, draw(st.lists(documents(), max_size=1)), sections)


@settings(max_examples=60, deadline=None)
@given(files())
def test_what_is_written_is_read_back(file):
    data = epp.write(file)
    assert epp.read(data) == file
    assert epp.write(epp.read(data)) == data
    assert data.endswith(b"\r\n\r\n") and b"\n" not in data.replace(b"\r\n", b"")


def test_every_record_is_a_table():
    """No field without a kind, no required field after one that may be left off."""
    for cls in {*RECORDS.values(), epp.Info, epp.Header, epp.CorrectionLine, epp.VatRow}:
        optional = [kind.optional for _name, kind in cls.columns()]
        assert optional == sorted(optional), cls
        assert len(optional) == len(dataclasses.fields(cls)) - 2, cls


@pytest.mark.parametrize(
    ("cls", "count"),
    [
        (epp.Info, 24), (epp.Header, 62), (epp.Line, 22), (epp.CorrectionLine, 31),
        (epp.VatRow, 18), (epp.Partner, 31), (epp.Product, 42), (epp.Price, 7),
    ],
)  # fmt: skip
def test_number_of_fields(cls, count):
    assert len(cls.columns()) == count
