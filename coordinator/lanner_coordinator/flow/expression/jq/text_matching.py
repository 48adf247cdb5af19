"""Builtins of jq that match regular expressions and read and write dates."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from lanner_coordinator.flow.expression.budget import Budget
from lanner_coordinator.flow.expression.java.regexes import Regex
from lanner_coordinator.flow.expression.jq.values import JqError, Json, is_number, type_of

_FLAGS = {"i": "(?i)", "x": "(?x)", "s": "(?s)", "g": "", "n": "", "l": ""}
_SECONDS_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
_FORMAT_LETTERS = re.compile(r"(?:%[aAbBdHIjmMpSyYZzeFTuwsUWV%]|[^%])*")


def _regex(budget: Budget, value: Json, pattern: Json, flags: Json) -> tuple[Regex, str, bool]:
    """Return expression, text and whether all matches are wanted."""
    if isinstance(pattern, list):
        pattern, flags = (*pattern, None)[:2]
    if not isinstance(value, str) or not isinstance(pattern, str):
        raise JqError(f"{type_of(value)} cannot be matched, as it is not a string")
    letters = flags or ""
    if not isinstance(letters, str) or any(letter not in _FLAGS for letter in letters):
        raise JqError(f"{letters} is not a valid modifier string")
    prefix = "".join(_FLAGS[letter] for letter in letters)
    return Regex(prefix + pattern, budget), value, "g" in letters


def _match(budget: Budget, value: Json, pattern: Json, flags: Json = None) -> Json:
    expression, text, everything = _regex(budget, value, pattern, flags)
    found = []
    for match in expression.matches(text):
        found.append(_described(match))
        if not everything:
            break
    return found


def _described(match: Any) -> dict[str, Json]:
    names = {number: name for name, number in match.re.groupindex.items()}
    captures = [
        {
            "offset": match.start(number),
            "length": match.end(number) - match.start(number) if match.start(number) >= 0 else 0,
            "string": match.group(number),
            "name": names.get(number),
        }
        for number in range(1, match.re.groups + 1)
    ]
    return {
        "offset": match.start(),
        "length": match.end() - match.start(),
        "string": match.group(),
        "captures": captures,
    }


def _test(budget: Budget, value: Json, pattern: Json, flags: Json = None) -> Json:
    expression, text, _ = _regex(budget, value, pattern, flags)
    return expression.finds(text)


def _split(budget: Budget, value: Json, pattern: Json, flags: Json) -> Json:
    expression, text, _ = _regex(budget, value, pattern, flags)
    parts: list[Json] = []
    position = 0
    for match in expression.matches(text):
        parts.append(text[position : match.start()])
        position = match.end()
    return [*parts, text[position:]]


def _captures(budget: Budget, value: Json) -> Json:
    """Return the named groups of a match as a map."""
    return {one["name"]: one["string"] for one in value["captures"] if one["name"] is not None}


def _moment(value: Json) -> dt.datetime:
    """Return the moment for seconds since 1970 or a broken down time."""
    try:
        if is_number(value):
            return dt.datetime.fromtimestamp(value, dt.UTC)
        if isinstance(value, list) and len(value) >= 6:
            year, month, day, hour, minute, second = (int(part) for part in value[:6])
            return dt.datetime(year, month + 1, day, hour, minute, second, tzinfo=dt.UTC)
    except (ValueError, OverflowError, OSError, TypeError) as error:
        raise JqError("invalid gmtime representation") from error
    raise JqError("a date is a number or a broken down time")


def _broken_down(moment: dt.datetime) -> Json:
    parts = moment.timetuple()
    weekday = (moment.weekday() + 1) % 7
    seconds = moment.second + moment.microsecond / 1e6
    second: Json = int(seconds) if seconds.is_integer() else seconds
    day_of_year = parts.tm_yday - 1
    month = moment.month - 1
    return [
        moment.year,
        month,
        moment.day,
        moment.hour,
        moment.minute,
        second,
        weekday,
        day_of_year,
    ]


def _known_format(value: Json) -> str:
    if not isinstance(value, str) or len(value) > 200 or not _FORMAT_LETTERS.fullmatch(value):
        raise JqError("unknown date format")
    return value


def _write_time(budget: Budget, value: Json, format_: Json) -> Json:
    return _moment(value).strftime(_known_format(format_))


def _read_time(budget: Budget, value: Json, format_: Json) -> Json:
    if not isinstance(value, str):
        raise JqError(f"strptime/1 requires string inputs and arguments, not {type_of(value)}")
    pattern = _known_format(format_).replace("%F", "%Y-%m-%d").replace("%T", "%H:%M:%S")
    try:
        read = dt.datetime.strptime(value, pattern)  # noqa: DTZ007 - jq's dates are in UTC
    except (ValueError, OverflowError, re.error) as error:
        raise JqError(f'date "{value[:40]}" does not match format "{format_}"') from error
    return _broken_down(read.replace(tzinfo=dt.UTC) if read.tzinfo is None else read)


def _make_time(budget: Budget, value: Json) -> Json:
    return int(_moment(value).timestamp())


def _from_date(budget: Budget, value: Json) -> Json:
    return _make_time(budget, _read_time(budget, value, _SECONDS_FORMAT))


def _to_date(budget: Budget, value: Json) -> Json:
    return _write_time(budget, value, _SECONDS_FORMAT)


MATCHING: dict[str, Callable[..., Json]] = {
    "_match/1": _match,
    "_match/2": _match,
    "_captures/0": _captures,
    "test/1": _test,
    "test/2": _test,
    "split/2": _split,
    "strftime/1": _write_time,
    "strptime/1": _read_time,
    "mktime/0": _make_time,
    "gmtime/0": lambda budget, value: _broken_down(_moment(value)),
    "fromdateiso8601/0": _from_date,
    "fromdate/0": _from_date,
    "todate/0": _to_date,
    "todateiso8601/0": _to_date,
    "date/0": _to_date,
}
"""Builtins by `name/arity`."""
