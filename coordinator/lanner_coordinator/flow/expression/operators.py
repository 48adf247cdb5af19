"""What operators do with values."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow

from lanner_coordinator.flow.expression.budget import Budget
from lanner_coordinator.flow.expression.errors import ExpressionLimitError, ExpressionValueError
from lanner_coordinator.flow.expression.printing import java_text, scalar_text
from lanner_coordinator.flow.expression.values import (
    MAXIMUM,
    MINIMUM,
    Float32,
    Number,
    Sequence,
    is_mapping,
    is_number,
    is_sequence,
    type_name,
)

_DECIMAL_128 = Context(prec=34, traps=[InvalidOperation, DivisionByZero, Overflow])


def add(left: object, right: object, budget: Budget) -> object:
    """Add numbers, join texts, or append to a list."""
    if isinstance(left, str) or isinstance(right, str):
        text = java_text(left, budget) + java_text(right, budget)
        budget.spend_text(len(text))
        return text
    if is_sequence(left):
        more = list(right) if is_sequence(right) else [right]
        budget.check_items(len(left) + len(more))
        return [*left, *more]
    return arithmetic("+", left, right)


def subtract(left: object, right: object, budget: Budget) -> object:
    """Subtract numbers, or take items out of a list."""
    if not is_sequence(left):
        return arithmetic("-", left, right)
    if is_sequence(right):
        return [item for item in left if not any(equals(item, other, budget) for other in right)]
    rest = list(left)
    for index, item in enumerate(rest):
        if equals(item, right, budget):
            return rest[:index] + rest[index + 1 :]
    return rest


def arithmetic(operator: str, left: object, right: object) -> object:
    """Calculate with two numbers: whole numbers stay whole, decimals win over floats."""
    if not is_number(left) or not is_number(right):
        raise ExpressionValueError(
            f"Could not perform `{operator}` on {type_name(left)} and {type_name(right)}: "
            "expected two numbers"
        )
    try:
        return _calculate(operator, left, right)
    except (ZeroDivisionError, DivisionByZero, InvalidOperation) as error:
        raise ExpressionValueError(f"Could not perform `{operator}`: division by zero") from error
    except (OverflowError, Overflow) as error:
        raise ExpressionLimitError(f"The result of `{operator}` is too large") from error


def _calculate(operator: str, left: Number, right: Number) -> Number:
    if isinstance(left, Decimal) or isinstance(right, Decimal):
        return _decimal(operator, Decimal(str(left)), Decimal(str(right)))
    if isinstance(left, float) or isinstance(right, float):
        result = _floating(operator, float(left), float(right))
        is_32_bits = all(isinstance(side, Float32 | int) for side in (left, right))
        return Float32(result) if is_32_bits and math.isfinite(result) else result
    return _whole(operator, left, right)


def _decimal(operator: str, left: Decimal, right: Decimal) -> Decimal:
    if operator == "+":
        return _DECIMAL_128.add(left, right)
    if operator == "-":
        return _DECIMAL_128.subtract(left, right)
    if operator == "*":
        return _DECIMAL_128.multiply(left, right)
    if operator == "/":
        return _DECIMAL_128.divide(left, right)
    return _DECIMAL_128.remainder(left, right)


def _floating(operator: str, left: float, right: float) -> float:
    if operator == "+":
        return left + right
    if operator == "-":
        return left - right
    if operator == "*":
        return left * right
    if right == 0:
        return math.nan if operator == "%" or left == 0 else math.copysign(math.inf, left)
    return left / right if operator == "/" else math.fmod(left, right)


def _whole(operator: str, left: int, right: int) -> int:
    if operator == "+":
        result = left + right
    elif operator == "-":
        result = left - right
    elif operator == "*":
        if left.bit_length() + right.bit_length() > 130:
            raise ExpressionLimitError("The result of `*` does not fit into 64 bits")
        result = left * right
    else:
        # Java rounds towards zero and gives the remainder the sign of the left side.
        quotient = abs(left) // abs(right)
        quotient = -quotient if (left < 0) != (right < 0) else quotient
        result = quotient if operator == "/" else left - quotient * right
    if not MINIMUM <= result <= MAXIMUM:
        raise ExpressionLimitError(f"The result of `{operator}` does not fit into 64 bits")
    return result


def equals(left: object, right: object, budget: Budget, depth: int = 0) -> bool:
    """Compare as `==` does: numbers by value, everything else by type and content."""
    budget.spend()
    if is_number(left) and is_number(right):
        return _numbers_equal(left, right)
    if is_mapping(left) and is_mapping(right):
        budget.check_depth(depth)
        return _maps_equal(left, right, budget, depth + 1)
    if is_sequence(left) and is_sequence(right):
        budget.check_depth(depth)
        return len(left) == len(right) and all(
            equals(one, other, budget, depth + 1) for one, other in zip(left, right, strict=True)
        )
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dt.datetime) and isinstance(right, dt.datetime):
        return left == right
    return type(left) is type(right) and left == right


def _numbers_equal(left: Number, right: Number) -> bool:
    if isinstance(left, Float32) != isinstance(right, Float32):
        return Decimal(scalar_text(left)) == Decimal(scalar_text(right))
    if isinstance(left, Decimal) != isinstance(right, Decimal):
        return Decimal(str(left)) == Decimal(str(right))
    return left == right


def _maps_equal(
    left: Mapping[object, object], right: Mapping[object, object], budget: Budget, depth: int
) -> bool:
    if len(left) != len(right):
        return False
    return all(
        key in right and equals(value, right[key], budget, depth) for key, value in left.items()
    )


def compare(left: object, right: object) -> int | None:
    """Return -1, 0 or 1; None when one side is null, as nothing is greater or less then."""
    if left is None or right is None:
        return None
    if is_number(left) and is_number(right):
        return _order(left, right)
    if isinstance(left, str) and isinstance(right, str):
        return (left > right) - (left < right)
    if isinstance(left, bool) and isinstance(right, bool):
        return (left > right) - (left < right)
    return _compare_dates(left, right)


def _order(left: Number, right: Number) -> int:
    if isinstance(left, Decimal) or isinstance(right, Decimal):
        left, right = Decimal(str(left)), Decimal(str(right))
    return (left > right) - (left < right)


def _compare_dates(left: object, right: object) -> int:
    if isinstance(left, dt.datetime) and isinstance(right, dt.datetime):
        if (left.tzinfo is None) == (right.tzinfo is None):
            return (left > right) - (left < right)
    elif type(left) is type(right):
        if isinstance(left, dt.date) and isinstance(right, dt.date):
            return (left > right) - (left < right)
        if isinstance(left, dt.timedelta) and isinstance(right, dt.timedelta):
            return (left > right) - (left < right)
    raise ExpressionValueError(
        f"Could not compare {type_name(left)} with {type_name(right)}: "
        "expected two numbers, two texts or two dates"
    )


def contains(container: object, wanted: object, budget: Budget) -> bool:
    """Tell whether a text has a part, a list an item (or all of a list), a map a key."""
    if container is None:
        return False
    if isinstance(container, str):
        return java_text(wanted, budget) in container
    if is_mapping(container):
        return _has_key(container, wanted)
    if is_sequence(container):
        all_of = wanted if is_sequence(wanted) else [wanted]
        return all(any(equals(item, one, budget) for item in container) for one in all_of)
    raise ExpressionValueError(
        "The contains operator can only be used on a List, Map or String. "
        f"Actual type was: {type_name(container)}"
    )


def _has_key(container: Mapping[object, object], key: object) -> bool:
    if isinstance(key, bool) or not isinstance(key, str | int | float | None):
        return False
    return key in container


def is_in(wanted: object, container: object, budget: Budget) -> bool:
    """Tell whether a list has an item, or a map a key or value, with the same text."""
    if wanted is None or container is None:
        return False
    text = java_text(wanted, budget)
    if is_mapping(container):
        return any(_same_text(item, text, budget) for pair in container.items() for item in pair)
    if is_sequence(container):
        return any(_same_text(item, text, budget) for item in container)
    return isinstance(container, str) and text in container


def _same_text(item: object, text: str, budget: Budget) -> bool:
    return item is not None and java_text(item, budget) == text


def items_of(value: object) -> Sequence | None:
    """Return what a loop goes through: items, or entries of a map; None if it cannot loop."""
    if is_mapping(value):
        return [{"key": key, "value": item} for key, item in value.items()]
    return value if is_sequence(value) else None
