"""Filters for dates."""

from __future__ import annotations

import datetime as dt
import re

from lanner_coordinator.flow.expression.convert import optional_text, text_of, whole_of
from lanner_coordinator.flow.expression.errors import ExpressionValueError
from lanner_coordinator.flow.expression.java.chrono import add_units, moment_of
from lanner_coordinator.flow.expression.java.date_format import format_date
from lanner_coordinator.flow.expression.java.zones import zone
from lanner_coordinator.flow.expression.registry import filter_

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_MICROSECOND = dt.timedelta(microseconds=1)


@filter_("date", parameters="format timeZone existingFormat locale")
def date(
    value: object,
    format_: object = "iso",
    time_zone: object = None,
    existing_format: object = None,
    locale: object = None,
) -> str:
    """Write a date in a format."""
    return written(moment_of(value, zone(time_zone), existing_format), format_, time_zone, locale)


def written(moment: dt.datetime, format_: object, time_zone: object, locale: object) -> str:
    """Write a moment in a zone and a format."""
    pattern = "iso" if format_ is None else text_of(format_, "The format")
    try:
        local = moment.astimezone(zone(time_zone))
    except OverflowError as error:
        raise ExpressionValueError("The date is out of range in that time zone") from error
    return format_date(local, pattern, optional_text(locale, "The locale"))


@filter_("dateAdd", parameters="amount unit format timeZone existingFormat locale")
def date_add(
    value: object,
    amount: object,
    unit: object,
    format_: object = "iso",
    time_zone: object = None,
    existing_format: object = None,
    locale: object = None,
) -> str:
    """Add an amount of DAYS, HOURS ... to a date and write it."""
    moment = moment_of(value, zone(time_zone), existing_format)
    later = add_units(moment, _amount(amount), text_of(unit, "The unit"))
    return written(later, format_, time_zone, locale)


def _amount(amount: object) -> int:
    if isinstance(amount, str) and _WHOLE.fullmatch(amount):
        return int(amount)
    return whole_of(amount, "The amount")


def _micros(value: object, time_zone: object, existing_format: object) -> int:
    return (moment_of(value, zone(time_zone), existing_format) - _EPOCH) // _MICROSECOND


@filter_("timestamp", parameters="timeZone existingFormat")
def timestamp(value: object, time_zone: object = None, existing_format: object = None) -> int:
    """Return the seconds since 1970."""
    return _micros(value, time_zone, existing_format) // 1_000_000


@filter_("timestampMilli", parameters="timeZone existingFormat")
def timestamp_milli(value: object, time_zone: object = None, existing_format: object = None) -> int:
    """Return the milliseconds since 1970."""
    return _micros(value, time_zone, existing_format) // 1_000


@filter_("timestampMicro", parameters="timeZone existingFormat")
def timestamp_micro(value: object, time_zone: object = None, existing_format: object = None) -> str:
    """Return the seconds since 1970 times 10^9 plus the microseconds, as Kestra does."""
    seconds, micros = divmod(_micros(value, time_zone, existing_format), 1_000_000)
    return str(seconds * 1_000_000_000 + micros)


@filter_("timestampNano", parameters="timeZone existingFormat")
def timestamp_nano(value: object, time_zone: object = None, existing_format: object = None) -> str:
    """Return the nanoseconds since 1970."""
    return str(_micros(value, time_zone, existing_format) * 1_000)
