from __future__ import annotations

import json

import pytest

from lanner_coordinator.testing.comparing import Incomparable, holds
from lanner_coordinator.testing.model import Operator


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


@pytest.mark.parametrize(
    ("operator", "actual", "expected"),
    [
        (Operator.EQUAL_TO, "200", 200),
        (Operator.EQUAL_TO, 200, "200"),
        (Operator.EQUAL_TO, [1, 2], [1, 2]),
        (Operator.EQUAL_TO, {"a": 1}, {"a": 1}),
        (Operator.EQUAL_TO, True, "true"),
        (Operator.NOT_EQUAL_TO, True, 1),
        (Operator.NOT_EQUAL_TO, None, ""),
        (Operator.CONTAINS, "MY-PRODUCT-1", "PRODUCT"),
        (Operator.CONTAINS, ["MY-PRODUCT-1"], "PRODUCT"),
        (Operator.CONTAINS, [1, 2], 2),
        (Operator.CONTAINS, {"key": 1}, "key"),
        (Operator.STARTS_WITH, "abc", "ab"),
        (Operator.ENDS_WITH, "abc", "bc"),
        (Operator.GREATER_THAN, "10", 9.5),
        (Operator.GREATER_THAN_OR_EQUAL_TO, 10, "10"),
        (Operator.LESS_THAN, 1, 2),
        (Operator.LESS_THAN_OR_EQUAL_TO, 2, 2),
        (Operator.IN, "b", ["a", "b"]),
        (Operator.IN, 2, ["1", "2"]),
        (Operator.NOT_IN, "c", ["a", "b"]),
        (Operator.IS_NULL, None, True),
        (Operator.IS_NULL, "x", False),
        (Operator.IS_NOT_NULL, "", True),
        (Operator.IS_NOT_NULL, None, "false"),
    ],
)
def test_a_comparison_holds(operator: Operator, actual: object, expected: object) -> None:
    assert holds(operator, actual, expected, _text)


@pytest.mark.parametrize(
    ("operator", "actual", "expected"),
    [
        (Operator.EQUAL_TO, "a", "b"),
        (Operator.EQUAL_TO, None, "null"),
        (Operator.NOT_EQUAL_TO, "200", 200),
        (Operator.CONTAINS, None, "x"),
        (Operator.STARTS_WITH, "abc", "b"),
        (Operator.GREATER_THAN, 9, 9),
        (Operator.IN, "c", ["a", "b"]),
        (Operator.NOT_IN, "a", ["a", "b"]),
        (Operator.IS_NULL, "", True),
        (Operator.IS_NOT_NULL, None, True),
    ],
)
def test_a_comparison_does_not_hold(operator: Operator, actual: object, expected: object) -> None:
    assert not holds(operator, actual, expected, _text)


def test_what_is_no_number_cannot_be_ordered() -> None:
    with pytest.raises(Incomparable, match="'many' is no number"):
        holds(Operator.GREATER_THAN, "many", 3, _text)
