"""Days of a company: moments are stored in UTC, and a day begins where the company is."""

from datetime import datetime, time

import pytz


def local_day(moment, zone):
    """:return: the date that it was at a naive UTC moment in a zone"""
    return pytz.utc.localize(moment).astimezone(pytz.timezone(zone)).date()


def start_of(day, zone):
    """:return: the naive UTC moment at which a day begins in a zone"""
    start = pytz.timezone(zone).localize(datetime.combine(day, time.min))
    return start.astimezone(pytz.utc).replace(tzinfo=None)
