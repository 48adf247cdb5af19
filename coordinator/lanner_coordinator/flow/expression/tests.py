"""The tests: what may stand behind `is`."""

from __future__ import annotations

import json

from lanner_coordinator.flow.expression.errors import ExpressionValueError
from lanner_coordinator.flow.expression.registry import test
from lanner_coordinator.flow.expression.values import is_mapping, is_number, is_sequence, type_name


@test("defined")
def defined(value: object) -> bool:
    """Tell whether a value is there and not null."""
    return value is not None


@test("null", "none")
def null(value: object) -> bool:
    """Tell whether a value is null."""
    return value is None


@test("empty")
def empty(value: object) -> bool:
    """Tell whether a value is null, a blank text, or a list or map without items."""
    if isinstance(value, str):
        return not value.strip()
    if is_mapping(value) or is_sequence(value):
        return not value
    return value is None


@test("even")
def even(value: object) -> bool:
    """Tell whether a whole number is even."""
    return _whole(value) % 2 == 0


@test("odd")
def odd(value: object) -> bool:
    """Tell whether a whole number is odd."""
    return _whole(value) % 2 != 0


def _whole(value: object) -> int:
    if not is_number(value):
        raise ExpressionValueError(f"Expected a whole number but got {type_name(value)}")
    return int(value)


@test("iterable")
def iterable(value: object) -> bool:
    """Tell whether a value is a list."""
    return is_sequence(value)


@test("map")
def is_map(value: object) -> bool:
    """Tell whether a value is a map."""
    return is_mapping(value)


@test("json")
def is_json(value: object) -> bool:
    """Tell whether a text is JSON."""
    if not isinstance(value, str):
        return False
    try:
        json.loads(value)
    except (ValueError, RecursionError):
        return False
    return True
