"""Compares what came out with what a case expects, `$matchers` included."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from lanner_coordinator.flow.expression import is_truthy


def matches(actual: object, expected: object) -> bool:
    """Tell whether a value is what a case expects."""
    if isinstance(expected, dict):
        names = [key for key in expected if key.startswith("$")]
        if names:
            return all(_MATCHERS[name](actual, expected[name]) for name in names)
        return (
            isinstance(actual, dict)
            and actual.keys() == expected.keys()
            and all(matches(actual[key], item) for key, item in expected.items())
        )
    if isinstance(expected, list):
        return (
            isinstance(actual, list)
            and len(actual) == len(expected)
            and all(matches(one, other) for one, other in zip(actual, expected, strict=True))
        )
    return type(actual) is type(expected) and actual == expected


def _texts(wanted: object) -> list[str]:
    return [str(one) for one in wanted] if isinstance(wanted, list) else [str(wanted)]


def _has_items(actual: object, wanted: object) -> bool:
    return (
        isinstance(actual, list)
        and isinstance(wanted, list)
        and all(any(matches(item, one) for item in actual) for one in wanted)
    )


def _contains_json(actual: object, wanted: object) -> bool:
    if isinstance(wanted, dict):
        return isinstance(actual, dict) and all(
            key in actual and _contains_json(actual[key], item) for key, item in wanted.items()
        )
    return matches(actual, wanted)


def _between(actual: object, wanted: object) -> bool:
    low, high = (float(one) for one in _texts(wanted))
    return low <= float(str(actual)) <= high


def _any_order(actual: object, wanted: object) -> bool:
    if not isinstance(actual, list) or not isinstance(wanted, list):
        return False
    left = list(actual)
    for one in wanted:
        index = next((i for i, item in enumerate(left) if matches(item, one)), None)
        if index is None:
            return False
        del left[index]
    return not left


def _same_order(actual: object, wanted: object) -> bool:
    return (
        isinstance(actual, dict)
        and isinstance(wanted, dict)
        and list(actual) == list(wanted)
        and matches(actual, wanted)
    )


def _size(actual: object, wanted: object) -> bool:
    return isinstance(actual, (list, dict, str)) and matches(len(actual), wanted)


def _int_between(actual: object, wanted: object) -> bool:
    low, high = (int(str(one)) for one in _texts(wanted))
    return low <= int(str(actual)) <= high


_MATCHERS: dict[str, Callable[[object, object], bool]] = {
    "$contains": lambda actual, wanted: all(one in str(actual) for one in _texts(wanted)),
    "$not_contains": lambda actual, wanted: not any(one in str(actual) for one in _texts(wanted)),
    "$starts_with": lambda actual, wanted: str(actual).startswith(str(wanted)),
    "$ends_with": lambda actual, wanted: str(actual).endswith(str(wanted)),
    "$matches": lambda actual, wanted: re.fullmatch(str(wanted), str(actual)) is not None,
    "$not": lambda actual, wanted: not matches(actual, wanted),
    "$one_of": lambda actual, wanted: any(matches(actual, one) for one in _texts(wanted)),
    "$all": lambda actual, wanted: (
        isinstance(wanted, list) and all(matches(actual, one) for one in wanted)
    ),
    "$truthy": lambda actual, wanted: is_truthy(actual) is bool(wanted),
    "$between": _between,
    "$int_between": _int_between,
    "$gte": lambda actual, wanted: float(str(actual)) >= float(str(wanted)),
    "$present": lambda actual, wanted: (actual is not None) is bool(wanted),
    "$absent": lambda actual, wanted: (actual is None) is bool(wanted),
    "$size": _size,
    "$first": lambda actual, wanted: (
        isinstance(actual, list) and bool(actual) and matches(actual[0], wanted)
    ),
    "$has_key": lambda actual, wanted: isinstance(actual, dict) and wanted in actual,
    "$any_order": _any_order,
    "$same_order": _same_order,
    "$has_items": _has_items,
    "$json": lambda actual, wanted: matches(json.loads(str(actual)), wanted),
    "$json_contains": lambda actual, wanted: _contains_json(json.loads(str(actual)), wanted),
    "$json_any_order": lambda actual, wanted: _any_order(json.loads(str(actual)), wanted),
    "$json_has_items": lambda actual, wanted: _has_items(json.loads(str(actual)), wanted),
}
