"""What counts as true."""

from __future__ import annotations

from decimal import Decimal

from lanner_coordinator.flow.expression.errors import ExpressionValueError
from lanner_coordinator.flow.expression.values import type_name

_FALSE_TEXTS = frozenset({"", "false", "0", "-0"})


def is_truthy(value: object) -> bool:
    """Tell whether a rendered condition (`runIf`, `If`, `when`) holds.

    False are null, False, 0 and the texts that are blank, `false`, `0` or `-0`.
    """
    if isinstance(value, str):
        return value.strip() not in _FALSE_TEXTS
    if value is None or isinstance(value, bool):
        return bool(value)
    if isinstance(value, int | float | Decimal):
        return value == value and value != 0
    return True


def as_condition(value: object, where: str) -> bool:
    """Return a value as operand of `if`, `not`, `and`, `or`, `? :`: null and lists are errors."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value != ""
    if isinstance(value, int | float | Decimal):
        return value == value and value != 0
    if value is None:
        raise ExpressionValueError(f"A null value cannot be used in {where}")
    raise ExpressionValueError(
        f"A value of type {type_name(value)} cannot be used in {where}: "
        "expected a Boolean, String or Number"
    )
