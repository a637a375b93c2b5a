"""Days on which terms of contracts end, as the Polish Civil Code counts them (articles 111-112)."""

from datetime import date as Date, timedelta

from dateutil.relativedelta import relativedelta

ONE_DAY = timedelta(days=1)
END_OF_MONTH = relativedelta(day=31)


def notice_end(given: Date, length: int, unit: str = "month", rule: str = "exact") -> Date:
    """The last day in force of a contract to which notice was given.

    The day of the notice does not count. A term in months ends on the day with the same number, or
    on the last day of a month that has none.

    :param given: the day on which the notice reached the other side
    :param length: number of days or months
    :param unit: ``day`` or ``month``
    :param rule: ``exact``, or the ``month`` or ``quarter`` of the calendar is completed
    """
    last = given + (timedelta(days=length) if unit == "day" else relativedelta(months=length))
    if rule == "quarter":
        last += relativedelta(months=(-last.month) % 3, day=1)
    return last if rule == "exact" else last + END_OF_MONTH


def next_term_end(term_end: Date, months: int, day: Date) -> Date:
    """The last day of the further term of so many months that a day is in.

    Terms follow each other without a gap; each begins on the day after the last one, so that a term
    that ended with a month always ends with one.
    """
    start = term_end + ONE_DAY
    count = 0
    while term_end < day:
        count += 1
        term_end = start + relativedelta(months=months * count) - ONE_DAY
    return term_end
