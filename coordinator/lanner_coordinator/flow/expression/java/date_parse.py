"""Reads dates the way Java does: ISO texts, or texts in a pattern of DateTimeFormatter."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from functools import lru_cache

from lanner_coordinator.flow.expression.errors import ExpressionValueError
from lanner_coordinator.flow.expression.java.date_names import ENGLISH, DateNames, date_names
from lanner_coordinator.flow.expression.java.date_patterns import NAMED_PATTERNS, Piece, pieces
from lanner_coordinator.flow.expression.java.zones import zone

_LONGEST_TEXT = 100
_ISO = re.compile(
    r"(?P<year>[+-]?\d{4,9})-(?P<month>\d\d)-(?P<day>\d\d)"
    r"(?:T(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?P<offset>Z|z|[+-]\d\d(?::?\d\d(?::?\d\d)?)?)?(?:\[(?P<region>[^\]]+)\])?)?"
)


def parse_iso(text: str) -> dt.datetime | dt.date:
    """Read an ISO date, local date and time, or date and time with offset or zone.

    Raises:
        ExpressionValueError: It is none of them.
    """
    found = _ISO.fullmatch(text.strip()) if len(text) <= _LONGEST_TEXT else None
    if found is None:
        raise ExpressionValueError(f"Text '{text[:_LONGEST_TEXT]}' could not be parsed as a date")
    values = found.groupdict()
    try:
        day = dt.date(int(values["year"]), int(values["month"]), int(values["day"]))
        if values["hour"] is None:
            return day
        time = dt.time(
            int(values["hour"]),
            int(values["minute"]),
            int(values["second"] or 0),
            _micros(values["fraction"] or "0"),
        )
    except ValueError as error:
        raise ExpressionValueError(f"Text '{text}' could not be parsed: {error}") from error
    name = values["region"] or values["offset"]
    local = dt.datetime.combine(day, time)
    if name is None:
        return local
    if values["region"] and values["offset"]:
        moment = local.replace(tzinfo=zone(values["offset"]))
        return moment.astimezone(zone(values["region"]))
    return local.replace(tzinfo=zone(name))


def _micros(fraction: str) -> int:
    return int(fraction.ljust(6, "0")[:6])


@dataclass(slots=True)
class _Fields:
    """What was read from a text so far."""

    values: dict[str, int] = field(default_factory=dict)
    zone: dt.tzinfo | None = None


_NUMERIC = {
    "d": "day",
    "D": "day_of_year",
    "H": "hour",
    "k": "hour",
    "h": "half_hour",
    "K": "half_hour",
    "m": "minute",
    "s": "second",
}
_ZONE = r"[A-Za-z_]+(?:/[A-Za-z_+\-0-9]+)*|[+-]\d{2}:?(?:\d{2})?"
_READ_PATTERNS = {
    "rfc_1123_date_time": "[EEE, ]d MMM yyyy HH:mm[:ss] z",
    "iso_ordinal_date": "yyyy-DDD[XXX]",
}
_OFFSET = r"Z|[+-]\d{2}(?::?\d{2})?"


def parse_pattern(text: str, pattern: str, locale: str | None = None) -> dt.datetime | dt.date:
    """Read a text in a pattern: with a zone, without one, or a date only.

    Raises:
        ExpressionValueError: The text does not fit.
    """
    written = _READ_PATTERNS.get(pattern) or NAMED_PATTERNS.get(pattern, pattern)
    if written.startswith("iso_"):
        return parse_iso(text)
    names = ENGLISH if pattern in _READ_PATTERNS else date_names(locale) or ENGLISH
    expression, letters = _expression(written, names)
    found = expression.fullmatch(text) if len(text) <= _LONGEST_TEXT else None
    if found is None:
        raise ExpressionValueError(
            f"Text '{text[:_LONGEST_TEXT]}' could not be parsed with the format '{pattern}'"
        )
    fields = _Fields()
    for index, (letter, count) in enumerate(letters):
        value = found.group(index + 1)
        if value is not None:
            _take(fields, letter, count, value, names)
    try:
        return _assemble(fields)
    except (ValueError, OverflowError) as error:
        raise ExpressionValueError(f"Text '{text}' could not be parsed: {error}") from error


@lru_cache(maxsize=256)
def _expression(
    pattern: str, names: DateNames
) -> tuple[re.Pattern[str], tuple[tuple[str, int], ...]]:
    letters: list[tuple[str, int]] = []
    expression = "".join(_piece(piece, letters, names) for piece in pieces(pattern))
    return re.compile(expression, re.IGNORECASE), tuple(letters)


def _piece(piece: Piece, letters: list[tuple[str, int]], names: DateNames) -> str:
    if piece.letter == "[":
        inner = "".join(_piece(part, letters, names) for part in piece.optional)
        return f"(?:{inner})?"
    if not piece.letter:
        return re.escape(piece.literal)
    letters.append((piece.letter, piece.count))
    return f"({_group(piece, names)})"


def _group(piece: Piece, names: DateNames) -> str:
    letter, count = piece.letter, piece.count
    if (letter in "ML" and count > 2) or letter in "Ee":
        words = (*names.months, *names.short_months, *names.days, *names.short_days)
        return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    if letter == "a":
        return "AM|PM"
    if letter == "G":
        return "AD|BC"
    if letter in "Vvz":
        return _ZONE
    if letter in "OXxZ":
        return _OFFSET
    if letter == "S":
        return rf"\d{{{count}}}"
    if letter in "yu":
        return r"\d{2}" if count == 2 else r"[+-]?\d{1,9}" if count == 1 else r"[+-]?\d{4,9}"
    return rf"\d{{{count}}}" if count > 1 else r"\d{1,3}" if letter == "D" else r"\d{1,2}"


def _take(fields: _Fields, letter: str, count: int, value: str, names: DateNames) -> None:
    if letter in "yu":
        fields.values["year"] = int(value) + (2000 if count == 2 else 0)
    elif letter in "ML":
        fields.values["month"] = int(value) if count < 3 else _month(value, names)
    elif letter == "S":
        fields.values["micros"] = _micros(value)
    elif letter == "a":
        fields.values["afternoon"] = value.upper() == "PM"
    elif letter in "VvzOXxZ":
        fields.zone = zone(value)
    elif letter in _NUMERIC:
        fields.values[_NUMERIC[letter]] = int(value)


def _month(value: str, names: DateNames) -> int:
    for words in (names.months, names.short_months):
        lowered = [word.lower() for word in words]
        if value.lower() in lowered:
            return lowered.index(value.lower()) + 1
    raise ExpressionValueError(f"'{value}' is no month")


def _assemble(fields: _Fields) -> dt.datetime | dt.date:
    values = fields.values
    if "year" not in values:
        raise ExpressionValueError("The text has no year in it")
    if "day_of_year" in values:
        day = dt.date(values["year"], 1, 1) + dt.timedelta(days=values["day_of_year"] - 1)
    else:
        day = dt.date(values["year"], values.get("month", 1), values.get("day", 1))
    hour = values.get("hour")
    if "half_hour" in values:
        hour = values["half_hour"] % 12 + (12 if values.get("afternoon") else 0)
    if hour is None:
        return day
    time = dt.time(
        hour % 24, values.get("minute", 0), values.get("second", 0), values.get("micros", 0)
    )
    moment = dt.datetime.combine(day, time)
    return moment if fields.zone is None else moment.replace(tzinfo=fields.zone)
