"""Reading: what a file means, and one test for each damage that is refused."""

from datetime import date, datetime
from decimal import Decimal

import pytest
import subiekt_epp as epp
from subiekt_epp import errors

INFO = (
    '"1.11",3,1250,"Subiekt GT","GT","Kopia","Kopia Sp. z o.o.","Łódź","90-001","Krótka 1",'
    '"111-111-11-11","MAG","Główny",,,0,,,"Nowak Jan",20260302101500,"Polska","PL","1111111111",1'
)
HEADER = (
    '"FS",0,0,7,,,"7/2026",,,,,"ŻUBR","Żubr","Żubr s.c.","Łódź","90-002","Długa 2","5260001246",'
    ',,"Łódź",20260301000000,20260228000000,,1,1,,100.0000,23.0000,123.0000,0.0000,,0.0000,'
    '"przelew",20260315000000,0.0000,123.0000,0,0,1,0,";Szef",,,0.0000,0.0000,"PLN",1.0000,'
    '"uwagi ""pilne"" [SRV:a/1]",,,,0,0,0,,0.0000,,0.0000,"Polska","PL",0'
)
LINE = (
    '1,2,"SERW",1,1,0,0,0.0000,0.0000,"usł.",1.0000,1.0000,0.0000,100.0000,123.0000,23.0000,'
    "100.0000,23.0000,123.0000,0.0000,,"
)
PARTNER = '2,"ŻUBR","Żubr","Żubr s.c.",,,,"5260001246",,,,,,,,,,,,,,,,,,,,"Polska","PL",0'

# lines of this file, as the tests below name them
INFO_RECORD, HEADER_RECORD, DOCUMENT_LINE, PARTNER_ROW, PRICE_ROW = 2, 5, 8, 14, 20


def lines():
    return [
        "[INFO]", INFO, "",
        "[NAGLOWEK]", HEADER, "", "[ZAWARTOSC]", LINE, "",
        "[NAGLOWEK]", '"KONTRAHENCI"', "", "[ZAWARTOSC]", PARTNER, "",
        "[NAGLOWEK]", '"CENNIK"', "", "[ZAWARTOSC]", '"SERW","Detaliczna",1.0000,1.2300,0,0,0', "",
    ]  # fmt: skip


def encoded(rows, end="\r\n"):
    return (end.join(rows) + end).encode("cp1250")


def with_line(number, text):
    rows = lines()
    rows[number - 1] = text
    return encoded(rows)


def refused(data):
    with pytest.raises(epp.EppError) as caught:
        epp.read(data)
    return caught.value


# ---------------------------------------------------------------- what is read


def test_values_have_their_types():
    file = epp.read(encoded(lines()))
    (document,) = file.documents
    header, line = document.header, document.lines[0]
    assert file.info.made_at == datetime(2026, 3, 2, 10, 15)
    assert (header.issue_date, header.sale_date) == (date(2026, 3, 1), date(2026, 2, 28))
    assert header.received_date is None
    assert header.notes == 'uwagi "pilne" [SRV:a/1]'
    assert str(header.total_gross) == "123.0000" and isinstance(line.price_net, Decimal)
    assert document.key == "FS 7/2026"
    assert file.partners[0].code == "ŻUBR" and file.partners[0].iso_country is None
    assert file.partners[0].source_line == PARTNER_ROW


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_both_line_ends(end):
    assert epp.read(encoded(lines(), end)) == epp.read(encoded(lines()))


def test_blank_lines_are_nothing():
    rows = [row for line in lines() if line for row in (line, "", "")]
    assert epp.read(encoded(rows)) == epp.read(encoded([line for line in lines() if line]))


def test_thirty_one_partner_fields():
    file = epp.read(with_line(PARTNER_ROW, PARTNER + ',"PL"'))
    assert file.partners[0].iso_country == "PL"


def test_longer_rows_keep_their_tail():
    data = with_line(PARTNER_ROW, PARTNER + ',"PL",7,"nowe"')
    file = epp.read(data)
    assert file.partners[0].tail == ("7", '"nowe"')
    assert epp.write(file).count(b',"PL",7,"nowe"\r\n') == 1


def test_unquoted_text_and_quoted_nothing():
    file = epp.read(with_line(PRICE_ROW, 'SERW,"Detaliczna",1,1.23,0,,0'))
    price = file.prices[0]
    assert (price.product_code, price.net, price.margin_percent) == ("SERW", 1, None)
    file = epp.read(with_line(PARTNER_ROW, PARTNER.replace(",,,,", ',"",,,', 1)))
    assert file.partners[0].city == ""


def test_unknown_sections_and_documents_stay_raw():
    rows = lines() + ["[NAGLOWEK]", '"NOWASEKCJA"', "", "[ZAWARTOSC]", '"a",1', ""]
    rows[3:3] = ["[NAGLOWEK]", '"KP",1,"x"', ""]
    file = epp.read(encoded(rows))
    assert file.unknown == ["KP", "NOWASEKCJA"]
    assert file.sections["NOWASEKCJA"] == ['"a",1']
    again = epp.write(file)
    assert epp.read(again) == file
    assert b'"KP",1,"x"\r\n\r\n[NAGLOWEK]' in again


def test_code_page_852():
    rows = [line.replace(",1250,", ",852,") for line in lines()]
    file = epp.read(("\r\n".join(rows) + "\r\n").encode("cp852"))
    assert file.partners[0].code == "ŻUBR"
    assert epp.read(epp.write(file)) == file


def test_capital_letters_are_not_taken_for_utf8():
    """SPÓŁKA in Windows-1250 holds a valid pair of UTF-8 bytes."""
    file = epp.read(with_line(PARTNER_ROW, PARTNER.replace("Żubr s.c.", "SPÓŁKA PÓŁNOC")))
    assert file.partners[0].full_name == "SPÓŁKA PÓŁNOC"


def test_office_file_holds_vat_rows():
    rows = lines()
    rows[INFO_RECORD - 1] = INFO.replace(",3,1250", ",0,1250")
    rows[DOCUMENT_LINE - 1] = '"23",23.0000,100.0000,23.0000,123.0000'
    (row,) = epp.read(encoded(rows)).documents[0].lines
    assert isinstance(row, epp.VatRow) and row.vat_symbol == "23" and row.final_net is None


def test_correction_has_the_state_before():
    rows = lines()
    rows[HEADER_RECORD - 1] = HEADER.replace('"FS"', '"KFS"')
    rows[DOCUMENT_LINE - 1] = LINE + ',90.0000,1,23,1,"usł.",0,90,20.7,110.7'
    (line,) = epp.read(encoded(rows)).documents[0].lines
    assert isinstance(line, epp.CorrectionLine) and line.old_value_gross == Decimal("110.7")


# ---------------------------------------------------------------- what is refused


def test_every_sentence_stands_once():
    sentences = [value for name, value in vars(errors).items() if name.isupper()]
    assert len(sentences) == len(set(sentences))


def test_message_is_one_clear_sentence():
    error = refused(with_line(PRICE_ROW, '"SERW","Detaliczna",1 000.00,1.2300,0,0,0'))
    assert str(error) == (
        "Line 20, field net: 1 000.00 is not an amount with a decimal point and up to four places."
    )
    assert (error.line, error.field) == (PRICE_ROW, "net")
    assert error.sentence == error.template % error.values


@pytest.mark.parametrize(
    ("number", "text", "template"),
    [
        # quoting
        (PRICE_ROW, '"SERW","Detaliczna,1.0000,1.2300,0,0,0', errors.QUOTE_OPEN),
        (PRICE_ROW, '"SERW" ,"Detaliczna",1.0000,1.2300,0,0,0', errors.QUOTE_BAD),
        (PRICE_ROW, '"SE"RW","Detaliczna",1.0000,1.2300,0,0,0', errors.QUOTE_BAD),
        (PRICE_ROW, 'SE"RW,"Detaliczna",1.0000,1.2300,0,0,0', errors.QUOTE_INSIDE),
        (PRICE_ROW, '"SERW","Detaliczna","1.0000",1.2300,0,0,0', errors.QUOTED),
        # amounts
        (PRICE_ROW, '"SERW","Detaliczna",abc,1.2300,0,0,0', errors.MONEY),
        (PRICE_ROW, '"SERW","Detaliczna",1.00001,1.2300,0,0,0', errors.MONEY),
        (PRICE_ROW, '"SERW","Detaliczna",1e3,1.2300,0,0,0', errors.MONEY),
        (PRICE_ROW, '"SERW","Detaliczna",NaN,1.2300,0,0,0', errors.MONEY),
        # dates
        (HEADER_RECORD, HEADER.replace("20260301000000", "20260231000000"), errors.DATE),
        (HEADER_RECORD, HEADER.replace("20260301000000", "20260301"), errors.DATE),
        (HEADER_RECORD, HEADER.replace("20260301000000", "01.03.2026"), errors.DATE),
        (HEADER_RECORD, HEADER.replace("20260301000000", ""), errors.MISSING),
        # whole numbers and flags
        (PARTNER_ROW, PARTNER.replace("2,", "300,", 1), errors.NUMBER),
        (PARTNER_ROW, PARTNER.replace("2,", "dwa,", 1), errors.NUMBER),
        (PARTNER_ROW, PARTNER[:-1] + "2", errors.FLAG),
        # records
        (PARTNER_ROW, PARTNER.rsplit(",", 1)[0], errors.TOO_FEW),
        (PARTNER_ROW, PARTNER.replace('"ŻUBR"', ""), errors.MISSING),
        (DOCUMENT_LINE, LINE.rsplit(",", 3)[0], errors.TOO_FEW),
        (HEADER_RECORD, HEADER.rsplit(",", 1)[0], errors.TOO_FEW),
        (HEADER_RECORD, HEADER.replace(",1,1,,100", ",2,1,,100"), errors.LINE_COUNT),
        # INFO
        (INFO_RECORD, INFO.replace("1.11", "2.0"), errors.VERSION),
        (INFO_RECORD, INFO.replace("1.11", "EDI"), errors.VERSION),
        (INFO_RECORD, INFO.replace(",1250,", ",65001,"), errors.CODEPAGE),
        (INFO_RECORD, INFO.replace(",3,1250", ",9,1250"), errors.PURPOSE),
        (INFO_RECORD, INFO.rsplit(",", 1)[0], errors.TOO_FEW),
        (1, '"INFO"', errors.NO_INFO),
        (3, INFO, errors.INFO_RECORD),
        # sections
        (4, "[INFO]", errors.INFO_TWICE),
        (4, "[NAGŁÓWEK]", errors.LABEL),
        (4, "[NAGLOWEK] ", errors.LABEL),
        (10, "[ZAWARTOSC]", errors.ORPHAN),
        (11, "", errors.HEADER_RECORD),
        (12, '"DRUGI"', errors.HEADER_RECORD),
        (17, '"KONTRAHENCI"', errors.TWICE),
    ],
)
def test_damage_is_refused_with_its_line(number, text, template):
    error = refused(with_line(number, text))
    # what is missing at the end of a section is noticed on the section's first or next line
    places = {11: 10, 10: 10, 3: 3}
    assert (error.line, error.template) == (places.get(number, number), template)


def test_prices_before_products():
    rows = lines() + ["[NAGLOWEK]", '"TOWARY"', "", "[ZAWARTOSC]", ""]
    error = refused(encoded(rows))
    assert (error.line, error.template) == (23, errors.PRICES_FIRST)


def test_document_without_content():
    rows = lines()
    del rows[6:9]
    error = refused(encoded(rows))
    assert (error.line, error.template) == (HEADER_RECORD, errors.NO_CONTENT)


def test_dictionary_without_content():
    error = refused(encoded(lines()[:11]))
    assert (error.line, error.template) == (11, errors.NO_CONTENT)


def test_utf8():
    error = refused("\r\n".join([*lines(), ""]).encode())
    assert (error.line, error.template) == (INFO_RECORD, errors.UTF8)
    error = refused(b"\xef\xbb\xbf" + encoded(lines()))
    assert (error.line, error.template) == (1, errors.UTF8)


def test_text_damaged_on_the_way():
    mojibake = "Zażółć".encode().decode("cp1250", "replace").replace("\ufffd", "")
    error = refused(with_line(PARTNER_ROW, PARTNER.replace("Żubr s.c.", mojibake)))
    assert (error.line, error.template) == (PARTNER_ROW, errors.UTF8)


def test_byte_outside_the_code_page():
    data = encoded(lines()).replace(b'"Detaliczna"', b'"Det\x81"')
    error = refused(data)
    assert (error.line, error.template) == (PRICE_ROW, errors.CODEPAGE_BYTE)


def test_control_character():
    error = refused(encoded(lines()).replace(b'"Detaliczna"', b'"Det\x00"'))
    assert (error.line, error.template) == (PRICE_ROW, errors.CONTROL)


def test_cut_file():
    data = encoded(lines())
    error = refused(data[: data.rindex(b",0,0")])
    assert (error.line, error.template) == (PRICE_ROW, errors.CUT)


@pytest.mark.parametrize("data", [b"", b"\r\n \r\n"])
def test_empty_file(data):
    assert refused(data).template == errors.EMPTY


def test_nothing_but_its_error_is_raised_wherever_the_file_is_cut():
    data = encoded(lines())
    for length in range(len(data)):
        try:
            epp.read(data[:length])
        except epp.EppError as error:
            assert error.line <= len(lines()) + 1
