"""Moments in time out of all the values that stand for one, and arithmetic with them."""

from __future__ import annotations

import calendar
import datetime as dt

from lanner_coordinator.flow.expression import suggestions
from lanner_coordinator.flow.expression.convert import optional_text
from lanner_coordinator.flow.expression.errors import ExpressionValueError
from lanner_coordinator.flow.expression.java.date_parse import parse_iso, parse_pattern
from lanner_coordinator.flow.expression.values import type_name

_NOON = dt.time(12)
_MONTHS = {"MONTHS": 1, "YEARS": 12, "DECADES": 120, "CENTURIES": 1_200, "MILLENNIA": 12_000}
_EXACT = {
    "NANOS": dt.timedelta(),
    "MICROS": dt.timedelta(microseconds=1),
    "MILLIS": dt.timedelta(milliseconds=1),
    "SECONDS": dt.timedelta(seconds=1),
    "MINUTES": dt.timedelta(minutes=1),
    "HOURS": dt.timedelta(hours=1),
    "HALF_DAYS": dt.timedelta(hours=12),
}
_LOCAL = {"DAYS": dt.timedelta(days=1), "WEEKS": dt.timedelta(weeks=1)}
_UNITS = (*_EXACT, *_LOCAL, *_MONTHS)


def moment_of(value: object, zone: dt.tzinfo, existing_format: object = None) -> dt.datetime:
    """Return the aware date and time a value stands for.

    Whole numbers are seconds since 1970, a date alone is noon of it (as text: its start), and what
    has no zone is in the given one.

    Raises:
        ExpressionValueError: The value stands for no date.
    """
    if isinstance(value, dt.datetime):
        return value if value.tzinfo is not None else value.replace(tzinfo=zone)
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, _NOON, zone)
    if isinstance(value, int) and not isinstance(value, bool):
        return _from_seconds(value, zone)
    if not isinstance(value, str):
        raise ExpressionValueError(f"A value of type {type_name(value)} is no date")
    pattern = optional_text(existing_format, "The existing format")
    read = parse_iso(value) if pattern is None else parse_pattern(value, pattern)
    if isinstance(read, dt.datetime):
        return read if read.tzinfo is not None else read.replace(tzinfo=zone)
    return dt.datetime.combine(read, dt.time(), zone)


def _from_seconds(seconds: int, zone: dt.tzinfo) -> dt.datetime:
    try:
        return dt.datetime.fromtimestamp(seconds, zone)
    except (OverflowError, ValueError, OSError) as error:
        raise ExpressionValueError(f"{seconds} seconds are out of the range of dates") from error


def add_units(moment: dt.datetime, amount: int, unit: str) -> dt.datetime:
    """Add an amount of a unit of Java's ChronoUnit; days and more keep the time on the clock.

    Raises:
        ExpressionValueError: There is no such unit, or the result is out of range.
    """
    try:
        if unit in _MONTHS:
            return _add_months(moment, amount * _MONTHS[unit])
        if unit in _LOCAL:
            return moment + amount * _LOCAL[unit]
        if unit in _EXACT:
            step = amount * _EXACT[unit] + dt.timedelta(microseconds=_nanos(amount, unit))
            return (moment.astimezone(dt.UTC) + step).astimezone(moment.tzinfo)
    except (OverflowError, ValueError) as error:
        raise ExpressionValueError(f"{amount} {unit} lead out of the range of dates") from error
    hint = suggestions.hint(unit, _UNITS)
    raise ExpressionValueError(f"No unit of time '{unit[:40]}': use {', '.join(_UNITS)}", hint=hint)


def _nanos(amount: int, unit: str) -> int:
    return amount // 1000 if unit == "NANOS" else 0


def _add_months(moment: dt.datetime, months: int) -> dt.datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        raise ValueError(f"year {year}")
    last_day = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last_day))
