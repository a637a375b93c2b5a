"""Moments and counts in the reader's words: relative in the text, exact on hover."""

from typing import NamedTuple

import pytz
from babel.dates import format_timedelta
from babel.numbers import format_decimal

from odoo import fields
from odoo.tools.misc import babel_locale_parse, format_date, format_datetime, get_lang

#: Beyond a month "6 weeks ago" says less than the date.
RELATIVE_DAYS = 30


class Moment(NamedTuple):
    """``text`` to read, ``exact`` for the tooltip, ``iso`` for the machine."""

    text: str
    exact: str
    iso: str


def timezone_of(env):
    """:return: name of the time zone to show: the reader's, else the company's."""
    return env.user.tz or env.company._get_service_tz()


def describe(env, value):
    """Describe a stored UTC datetime to the current user.

    :param value: naive UTC datetime, or False
    :return: :class:`Moment`, or None without a value
    """
    if not value:
        return None
    exact = format_datetime(env, value, tz=timezone_of(env), dt_format="d MMMM yyyy, HH:mm")
    now = fields.Datetime.now()
    delta = value - now
    days = (_local(env, value).date() - _local(env, now).date()).days
    if abs(delta.total_seconds()) < 60:
        text = env._("just now")
    elif days in (-1, 1):
        text = env._("yesterday") if days < 0 else env._("tomorrow")
    elif abs(days) <= RELATIVE_DAYS:
        locale = babel_locale_parse(get_lang(env).code)
        text = format_timedelta(delta, add_direction=True, locale=locale)
    else:
        text = format_date(env, _local(env, value).date(), date_format="d MMM yyyy")
    return Moment(text, exact, value.isoformat())


def describe_span(env, start, stop):
    """Describe an appointment: "Thursday, 26 November, 10:00 - 12:00".

    :param start: naive UTC datetime, or False
    :param stop: naive UTC datetime of the same or a later moment, or False
    :return: :class:`Moment`, or None without a start
    """
    if not start:
        return None
    zone = timezone_of(env)
    text = format_datetime(env, start, tz=zone, dt_format="EEEE, d MMMM, HH:mm")
    if stop:
        same_day = _local(env, start).date() == _local(env, stop).date()
        form = "HH:mm" if same_day else "EEEE, d MMMM, HH:mm"
        text = f"{text} – {format_datetime(env, stop, tz=zone, dt_format=form)}"
    exact = format_datetime(env, start, tz=zone, dt_format="d MMMM yyyy, HH:mm")
    return Moment(text, exact, start.isoformat())


def describe_count(env, value):
    """:return: a whole number grouped as the reader's language does: "43 659"."""
    return format_decimal(value, locale=babel_locale_parse(get_lang(env).code))


def _local(env, value):
    return pytz.utc.localize(value).astimezone(pytz.timezone(timezone_of(env)))
