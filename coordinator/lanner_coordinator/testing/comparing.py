"""The operators of assertions.

As Kestra renders both sides to texts, `200` and `"200"` are equal; values with a type are compared
as such first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from lanner_coordinator.testing.model import Operator

TextOf = Callable[[object], str]
"""The text that an expression prints for a value."""


class Incomparable(Exception):
    """A value that an operator cannot work with; the text is a sentence."""


def holds(operator: Operator, actual: object, expected: object, text_of: TextOf) -> bool:
    """Whether a comparison holds.

    Raises:
        Incomparable: One of the values is none that the operator can work with.
    """
    return _OPERATORS[operator](actual, expected, text_of)


def are_equal(actual: object, expected: object, text_of: TextOf) -> bool:
    """Whether two values are the same, or print the same."""
    if isinstance(actual, bool) == isinstance(expected, bool) and actual == expected:
        return True
    if actual is None or expected is None:
        return False
    return text_of(actual) == text_of(expected)


def _contains(actual: object, expected: object, text_of: TextOf) -> bool:
    if isinstance(actual, Mapping) and isinstance(expected, str) and expected in actual:
        return True
    if isinstance(actual, list | tuple) and any(
        are_equal(one, expected, text_of) for one in actual
    ):
        return True
    return actual is not None and text_of(expected) in text_of(actual)


def _starts_with(actual: object, expected: object, text_of: TextOf) -> bool:
    return actual is not None and text_of(actual).startswith(text_of(expected))


def _ends_with(actual: object, expected: object, text_of: TextOf) -> bool:
    return actual is not None and text_of(actual).endswith(text_of(expected))


def _in(actual: object, expected: object, text_of: TextOf) -> bool:
    listed = expected if isinstance(expected, list | tuple) else (expected,)
    return any(are_equal(actual, one, text_of) for one in listed)


def _number(value: object, text_of: TextOf) -> float:
    try:
        return float(text_of(value).strip())
    except ValueError:
        raise Incomparable(f"{text_of(value) or 'null'!r} is no number") from None


def _is_null(actual: object, expected: object, text_of: TextOf) -> bool:
    return (actual is None) is _flag(expected)


def _flag(expected: object) -> bool:
    if isinstance(expected, bool):
        return expected
    return str(expected).strip().lower() == "true"


_OPERATORS: Mapping[Operator, Callable[[object, object, TextOf], bool]] = MappingProxyType(
    {
        Operator.EQUAL_TO: are_equal,
        Operator.NOT_EQUAL_TO: lambda a, e, t: not are_equal(a, e, t),
        Operator.CONTAINS: _contains,
        Operator.STARTS_WITH: _starts_with,
        Operator.ENDS_WITH: _ends_with,
        Operator.GREATER_THAN: lambda a, e, t: _number(a, t) > _number(e, t),
        Operator.GREATER_THAN_OR_EQUAL_TO: lambda a, e, t: _number(a, t) >= _number(e, t),
        Operator.LESS_THAN: lambda a, e, t: _number(a, t) < _number(e, t),
        Operator.LESS_THAN_OR_EQUAL_TO: lambda a, e, t: _number(a, t) <= _number(e, t),
        Operator.IN: _in,
        Operator.NOT_IN: lambda a, e, t: not _in(a, e, t),
        Operator.IS_NULL: _is_null,
        Operator.IS_NOT_NULL: lambda a, e, t: not _is_null(a, e, t),
    }
)
