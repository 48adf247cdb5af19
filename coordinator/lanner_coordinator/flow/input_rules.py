"""Checks converted input values against the bounds and patterns of their inputs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lanner_coordinator.flow.duration import parse_duration
from lanner_coordinator.flow.expression import DEFAULT_LIMITS, ExpressionError
from lanner_coordinator.flow.expression.budget import Budget
from lanner_coordinator.flow.expression.java.regexes import Regex
from lanner_coordinator.flow.instants import format_time, parse_date, parse_instant, parse_time
from lanner_coordinator.flow.model import Input, InputType

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
    bounds = _BOUNDS.get(one.type)
    return bounds(one.properties, value) if bounds else ""


def _pattern(one: Input, value: str) -> str:
    pattern = one.properties.get("validator")
    if not isinstance(pattern, str):
        return ""
    try:
        # Not `re`: patterns are Java's, and one may take ages, which is limited here.
        matches = Regex(rf"\A(?:{pattern})\z", Budget(DEFAULT_LIMITS)).finds(value)
    except ExpressionError as error:
        return str(error)
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
    return f"the name of the file must end with one of `{shown}`"


def _between(
    low: str, high: str, words: tuple[str, str], parse: Callable[[str], Any] | None = None
) -> Callable[[Mapping[str, object], object], str]:
    def complaint(properties: Mapping[str, object], value: object) -> str:
        for key, word, sign in ((low, words[0], 1), (high, words[1], -1)):
            bound = properties.get(key)
            if bound is None:
                continue
            is_outside = _order(value, bound, parse) * sign < 0
            if is_outside:
                return f"{word} `{_shown(bound, parse)}`"
        return ""

    return complaint


def _order(value: object, bound: object, parse: Callable[[str], Any] | None) -> int:
    one: Any = parse(str(value)) if parse else value
    other: Any = parse(str(bound)) if parse else bound
    return int(one > other) - int(one < other)


def _shown(bound: object, parse: Callable[[str], Any] | None) -> str:
    if parse is parse_time:
        return format_time(parse_time(str(bound)))
    return str(bound)


_BOUNDS = {
    InputType.INT: _between("min", "max", ("it must be more than", "it must be less than")),
    InputType.FLOAT: _between("min", "max", ("it must be more than", "it must be less than")),
    InputType.DURATION: _between(
        "min", "max", ("It must be more than", "It must be less than"), parse_duration
    ),
    InputType.DATETIME: _between(
        "after", "before", ("it must be after", "it must be before"), parse_instant
    ),
    InputType.DATE: _between(
        "after", "before", ("it must be after", "it must be before"), parse_date
    ),
    InputType.TIME: _between(
        "after", "before", ("it must be after", "it must be before"), parse_time
    ),
}
