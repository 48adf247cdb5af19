"""Conditions on the date of a trigger."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from lanner_coordinator.flow.conditions.contract import (
    CONDITION_PREFIX,
    ConditionError,
    ConditionType,
    Subject,
)
from lanner_coordinator.flow.expression import ExpressionError
from lanner_coordinator.flow.expression.functions import calendar
from lanner_coordinator.flow.expression.java.date_parse import parse_iso
from lanner_coordinator.flow.model import Condition
from lanner_coordinator.flow.types.schemas import Schema, one_of, record, text

_DEFAULT_DATE = "{{ trigger.date }}"
_DATE = text("The date to look at; absent: that of the trigger.")
_DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_PLACES = ("FIRST", "SECOND", "THIRD", "FOURTH", "LAST")
_DAY: Schema = {"enum": list(_DAYS), "description": "Day of the week."}


def _instant(described: str) -> Schema:
    return {"type": "string", "format": "date-time", "description": described}


def _value(condition: Condition, subject: Subject, key: str, default: object = None) -> object:
    return subject.render(condition.properties.get(key, default))


def _parsed(value: object) -> datetime | date:
    if isinstance(value, datetime | date):
        return value
    try:
        return parse_iso(str(value))
    except ExpressionError as error:
        raise ConditionError(f"`{value}` is no date") from error


def _moment(value: object) -> datetime:
    found = _parsed(value)
    if not isinstance(found, datetime):
        found = datetime.combine(found, time())
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _day(condition: Condition, subject: Subject) -> date:
    found = _parsed(_value(condition, subject, "date", _DEFAULT_DATE))
    return found.date() if isinstance(found, datetime) else found


def _is_between(condition: Condition, subject: Subject) -> bool:
    moment = _moment(_value(condition, subject, "date", _DEFAULT_DATE))
    after, before = (_value(condition, subject, key) for key in ("after", "before"))
    if after is not None and moment <= _moment(after):
        return False
    return before is None or moment < _moment(before)


def _time_of_day(value: object, offset: timedelta) -> timedelta:
    """Time of day as it is at an offset of zero; a text without an offset has the given one."""
    try:
        found = time.fromisoformat(str(value))
    except ValueError as error:
        raise ConditionError(f"`{value}` is no time of day") from error
    own = found.utcoffset()
    wall = timedelta(
        hours=found.hour,
        minutes=found.minute,
        seconds=found.second,
        microseconds=found.microsecond,
    )
    return wall - (offset if own is None else own)


def _is_at_time(condition: Condition, subject: Subject) -> bool:
    moment = _moment(_value(condition, subject, "date", _DEFAULT_DATE))
    offset = moment.utcoffset() or timedelta(0)
    now = _time_of_day(moment.timetz().isoformat(), offset)
    bounds = [_value(condition, subject, key) for key in ("after", "before")]
    after, before = (None if one is None else _time_of_day(one, offset) for one in bounds)
    if after is not None and before is not None and before <= after:
        return now > after or now < before
    return (after is None or now > after) and (before is None or now < before)


def _is_day(condition: Condition, subject: Subject) -> bool:
    wanted = str(_value(condition, subject, "dayOfWeek")).upper()
    return _DAYS[_day(condition, subject).weekday()] == wanted


def _is_day_in_month(condition: Condition, subject: Subject) -> bool:
    return bool(
        calendar.is_day_week_in_month(
            _day(condition, subject),
            _value(condition, subject, "dayOfWeek"),
            _value(condition, subject, "dayInMonth"),
        )
    )


def _is_weekend(condition: Condition, subject: Subject) -> bool:
    return bool(calendar.is_weekend(_day(condition, subject)))


def _is_holiday(condition: Condition, subject: Subject) -> bool:
    return bool(
        calendar.is_public_holiday(
            _day(condition, subject),
            _value(condition, subject, "country"),
            _value(condition, subject, "subDivision"),
        )
    )


TYPES = (
    ConditionType(
        name=f"{CONDITION_PREFIX}DateTimeBetween",
        description="The date lies after one date, before another, or both.",
        schema=record(
            date=_DATE,
            after=_instant("Holds after this date."),
            before=_instant("Holds before this date."),
        ),
        holds=_is_between,
    ),
    ConditionType(
        name=f"{CONDITION_PREFIX}TimeBetween",
        description="The time of day lies after one time, before another, or both.",
        schema=record(
            date=_DATE,
            after=text("Holds after this time: `16:19:11+02:00`."),
            before=text("Holds before this time; earlier than `after`: the next morning."),
        ),
        holds=_is_at_time,
    ),
    ConditionType(
        name=f"{CONDITION_PREFIX}DayWeek",
        description="The date is a certain day of the week.",
        schema=record(["dayOfWeek"], date=_DATE, dayOfWeek=_DAY),
        holds=_is_day,
    ),
    ConditionType(
        name=f"{CONDITION_PREFIX}DayWeekInMonth",
        description="The date is the first, second … or last such day of its month.",
        schema=record(
            ["dayOfWeek", "dayInMonth"],
            date=_DATE,
            dayOfWeek=_DAY,
            dayInMonth=one_of("Which one in the month.", _PLACES, default="FIRST"),
        ),
        holds=_is_day_in_month,
    ),
    ConditionType(
        name=f"{CONDITION_PREFIX}Weekend",
        description="The date is a Saturday or a Sunday.",
        schema=record(date=_DATE),
        holds=_is_weekend,
    ),
    ConditionType(
        name=f"{CONDITION_PREFIX}PublicHoliday",
        description="The date is a public holiday of a country.",
        schema=record(
            ["country"],
            date=_DATE,
            country=text("ISO code of the country: `FR`."),
            subDivision=text("ISO code of a part of it: `BE`."),
        ),
        holds=_is_holiday,
    ),
)
"""Conditions on dates."""
