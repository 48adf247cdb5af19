"""Checks converted input values against the bounds and patterns of their inputs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lanner_coordinator.flow.conversion import as_text
from lanner_coordinator.flow.duration import format_duration, parse_duration
from lanner_coordinator.flow.expression import DEFAULT_LIMITS, ExpressionError
from lanner_coordinator.flow.expression.budget import Budget
from lanner_coordinator.flow.expression.java.regexes import Regex
from lanner_coordinator.flow.instants import (
    format_instant,
    format_time,
    parse_date,
    parse_instant,
    parse_time,
)
from lanner_coordinator.flow.json_schemas import complaint_about_value
from lanner_coordinator.flow.model import Input, InputType

SCHEMA_KEYS = ("jsonSchema", "schema")
"""Properties that hold the JSON Schema of a value."""

_EMAIL = re.compile(r"(?:[\w!#$%&'\u2019*+/=?`{|}~^.-]+@[a-zA-Z0-9.-]+)?", re.ASCII)


def complaint_about(one: Input, value: object, options: Sequence[str] | None) -> str:
    """What is wrong with a value that is not null; empty: nothing.

    Args:
        one: The input.
        value: Converted.
        options: What may be chosen; absent: anything.
    """
    if one.type in (InputType.STRING, InputType.SECRET):
        return _pattern(one, str(value))
    if one.type is InputType.EMAIL:
        return "" if _EMAIL.fullmatch(str(value)) else "The input must be a valid email"
    if one.type in (InputType.SELECT, InputType.MULTISELECT):
        return _choice(one, value, options)
    if one.type is InputType.FILE:
        return _extension(one, str(value))
    if one.type in (InputType.JSON, InputType.YAML):
        return _schema(one, value)
    bounds = _BOUNDS.get(one.type)
    return bounds(one.properties, value) if bounds else ""


def listed(given: object) -> Sequence[str] | None:
    """The choices of a list as texts, those with labels by their values; absent: it is no list."""
    if not isinstance(given, list | tuple):
        return None
    return [as_text(item["value"] if isinstance(item, Mapping) else item) for item in given]


def bounds_that_exclude(one: Input) -> tuple[str, str] | None:
    """The two bounds of an input between which no value lies; absent: there is one."""
    complain = _BOUNDS.get(one.type)
    for low, high in (("min", "max"), ("after", "before")):
        least, most = one.properties.get(low), one.properties.get(high)
        if complain is None or least is None or most is None:
            continue
        try:
            if complain({high: most}, least):
                return low, high
        except (ValueError, TypeError):
            # A bound that is no such value is reported where it is read.
            return None
    return None


def _schema(one: Input, value: object) -> str:
    for key in SCHEMA_KEYS:
        if one.properties.get(key) is not None:
            return complaint_about_value(value, one.properties[key])
    return ""


def _pattern(one: Input, value: str) -> str:
    pattern = one.properties.get("validator")
    if not isinstance(pattern, str):
        return ""
    try:
        # Not `re`: patterns are Java's, and one may take ages, which is limited here.
        matches = Regex(rf"\A(?:{pattern})\z", Budget(DEFAULT_LIMITS)).finds(value)
    except ExpressionError:
        return f"the validator pattern `{pattern}` timed out \u2014 it may be too complex"
    return "" if matches else f"it must match the pattern `{pattern}`"


def _choice(one: Input, value: object, options: Sequence[str] | None) -> str:
    if options is None or one.properties.get("allowCustomValue") is True:
        return ""
    chosen = value if isinstance(value, list) else [value]
    texts = [item if isinstance(item, str) else str(item) for item in chosen]
    if all(item in options for item in texts):
        return ""
    return f"it must match the values `[{', '.join(options)}]`"


def _extension(one: Input, value: str) -> str:
    allowed = one.properties.get("allowedFileExtensions")
    if not isinstance(allowed, list) or not allowed:
        return ""
    if any(value.lower().endswith(str(extension).lower()) for extension in allowed):
        return ""
    shown = ", ".join(str(extension) for extension in allowed)
    return f"File type not allowed. Accepted extensions: {shown}"


def _between(
    low: str,
    high: str,
    words: tuple[str, str],
    parse: Callable[[Any], Any],
    show: Callable[[Any], str] = str,
) -> Callable[[Mapping[str, object], object], str]:
    """Compares with the bounds that have two names.

    Args:
        low: Name of the property that bounds from below.
        high: From above.
        words: What is said of a value that is below, and above.
        parse: What is compared of a value or bound.
        show: How messages print what is parsed.
    """

    def complaint(properties: Mapping[str, object], value: object) -> str:
        found = parse(value)
        for key, word in ((low, words[0]), (high, words[1])):
            if properties.get(key) is None:
                continue
            bound = parse(properties[key])
            if found < bound if key == low else found > bound:
                return f"{word} `{show(bound)}`"
        return ""

    return complaint


def _of_text(parse: Callable[[str], Any]) -> Callable[[object], Any]:
    return lambda value: parse(str(value))


_NUMBERS = ("it must be more than", "it must be less than")
_TIMES = ("it must be after", "it must be before")

_BOUNDS = {
    InputType.INT: _between("min", "max", _NUMBERS, int),
    InputType.FLOAT: _between("min", "max", _NUMBERS, float),
    InputType.DURATION: _between(
        "min",
        "max",
        ("It must be more than", "It must be less than"),
        _of_text(parse_duration),
        format_duration,
    ),
    InputType.DATETIME: _between(
        "after", "before", _TIMES, _of_text(parse_instant), format_instant
    ),
    InputType.DATE: _between("after", "before", _TIMES, _of_text(parse_date)),
    InputType.TIME: _between("after", "before", _TIMES, _of_text(parse_time), format_time),
}
