"""Writes Amazon Ion as text."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from lanner_coordinator.flow.expression.budget import Budget
from lanner_coordinator.flow.expression.java import dates
from lanner_coordinator.flow.expression.java.numbers import number_text
from lanner_coordinator.flow.expression.printing import check_size, scalar_text
from lanner_coordinator.flow.expression.values import is_mapping, is_sequence

_SYMBOL = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_KEYWORDS = frozenset({"null", "true", "false", "nan"})
_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}


def write_ion(value: object, budget: Budget) -> str:
    """Return a value as Ion text on one line."""
    check_size(value, budget)
    parts: list[str] = []
    _write(value, budget, parts, 0)
    text = "".join(parts)
    budget.check_text(len(text))
    return text


def _write(value: object, budget: Budget, parts: list[str], depth: int) -> None:
    budget.spend()
    budget.check_depth(depth)
    if is_mapping(value):
        parts.append("{")
        for index, (key, item) in enumerate(value.items()):
            parts.append("," if index else "")
            parts.append(_symbol("null" if key is None else scalar_text(key)) + ":")
            _write(item, budget, parts, depth + 1)
        parts.append("}")
    elif is_sequence(value):
        parts.append("[")
        for index, item in enumerate(value):
            parts.append("," if index else "")
            _write(item, budget, parts, depth + 1)
        parts.append("]")
    else:
        parts.append(_scalar(value))


def _symbol(name: str) -> str:
    if _SYMBOL.fullmatch(name) and name not in _KEYWORDS:
        return name
    return f"'{_escaped(name, chr(39))}'"


def _escaped(text: str, quote: str) -> str:
    escapes = {**_ESCAPES, quote: "\\" + quote}
    return "".join(escapes.get(character, character) for character in text)


def _scalar(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, str):
        return f'"{_escaped(value, chr(34))}"'
    if isinstance(value, bool | int | Decimal):
        return scalar_text(value)
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, dt.datetime):
        return dates.zoned_text(value, with_zone=False)
    if isinstance(value, dt.date):
        return dates.date_text(value)
    return f'"{scalar_text(value)}"'


def _float(value: float) -> str:
    text = number_text(float(value))
    if text in ("NaN", "Infinity", "-Infinity"):
        return {"NaN": "nan", "Infinity": "+inf", "-Infinity": "-inf"}[text]
    if text.endswith(".0"):
        return text[:-2] + "e0"
    return text if "E" in text else text + "e0"
