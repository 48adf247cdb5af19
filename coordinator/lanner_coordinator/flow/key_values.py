"""Typed values of the key-value store: how they are checked, stored and read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from lanner_coordinator.flow.duration import format_duration, parse_duration
from lanner_coordinator.flow.instants import format_instant, parse_instant


class KeyValueType(StrEnum):
    """What a value is."""

    STRING = "STRING"
    NUMBER = "NUMBER"
    BOOLEAN = "BOOLEAN"
    DATETIME = "DATETIME"
    DATE = "DATE"
    DURATION = "DURATION"
    JSON = "JSON"


def typed_value(value: object, wanted: KeyValueType | None = None) -> tuple[KeyValueType, str]:
    """The type of a value and the JSON text that is stored of it.

    Args:
        value: As rendered or as a client gave it.
        wanted: The type it must have; absent: the one that it has by itself.

    Raises:
        ValueError: It is not of that type; a sentence.
    """
    kind = wanted or _natural_type(value)
    stored = _CONVERSIONS[kind](value)
    return kind, json.dumps(stored, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def read_value(kind: KeyValueType, stored: str) -> object:
    """The value that expressions see: dates and times are such."""
    value = json.loads(stored)
    if kind is KeyValueType.DATETIME:
        return parse_instant(value)
    if kind is KeyValueType.DATE:
        return date.fromisoformat(value)
    return value


def _natural_type(value: object) -> KeyValueType:
    match value:
        case bool():
            return KeyValueType.BOOLEAN
        case int() | float():
            return KeyValueType.NUMBER
        case str():
            return KeyValueType.STRING
        case datetime():
            return KeyValueType.DATETIME
        case date():
            return KeyValueType.DATE
        case timedelta():
            return KeyValueType.DURATION
        case _:
            return KeyValueType.JSON


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    plain = _plain(value)
    return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)


def _number(value: object) -> int | float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    try:
        number = json.loads(str(value))
    except ValueError:
        number = None
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise ValueError(f"`{value}` is no number")
    return number


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    if text not in ("true", "false"):
        raise ValueError(f"`{value}` is neither `true` nor `false`")
    return text == "true"


def _instant(value: object) -> str:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return format_instant(value)
    return format_instant(parse_instant(str(value)))


def _date(value: object) -> str:
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise ValueError(f"`{value}` is no date; write it like `2024-12-20`") from None


def _duration(value: object) -> str:
    return format_duration(value if isinstance(value, timedelta) else parse_duration(str(value)))


def _json(value: object) -> object:
    if not isinstance(value, str):
        return _plain(value)
    try:
        return json.loads(value)
    except ValueError as error:
        raise ValueError(f"the value is no JSON: {error}") from None


def _plain(value: object) -> object:
    """The value as JSON has it; what it has no word for as text."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case datetime():
            return _instant(value)
        case timedelta():
            return format_duration(value)
        case Mapping():
            return {str(key): _plain(one) for key, one in value.items()}
        case Sequence():
            return [_plain(one) for one in value]
        case _:
            return str(value)


_CONVERSIONS = {
    KeyValueType.STRING: _text,
    KeyValueType.NUMBER: _number,
    KeyValueType.BOOLEAN: _boolean,
    KeyValueType.DATETIME: _instant,
    KeyValueType.DATE: _date,
    KeyValueType.DURATION: _duration,
    KeyValueType.JSON: _json,
}
