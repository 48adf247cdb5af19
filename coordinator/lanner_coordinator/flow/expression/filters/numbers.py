"""Filters for numbers."""

from __future__ import annotations

import math
import re
from decimal import Decimal, InvalidOperation

from lanner_coordinator.flow.expression.convert import text_of
from lanner_coordinator.flow.expression.errors import ExpressionValueError
from lanner_coordinator.flow.expression.java.decimal_format import DEFAULT_PATTERN, format_number
from lanner_coordinator.flow.expression.java.numbers import number_text
from lanner_coordinator.flow.expression.registry import CALL_WITH_NULL, filter_
from lanner_coordinator.flow.expression.values import (
    MAXIMUM,
    MINIMUM,
    Float32,
    is_mapping,
    is_number,
    is_sequence,
    type_name,
)

_WHOLE = re.compile(r"[+-]?(?:0[xX][0-9A-Fa-f]+|#[0-9A-Fa-f]+|\d+)")
_SUFFIXED = re.compile(r"(.*\d\.?)([lLfFdD])")
_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?")
_LONGEST = 1_000
_INT_MAXIMUM = 2**31 - 1

_CLASS_NAMES = {
    str: "java.lang.String",
    bool: "java.lang.Boolean",
    Float32: "java.lang.Float",
    float: "java.lang.Double",
    Decimal: "java.math.BigDecimal",
}


@filter_("abs", null=CALL_WITH_NULL)
def absolute(value: object) -> object:
    """Return a number without its sign."""
    if not is_number(value):
        raise ExpressionValueError(f"'abs' filter needs a number, not a {type_name(value)}")
    return Float32(abs(value)) if isinstance(value, Float32) else abs(value)


@filter_("numberFormat", "numberformat", parameters="format")
def number_format(value: object, format_: object = None) -> str:
    """Write a number in a pattern of Java's DecimalFormat, such as `#,##0.00`."""
    if not is_number(value):
        raise ExpressionValueError("The input for the 'NumberFormat' filter has to be a number.")
    pattern = DEFAULT_PATTERN if format_ is None else text_of(format_, "The format")
    return format_number(value, pattern)


@filter_("number", parameters="type")
def number(value: object, type_: object = "") -> object:
    """Read a number: INT, LONG, BIGINTEGER, FLOAT, DOUBLE, BIGDECIMAL, or what it looks like."""
    if not isinstance(value, str):
        raise ExpressionValueError(
            f"'number' filter can only be applied to String. Actual type was: {type_name(value)}"
        )
    text = value[:_LONGEST]
    kind = text_of(type_, "The type")
    if kind in ("INT", "LONG", "BIGINTEGER"):
        return _whole(text, kind)
    if kind == "FLOAT":
        return Float32(_decimal(text))
    if kind == "DOUBLE":
        return float(_decimal(text))
    return _decimal(text) if kind == "BIGDECIMAL" else _guess(text)


def _whole(text: str, kind: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise ExpressionValueError(f"'{text[:60]}' is no whole number")
    result = _integer(text)
    limit = {"INT": _INT_MAXIMUM, "LONG": MAXIMUM}.get(kind)
    if limit is not None and not -limit - 1 <= result <= limit:
        raise ExpressionValueError(f"'{text[:60]}' does not fit into {kind}")
    return result


def _integer(text: str) -> int:
    digits = text.lstrip("+-").lower().replace("#", "0x")
    if digits.startswith("0x"):
        base = 16
    else:
        base = 8 if len(digits) > 1 and digits.startswith("0") and digits.isdigit() else 10
    try:
        result = int(digits.removeprefix("0x"), base)
    except ValueError as error:
        raise ExpressionValueError(f"'{text[:60]}' is no whole number") from error
    return -result if text.startswith("-") else result


def _decimal(text: str) -> Decimal:
    if not _DECIMAL.fullmatch(text.strip()):
        raise ExpressionValueError(f"'{text[:60]}' is no number")
    try:
        return Decimal(text.strip())
    except InvalidOperation as error:
        raise ExpressionValueError(f"'{text[:60]}' is no number") from error


def _guess(text: str) -> object:
    """Return the smallest kind of number that holds the text, as commons-lang does."""
    if not text.strip():
        raise ExpressionValueError("A blank text is no number")
    suffixed = _SUFFIXED.fullmatch(text)
    if suffixed is not None and not text.lower().startswith(("0x", "-0x")):
        body, suffix = suffixed.group(1), suffixed.group(2).lower()
        if suffix == "l":
            return _whole(body, "LONG")
        return Float32(_decimal(body)) if suffix == "f" else float(_decimal(body))
    if _WHOLE.fullmatch(text):
        return _integer(text)
    exact = _decimal(text)
    for kind in (Float32, float):
        try:
            candidate = kind(exact)
        except OverflowError:
            continue
        if math.isfinite(candidate) and Decimal(number_text(candidate)) == exact:
            return candidate
    return exact


@filter_("className", null=CALL_WITH_NULL)
def class_name(value: object) -> str | None:
    """Return the name of the class Kestra would use for a value; for looking for mistakes."""
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        fits = MINIMUM <= value <= MAXIMUM
        small = -_INT_MAXIMUM - 1 <= value <= _INT_MAXIMUM
        return f"java.lang.{'Integer' if small else 'Long'}" if fits else "java.math.BigInteger"
    if is_mapping(value):
        return "java.util.LinkedHashMap"
    if is_sequence(value):
        return "java.util.ArrayList"
    for kind, name in _CLASS_NAMES.items():
        if isinstance(value, kind):
            return name
    return f"java.time.{type_name(value)}"
