"""How values become text.

There is one rule for what is printed into a text (`printed`), one for what is put into a text by
`~`, macros and filter tags (`java_text`), and one for JSON (`json_text`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from json.encoder import encode_basestring

from lanner_coordinator.flow.expression.budget import Budget
from lanner_coordinator.flow.expression.errors import ExpressionValueError
from lanner_coordinator.flow.expression.java import dates
from lanner_coordinator.flow.expression.java.numbers import number_text
from lanner_coordinator.flow.expression.values import Sequence, is_mapping, is_sequence


def printed(value: object, budget: Budget) -> str:
    """Return what `{{ value }}` prints: JSON for lists and maps, nothing for null."""
    if value is None:
        return ""
    if is_mapping(value) or is_sequence(value):
        return json_text(value, budget)
    return scalar_text(value)


def scalar_text(value: object) -> str:
    """Return a value that is neither null nor a list or map as Java's `toString` writes it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return number_text(value)
    if isinstance(value, dt.datetime):
        return dates.zoned_text(value)
    if isinstance(value, dt.date):
        return dates.date_text(value)
    if isinstance(value, dt.time):
        return dates.time_text(value) + (dates.offset_text(value) if value.tzinfo else "")
    if isinstance(value, dt.timedelta):
        return dates.duration_text(value)
    raise ExpressionValueError("A value of a kind that expressions do not know cannot be used")


def check_size(value: object, budget: Budget) -> None:
    """Refuse a value whose texts together, or whose items, are more than the limits allow.

    Values share their parts, so that a small one can stand for more than fits into memory.
    """
    pending = [value]
    characters = 0
    while pending:
        item = pending.pop()
        budget.spend()
        if isinstance(item, str):
            characters += len(item)
            budget.check_text(characters)
        elif is_mapping(item):
            pending.extend(item.values())
            pending.extend(item)
        elif is_sequence(item):
            pending.extend(item)
        budget.check_items(len(pending))


def java_text(value: object, budget: Budget) -> str:
    """Return a value as Java's `toString` writes it: `[a, b]`, `{k=v}`, `null`."""
    if isinstance(value, str):
        return value
    if not is_mapping(value) and not is_sequence(value):
        return "null" if value is None else scalar_text(value)
    check_size(value, budget)
    parts: list[str] = []
    _java_parts(value, budget, parts, 0)
    return "".join(parts)


def _java_parts(value: object, budget: Budget, parts: list[str], depth: int) -> None:
    budget.spend()
    if value is None:
        parts.append("null")
    elif is_mapping(value):
        _java_mapping(value, budget, parts, depth + 1)
    elif is_sequence(value):
        _java_sequence(value, budget, parts, depth + 1)
    else:
        parts.append(scalar_text(value))


def _java_mapping(
    value: Mapping[object, object], budget: Budget, parts: list[str], depth: int
) -> None:
    budget.check_depth(depth)
    parts.append("{")
    for index, (key, item) in enumerate(value.items()):
        parts.append(", " if index else "")
        _java_parts(key, budget, parts, depth)
        parts.append("=")
        _java_parts(item, budget, parts, depth)
    parts.append("}")


def _java_sequence(value: Sequence, budget: Budget, parts: list[str], depth: int) -> None:
    budget.check_depth(depth)
    parts.append("[")
    for index, item in enumerate(value):
        parts.append(", " if index else "")
        _java_parts(item, budget, parts, depth)
    parts.append("]")


def json_text(value: object, budget: Budget) -> str:
    """Return a value as compact JSON."""
    writer = _JsonWriter(budget)
    writer.write(value, 0)
    return "".join(writer.parts)


class _JsonWriter:
    """Collects JSON and counts its length, so that a small value cannot make an endless text."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.parts: list[str] = []
        self.characters = 0

    def write(self, value: object, depth: int) -> None:
        self.budget.spend()
        if isinstance(value, str):
            self._append(encode_basestring(value))
        elif value is None:
            self._append("null")
        elif isinstance(value, bool | int | float | Decimal):
            self._append(_json_scalar(value))
        elif is_mapping(value):
            self.budget.check_depth(depth)
            self._mapping(value, depth + 1)
        elif is_sequence(value):
            self.budget.check_depth(depth)
            self._sequence(value, depth + 1)
        else:
            self._append(json_scalar_text(value))

    def _append(self, text: str) -> None:
        self.characters += len(text)
        self.budget.check_text(self.characters)
        self.parts.append(text)

    def _mapping(self, value: Mapping[object, object], depth: int) -> None:
        self.parts.append("{")
        for index, (key, item) in enumerate(value.items()):
            if index:
                self.parts.append(",")
            self._append(encode_basestring("null" if key is None else scalar_text(key)))
            self.parts.append(":")
            self.write(item, depth)
        self.parts.append("}")

    def _sequence(self, value: Sequence, depth: int) -> None:
        self.parts.append("[")
        for index, item in enumerate(value):
            if index:
                self.parts.append(",")
            self.write(item, depth)
        self.parts.append("]")


def _json_scalar(value: object) -> str:
    text = scalar_text(value)
    return f'"{text}"' if text in ("NaN", "Infinity", "-Infinity") else text


def json_scalar_text(value: object) -> str:
    """Return a date, time or duration as JSON writes it: ISO without the name of the zone."""
    if isinstance(value, dt.datetime):
        return f'"{dates.zoned_text(value, with_zone=False)}"'
    if isinstance(value, dt.timedelta):
        seconds = value.total_seconds()
        return f"{seconds:.9f}"
    return encode_basestring(scalar_text(value))
