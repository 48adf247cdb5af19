"""What jq does with values: order, arithmetic, paths."""

from __future__ import annotations

import math
from typing import Any

from lanner_coordinator.flow.expression.budget import Budget

Json = Any
"""A value of JSON: None, bool, int, float, str, list or dict with texts as keys."""

Path = tuple[Json, ...]
"""Keys, indexes and slices (as dicts) from the outside in."""

_LARGEST_INDEX = 100_000
_EXACT = 2**53


class JqError(Exception):
    """An error of a program, which `try` can catch.

    Attributes:
        value: What `catch` gets: mostly the message.
    """

    def __init__(self, value: Json) -> None:
        super().__init__(value if isinstance(value, str) else "an error")
        self.value = value


def type_of(value: Json) -> str:
    """Return the name jq has for the type of a value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"


def is_number(value: Json) -> bool:
    """Tell whether a value is a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_true(value: Json) -> bool:
    """Tell whether a value counts as true: all but null and false."""
    return value is not None and value is not False


def number(value: float) -> Json:
    """Return a number as whole number where it is one, so that it prints like one."""
    if isinstance(value, int):
        return value if -(2**63) <= value < 2**63 else float(value)
    return int(value) if value.is_integer() and abs(value) < _EXACT else value


_RANKS = {"null": 0, "boolean": 1, "number": 3, "string": 4, "array": 5, "object": 6}


def sort_key(value: Json, budget: Budget, depth: int = 0) -> tuple[Json, ...]:
    """Return what values are ordered by."""
    budget.spend()
    budget.check_depth(depth)
    rank = _RANKS[type_of(value)]
    if isinstance(value, list):
        return rank, [sort_key(item, budget, depth + 1) for item in value]
    if isinstance(value, dict):
        names = sorted(value)
        return rank, names, [sort_key(value[name], budget, depth + 1) for name in names]
    if isinstance(value, float) and math.isnan(value):
        return rank, -math.inf
    return rank, value if value is not None else 0


def add(left: Json, right: Json, budget: Budget) -> Json:
    """Do `a + b`."""
    if left is None or right is None:
        return right if left is None else left
    if is_number(left) and is_number(right):
        return number(left + right)
    if isinstance(left, str) and isinstance(right, str):
        budget.check_text(len(left) + len(right))
        return left + right
    if isinstance(left, list) and isinstance(right, list):
        budget.check_items(len(left) + len(right))
        return left + right
    if isinstance(left, dict) and isinstance(right, dict):
        budget.check_items(len(left) + len(right))
        return {**left, **right}
    raise _cannot("added", left, right)


def _cannot(what: str, left: Json, right: Json) -> JqError:
    return JqError(f"{type_of(left)} and {type_of(right)} cannot be {what}")


def subtract(left: Json, right: Json, budget: Budget) -> Json:
    """Do `a - b`."""
    if is_number(left) and is_number(right):
        return number(left - right)
    if isinstance(left, list) and isinstance(right, list):
        budget.spend(len(left) * len(right) // 8)
        keys = [sort_key(item, budget) for item in right]
        return [item for item in left if sort_key(item, budget) not in keys]
    raise _cannot("subtracted", left, right)


def multiply(left: Json, right: Json, budget: Budget) -> Json:
    """Do `a * b`: numbers, a text repeated, or two maps merged all the way down."""
    if is_number(left) and is_number(right):
        return number(left * right)
    if isinstance(left, dict) and isinstance(right, dict):
        return _merge(left, right, budget, 0)
    if is_number(left) and isinstance(right, str):
        left, right = right, left
    if isinstance(left, str) and is_number(right):
        if right != right or right <= 0:
            return None
        count = 1 if right < 1 else int(min(right, 1e12))
        budget.check_text(len(left) * count)
        return left * count
    raise _cannot("multiplied", left, right)


def _merge(left: Json, right: Json, budget: Budget, depth: int) -> Json:
    budget.spend(1 + len(right))
    budget.check_depth(depth)
    merged = dict(left)
    for key, value in right.items():
        both = isinstance(merged.get(key), dict) and isinstance(value, dict)
        merged[key] = _merge(merged[key], value, budget, depth + 1) if both else value
    return merged


def divide(left: Json, right: Json, budget: Budget) -> Json:
    """Do `a / b`: numbers, or a text split."""
    if is_number(left) and is_number(right):
        if right == 0:
            raise JqError(f"{type_of(left)} cannot be divided because the divisor is zero")
        quotient, rest = divmod(left, right)
        return number(quotient if rest == 0 and isinstance(quotient, int) else left / right)
    if isinstance(left, str) and isinstance(right, str):
        return split(left, right, budget)
    raise _cannot("divided", left, right)


def split(text: str, separator: str, budget: Budget) -> Json:
    """Split a text; an empty separator gives characters."""
    budget.check_items(len(text) if not separator else text.count(separator) + 1)
    if not text:
        return []
    return text.split(separator) if separator else list(text)


def remainder(left: Json, right: Json, budget: Budget) -> Json:
    """Do `a % b`, of whole numbers, with the sign of a."""
    if not is_number(left) or not is_number(right):
        raise _cannot("divided", left, right)
    if not math.isfinite(left) or math.isnan(right):
        return math.nan
    whole = abs(int(right)) if math.isfinite(right) else 2**63 - 1
    if whole == 0:
        raise JqError(f"{type_of(left)} cannot be divided because the divisor is zero")
    rest = abs(int(left)) % whole
    return -rest if left < 0 else rest


def index(value: Json, key: Json) -> Json:
    """Return what is at a key, index or slice; null where nothing is."""
    if isinstance(key, dict):
        return cut(value, key.get("start"), key.get("end"))
    if value is None and (key is None or isinstance(key, str) or is_number(key)):
        return None
    if isinstance(value, dict) and isinstance(key, str):
        return value.get(key)
    if isinstance(value, list) and is_number(key):
        place = math.floor(key) if math.isfinite(key) else len(value)
        place += len(value) if place < 0 else 0
        return value[place] if 0 <= place < len(value) else None
    if isinstance(value, list) and isinstance(key, list):
        width = len(key)
        places = range(len(value) - width + 1) if width else ()
        return [place for place in places if value[place : place + width] == key]
    described = f'"{key[:40]}"' if isinstance(key, str) else type_of(key)
    raise JqError(f"Cannot index {type_of(value)} with {described}")


def cut(value: Json, start: Json, end: Json) -> Json:
    """Return a slice of a list or text."""
    if value is None:
        return None
    if not isinstance(value, list | str):
        raise JqError(f"Cannot index {type_of(value)} with object")
    first, last = bounds(len(value), start, end)
    return value[first:last]


def bounds(length: int, start: Json, end: Json) -> tuple[int, int]:
    """Return the indexes a slice stands for."""
    if not all(one is None or (is_number(one) and one == one) for one in (start, end)):
        raise JqError("Start and end indices of an array slice must be numbers")
    limit = float(length)
    first = 0 if start is None else math.floor(min(max(start, -limit), limit))
    last = length if end is None else math.ceil(min(max(end, -limit), limit))
    first += length if first < 0 else 0
    last += length if last < 0 else 0
    return first, max(first, last)


def has(value: Json, key: Json) -> bool:
    """Tell whether a map has a key or a list an index."""
    if isinstance(value, dict) and isinstance(key, str):
        return key in value
    if isinstance(value, list) and is_number(key):
        return bool(0 <= key < len(value))
    raise JqError(f"Cannot check whether {type_of(value)} has a {type_of(key)} key")


def get_path(value: Json, path: Path) -> Json:
    """Return what is at a path; null where a part of it is missing."""
    for key in path:
        if value is None:
            return None
        value = index(value, key)
    return value


def set_path(value: Json, path: Path, new: Json, budget: Budget) -> Json:
    """Return the value with something else at a path."""
    if not path:
        return new
    budget.check_depth(len(path) // 4)
    key, rest = path[0], path[1:]
    if isinstance(key, dict):
        return _set_slice(value, key, rest, new, budget)
    inner = set_path(index(value, key), rest, new, budget)
    if isinstance(key, str):
        budget.spend(1 + len(value or ()))
        return {**(value or {}), key: inner}
    return _set_item(value or [], math.floor(key), inner, budget)


def _set_item(items: Json, place: int, new: Json, budget: Budget) -> Json:
    place += len(items) if place < 0 else 0
    if place < 0:
        raise JqError("Out of bounds negative array index")
    if place > _LARGEST_INDEX:
        raise JqError("Array index too large")
    budget.spend(1 + len(items))
    longer = items + [None] * (place + 1 - len(items))
    longer[place] = new
    return longer


def _set_slice(value: Json, key: Json, rest: Path, new: Json, budget: Budget) -> Json:
    items = value or []
    if not isinstance(items, list):
        raise JqError(f"Cannot update field at object index of {type_of(value)}")
    first, last = bounds(len(items), key.get("start"), key.get("end"))
    inner = set_path(items[first:last], rest, new, budget)
    if not isinstance(inner, list):
        raise JqError("A slice of an array can only be assigned another array")
    budget.check_items(len(items) + len(inner))
    return items[:first] + inner + items[last:]


def delete_paths(value: Json, paths: list[Path], budget: Budget) -> Json:
    """Return the value without what is at the paths."""
    for path in sorted(paths, key=lambda one: sort_key(list(one), budget), reverse=True):
        value = _delete(value, path, budget)
    return value


def _delete(value: Json, path: Path, budget: Budget) -> Json:
    if value is None:
        return None
    if not path:
        return None
    budget.spend(1 + (len(value) if isinstance(value, list | dict) else 0))
    key, rest = path[0], path[1:]
    if rest:
        inner = index(value, key)
        return (
            value
            if inner is None
            else set_path(value, (key,), _delete(inner, rest, budget), budget)
        )
    if isinstance(value, dict) and isinstance(key, str):
        return {name: item for name, item in value.items() if name != key}
    if isinstance(value, list) and isinstance(key, dict):
        first, last = bounds(len(value), key.get("start"), key.get("end"))
        return value[:first] + value[last:]
    if isinstance(value, list) and is_number(key):
        place = math.floor(key) + (len(value) if key < 0 else 0)
        return [item for at, item in enumerate(value) if at != place]
    raise JqError(f"Cannot delete field at {type_of(key)} index of {type_of(value)}")


def contains(container: Json, wanted: Json, budget: Budget, depth: int = 0) -> Json:
    """Tell whether a value has another in it, at any depth for lists and maps."""
    budget.spend()
    budget.check_depth(depth)
    if isinstance(container, dict) and isinstance(wanted, dict):
        return all(
            key in container and contains(container[key], item, budget, depth + 1)
            for key, item in wanted.items()
        )
    if isinstance(container, list) and isinstance(wanted, list):
        return all(
            any(
                type_of(item) == type_of(one) and contains(item, one, budget, depth + 1)
                for item in container
            )
            for one in wanted
        )
    if isinstance(container, str) and isinstance(wanted, str):
        return wanted in container
    if type_of(container) == type_of(wanted):
        return container == wanted
    raise JqError(
        f"{type_of(container)} and {type_of(wanted)} cannot have their containment checked"
    )
