"""Arguments of filters and functions, brought to the type that is needed."""

from __future__ import annotations

from decimal import Decimal

from lanner_coordinator.flow.expression.errors import ExpressionValueError
from lanner_coordinator.flow.expression.printing import scalar_text
from lanner_coordinator.flow.expression.values import is_mapping, is_sequence, type_name


def text_of(value: object, what: str) -> str:
    """Return a text; anything else is an error."""
    if isinstance(value, str):
        return value
    raise ExpressionValueError(f"{what} has to be a String. Actual type was: {type_name(value)}")


def as_text(value: object, what: str) -> str:
    """Return a text, or any other single value as text; lists and maps are errors."""
    if value is None or is_mapping(value) or is_sequence(value):
        raise ExpressionValueError(
            f"{what} has to be a String. Actual type was: {type_name(value)}"
        )
    return scalar_text(value)


def whole_of(value: object, what: str) -> int:
    """Return a whole number; texts are not converted."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ExpressionValueError(
            f"{what} has to be a number. Actual type was: {type_name(value)}"
        )
    try:
        return int(value)
    except (ValueError, OverflowError) as error:
        raise ExpressionValueError(f"{what} has to be a finite number") from error


def flag_of(value: object, what: str) -> bool:
    """Return a boolean; texts are not converted."""
    if isinstance(value, bool):
        return value
    raise ExpressionValueError(f"{what} has to be a Boolean. Actual type was: {type_name(value)}")


def optional_text(value: object, what: str) -> str | None:
    """Return a text or nothing."""
    return None if value is None else text_of(value, what)
