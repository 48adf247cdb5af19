"""Methods that values have in Java and flows call: `name.toUpperCase()`, `list.size()`.

They are a closed table; nothing of Python's own methods can be reached.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from lanner_coordinator.flow.expression import operators, suggestions
from lanner_coordinator.flow.expression.budget import Budget
from lanner_coordinator.flow.expression.convert import text_of, whole_of
from lanner_coordinator.flow.expression.errors import ExpressionValueError, UndefinedError
from lanner_coordinator.flow.expression.java.regexes import Regex
from lanner_coordinator.flow.expression.printing import java_text
from lanner_coordinator.flow.expression.values import is_mapping, is_sequence, type_name

_Method = Callable[..., object]


def call_method(value: object, name: str, arguments: tuple[object, ...], budget: Budget) -> object:
    """Call a method of a value.

    Raises:
        UndefinedError: The value is null.
        ExpressionValueError: A value of this type has no such method.
    """
    if value is None:
        raise UndefinedError(name, hint="it is called on null")
    if name == "toString":
        return java_text(value, budget)
    if name == "equals":
        return operators.equals(value, arguments[0], budget)
    if name == "contains":
        return operators.contains(value, arguments[0], budget)
    if name == "split" and isinstance(value, str):
        return _split(value, budget, *arguments)
    table = _table(value)
    method = table.get(name)
    if method is None:
        hint = suggestions.hint(name, table)
        raise ExpressionValueError(f"A {type_name(value)} has no method '{name}'", hint=hint)
    if name == "replace":
        _check_replacement(value, arguments, budget)
    return method(value, *arguments)


def _table(value: object) -> dict[str, _Method]:
    if isinstance(value, str):
        return TEXTS
    if is_mapping(value):
        return _MAPS
    if is_sequence(value):
        return LISTS
    if isinstance(value, dt.datetime):
        return MOMENTS
    return DAYS if isinstance(value, dt.date) else {}


def _check_replacement(value: object, arguments: tuple[object, ...], budget: Budget) -> None:
    old, new = (text_of(one, "A part to replace") for one in arguments)
    text = text_of(value, "The text")
    budget.check_text(len(text) + text.count(old) * max(len(new) - len(old), 0))


def _substring(text: str, start: object, end: object = None) -> str:
    first = whole_of(start, "The start")
    last = len(text) if end is None else whole_of(end, "The end")
    if not 0 <= first <= last <= len(text):
        raise ExpressionValueError(f"begin {first}, end {last}, length {len(text)}")
    return text[first:last]


def _split(text: str, budget: Budget, pattern: object, limit: object = 0) -> list[str]:
    expression = Regex(text_of(pattern, "The separator"), budget)
    return expression.split(text, whole_of(limit, "The limit"))


def _index_of(text: str, part: object) -> int:
    return text.find(text_of(part, "The part"))


def _get(items: object, index: object) -> object:
    place = whole_of(index, "The index")
    ordered = list(items) if is_sequence(items) else []
    if not 0 <= place < len(ordered):
        raise UndefinedError(str(place), hint=f"the list has {len(ordered)} items")
    return ordered[place]


def _position(items: list[object], wanted: object) -> int:
    return items.index(wanted) if wanted in items else -1


TEXTS: dict[str, _Method] = {
    "length": len,
    "isEmpty": lambda text: not text,
    "isBlank": lambda text: not text.strip(),
    "toUpperCase": lambda text: text.upper(),
    "toLowerCase": lambda text: text.lower(),
    "trim": lambda text: text.strip(),
    "strip": lambda text: text.strip(),
    "startsWith": lambda text, start: text.startswith(text_of(start, "The start")),
    "endsWith": lambda text, end: text.endswith(text_of(end, "The end")),
    "equalsIgnoreCase": lambda text, other: (
        isinstance(other, str) and text.lower() == other.lower()
    ),
    "indexOf": _index_of,
    "lastIndexOf": lambda text, part: text.rfind(text_of(part, "The part")),
    "charAt": lambda text, index: _substring(text, index, whole_of(index, "The index") + 1),
    "concat": lambda text, other: text + text_of(other, "The other text"),
    "substring": _substring,
    "replace": lambda text, old, new: text.replace(old, new),
}
LISTS: dict[str, _Method] = {
    "size": len,
    "isEmpty": lambda items: not items,
    "get": _get,
    "indexOf": lambda items, wanted: _position(list(items), wanted),
    "getFirst": lambda items: _get(items, 0),
    "getLast": lambda items: _get(items, len(items) - 1),
}
_MAPS: dict[str, _Method] = {
    "size": len,
    "isEmpty": lambda items: not items,
    "get": lambda items, key: items.get(key),
    "getOrDefault": lambda items, key, otherwise: items.get(key, otherwise),
    "containsKey": lambda items, key: key in items,
    "containsValue": lambda items, wanted: wanted in items.values(),
    "keySet": list,
    "values": lambda items: list(items.values()),
    "entrySet": operators.items_of,
}
_WEEK = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
DAYS: dict[str, _Method] = {
    "getYear": lambda day: day.year,
    "getMonthValue": lambda day: day.month,
    "getDayOfMonth": lambda day: day.day,
    "getDayOfYear": lambda day: day.timetuple().tm_yday,
    "getDayOfWeek": lambda day: _WEEK[day.weekday()],
}
MOMENTS: dict[str, _Method] = {
    **DAYS,
    "getHour": lambda moment: moment.hour,
    "getMinute": lambda moment: moment.minute,
    "getSecond": lambda moment: moment.second,
    "toEpochSecond": lambda moment: int(moment.timestamp()),
    "toLocalDate": lambda moment: moment.date(),
}
