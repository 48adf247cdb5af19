"""Functions that ask what kind of day a date is."""

from __future__ import annotations

import calendar
import datetime as dt
import re

from lanner_coordinator.flow.expression.convert import as_text
from lanner_coordinator.flow.expression.errors import ExpressionValueError
from lanner_coordinator.flow.expression.functions.holidays import is_holiday
from lanner_coordinator.flow.expression.java.date_parse import parse_iso
from lanner_coordinator.flow.expression.registry import function

_DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_POSITIONS = ("FIRST", "SECOND", "THIRD", "FOURTH", "LAST")
_WEEKEND = 5


def _parsed(name: str, argument: str, value: object) -> dt.datetime | dt.date:
    if value is None:
        raise ExpressionValueError(f"The '{name}()' function expects a '{argument}' argument.")
    if isinstance(value, dt.datetime | dt.date):
        return value
    try:
        return parse_iso(as_text(value, f"The argument '{argument}'"))
    except ExpressionValueError as error:
        raise ExpressionValueError(
            f"The '{name}()' function could not parse '{argument}': {error.message}"
        ) from error


def _day(name: str, value: object, argument: str = "date") -> dt.date:
    parsed = _parsed(name, argument, value)
    if not isinstance(parsed, dt.datetime):
        return parsed
    if parsed.tzinfo is None:
        raise ExpressionValueError(
            f"The '{name}()' function could not parse '{argument}': it has a time but no offset"
        )
    return parsed.date()


def _instant(name: str, value: object, argument: str) -> dt.datetime:
    """Return a moment; what has no zone is in UTC."""
    parsed = _parsed(name, argument, value)
    if not isinstance(parsed, dt.datetime):
        return dt.datetime.combine(parsed, dt.time(), dt.UTC)
    return parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=dt.UTC)


def _word(name: str, argument: str, value: object, accepted: tuple[str, ...]) -> str:
    if value is None:
        raise ExpressionValueError(f"The '{name}()' function expects a '{argument}' argument.")
    word = str(value).upper()
    if word not in accepted:
        raise ExpressionValueError(
            f"The '{name}()' function received an invalid '{argument}' value: '{word[:40]}'. "
            f"Expected one of: {', '.join(accepted)}."
        )
    return word


@function("dayOfWeek", parameters="date")
def day_of_week(date: object = None) -> str:
    """Return the day of the week of a date: MONDAY ... SUNDAY."""
    return _DAYS[_day("dayOfWeek", date).weekday()]


@function("dayOfMonth", parameters="date")
def day_of_month(date: object = None) -> int:
    """Return the day of the month of a date."""
    return _day("dayOfMonth", date).day


@function("monthOfYear", parameters="date")
def month_of_year(date: object = None) -> int:
    """Return the month of a date: 1 to 12."""
    return _day("monthOfYear", date).month


@function("hourOfDay", parameters="date")
def hour_of_day(date: object = None) -> int:
    """Return the hour of a date and time, as written: 0 to 23."""
    parsed = _parsed("hourOfDay", "date", date)
    if not isinstance(parsed, dt.datetime):
        raise ExpressionValueError(
            "The 'hourOfDay()' function could not parse 'date': it has no time"
        )
    return parsed.hour


@function("isWeekend", parameters="date")
def is_weekend(date: object = None) -> bool:
    """Tell whether a date is a Saturday or Sunday."""
    return _day("isWeekend", date).weekday() >= _WEEKEND


@function("isDayWeekInMonth", parameters="date dayOfWeek position")
def is_day_week_in_month(
    date: object = None, day_of_week: object = None, position: object = None
) -> bool:
    """Tell whether a date is the FIRST, SECOND ... LAST MONDAY ... of its month."""
    name = "isDayWeekInMonth"
    if date is None:
        _day(name, date)
    weekday = _DAYS.index(_word(name, "dayOfWeek", day_of_week, _DAYS))
    place = _word(name, "position", position, _POSITIONS)
    day = _day(name, date)
    if day.weekday() != weekday:
        return False
    if place == "LAST":
        return day.day + 7 > calendar.monthrange(day.year, day.month)[1]
    return (day.day - 1) // 7 == _POSITIONS.index(place)


@function("isLastWorkingDay", parameters="date workingDays")
def is_last_working_day(date: object = None, working_days: object = None) -> bool:
    """Tell whether a date is the last working day of its month."""
    day = _day("isLastWorkingDay", date)
    working = _working_days(working_days)
    candidate = day.replace(day=calendar.monthrange(day.year, day.month)[1])
    while candidate.weekday() not in working:
        candidate -= dt.timedelta(days=1)
    return day == candidate


def _working_days(value: object) -> set[int]:
    if value is None or not str(value).strip():
        return set(range(_WEEKEND))
    words = [word for word in re.split(r"[,\s]+", as_text(value, "workingDays")) if word]
    accepted = [_word("isLastWorkingDay", "workingDays", word, _DAYS) for word in words]
    if not accepted:
        raise ExpressionValueError(
            "The 'isLastWorkingDay()' function requires at least one valid day in 'workingDays'."
        )
    return {_DAYS.index(word) for word in accepted}


@function("isDateAfter", parameters="date reference")
def is_date_after(date: object = None, reference: object = None) -> bool:
    """Tell whether a date is after another; what has no zone is in UTC."""
    name = "isDateAfter"
    return _instant(name, date, "date") > _instant(name, reference, "reference")


@function("isDateBefore", parameters="date reference")
def is_date_before(date: object = None, reference: object = None) -> bool:
    """Tell whether a date is before another; what has no zone is in UTC."""
    name = "isDateBefore"
    return _instant(name, date, "date") < _instant(name, reference, "reference")


@function("isDateBetween", parameters="date after before")
def is_date_between(date: object = None, after: object = None, before: object = None) -> bool:
    """Tell whether a moment is between two others, bounds excluded; all need an offset."""
    moments = []
    for argument, value in (("date", date), ("after", after), ("before", before)):
        parsed = _parsed("isDateBetween", argument, value)
        if not isinstance(parsed, dt.datetime) or parsed.tzinfo is None:
            raise ExpressionValueError(
                f"The 'isDateBetween()' function could not parse '{argument}': it has no offset"
            )
        moments.append(parsed)
    return moments[1] < moments[0] < moments[2]


@function("isPublicHoliday", parameters="date countryCode subDivision")
def is_public_holiday(
    date: object = None, country_code: object = None, sub_division: object = None
) -> bool:
    """Tell whether a date is a public holiday of a country or a part of it."""
    day = _day("isPublicHoliday", date)
    if country_code is None:
        raise ExpressionValueError(
            "The 'isPublicHoliday()' function expects a 'countryCode' argument."
        )
    part = as_text(sub_division, "subDivision").strip() if sub_division is not None else ""
    return is_holiday(day, as_text(country_code, "countryCode").upper(), part.upper())
