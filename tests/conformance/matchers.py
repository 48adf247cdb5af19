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
    "$int_between": _int_between,
    "$has_items": _has_items,
    "$json": lambda actual, wanted: matches(json.loads(str(actual)), wanted),
    "$json_contains": lambda actual, wanted: _contains_json(json.loads(str(actual)), wanted),
    "$json_has_items": lambda actual, wanted: _has_items(json.loads(str(actual)), wanted),
}
