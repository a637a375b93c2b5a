"""What people and programs write into the cells of a spreadsheet: numbers and moments."""

import re
from datetime import datetime, timedelta

GROUPED = re.compile(r"\d{1,3}(?:([ .,'’])\d{3})(?:\1\d{3})*")
WITHOUT_FRACTION = re.compile(r"[.,]0+$")
# A number as a spreadsheet keeps days: from 1954 to 2119; what is more or less is no date.
EXCEL_START, EXCEL_DAYS = datetime(1899, 12, 30), range(20_000, 80_000)
MOMENT = re.compile(
    r"(?:(?P<y>\d{4})[-./](?P<m>\d{1,2})[-./](?P<d>\d{1,2})"
    r"|(?P<d2>\d{1,2})[-./](?P<m2>\d{1,2})[-./](?P<y2>\d{4}))"
    r"(?:[ T]+(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:[.,]\d+)?)?)?"
    r"(?P<zone>Z|[+-]\d\d:?\d\d)?"
)


def read_count(text):
    """A whole number as people and programs write it: 1234, 1 234,00, 1.234, 1'234.

    :return: the digits as text, or None when it is no whole number; signs are not understood
    """
    text = text.strip()
    if not GROUPED.fullmatch(text):
        text = WITHOUT_FRACTION.sub("", text)
    if GROUPED.fullmatch(text):
        text = re.sub(r"\D", "", text)
    return text if re.fullmatch("[0-9]+", text) else None


def read_moment(text):
    """A day or a moment: 2026-11-30, 30.11.2026 14:05, 2026-11-30T14:05:00+01:00, or the number of
    a day in Excel.

    :return: datetime as it stands there, with the time zone if one is stated; midnight when only a
        day is given; None when it is no date
    """
    found = MOMENT.fullmatch(text.strip())
    if not found:
        return _read_excel(text)
    part = found.groupdict()
    day = [part["y"] or part["y2"], part["m"] or part["m2"], part["d"] or part["d2"]]
    clock = [part["H"] or 0, part["M"] or 0, part["S"] or 0]
    try:
        moment = datetime(*map(int, [*day, *clock]))
        zone = part["zone"] and datetime.strptime(part["zone"].replace(":", ""), "%z").tzinfo
    except ValueError:
        return None
    return moment.replace(tzinfo=zone) if zone else moment


def is_day(moment):
    """Whether only a day was given, no time of day."""
    return not (moment.hour or moment.minute or moment.second)


def _read_excel(text):
    try:
        days = float(text.replace(",", "."))
    except ValueError:
        return None
    if int(days) not in EXCEL_DAYS:
        return None
    return EXCEL_START + timedelta(seconds=int(days * 86400 + 0.5))
