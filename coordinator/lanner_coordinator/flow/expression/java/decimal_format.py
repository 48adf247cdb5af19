"""Patterns of Java's DecimalFormat, such as `#,##0.00`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from functools import lru_cache

from lanner_coordinator.flow.expression.errors import ExpressionValueError
from lanner_coordinator.flow.expression.values import Number

_SYMBOLS = "0#,."
_LONGEST_PATTERN = 200
_MOST_DIGITS = 340

DEFAULT_PATTERN = "#,##0.###"
"""How numbers are written where no pattern is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Format:
    prefix: str
    suffix: str
    negative_prefix: str
    negative_suffix: str
    whole_digits: int
    fraction_digits: int
    most_fraction_digits: int
    group: int
    shift: int
    exponent_digits: int
    most_whole_digits: int
    has_point: bool


def format_number(value: Number, pattern: str) -> str:
    """Write a number in a pattern, rounding half to even as Java does.

    Raises:
        ExpressionValueError: It is no pattern.
    """
    form = _parse(pattern)
    number = _exact_enough(value, form) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        text = "NaN" if number.is_nan() else "∞"
        return f"-{text}" if number.is_signed() and not number.is_nan() else text
    magnitude = abs(number).scaleb(form.shift)
    digits = _scientific(magnitude, form) if form.exponent_digits else _plain(magnitude, form)
    if number.is_signed() and any(digit in "123456789" for digit in digits):
        return form.negative_prefix + digits + form.negative_suffix
    sign = "-" if number.is_signed() else ""
    return sign + form.prefix + digits + form.suffix


def _exact_enough(value: float, form: _Format) -> Decimal:
    """Return a number as its shortest text, but no tie where its bits are none."""
    shortest, exact = Decimal(repr(float(value))), Decimal(float(value))
    if not exact.is_finite() or shortest == exact:
        return shortest
    places = form.most_fraction_digits + form.shift
    looks_tied = shortest.as_tuple().exponent == -(places + 1)
    return exact if looks_tied and not form.exponent_digits else shortest


def _plain(magnitude: Decimal, form: _Format) -> str:
    if magnitude.adjusted() > _MOST_DIGITS:
        raise ExpressionValueError("The number is too large to be written in a pattern")
    with localcontext() as context:
        context.prec = _MOST_DIGITS * 2
        step = Decimal(1).scaleb(-form.most_fraction_digits)
        rounded = magnitude.quantize(step, ROUND_HALF_EVEN)
    whole, _, fraction = f"{rounded:f}".partition(".")
    fraction = fraction.rstrip("0").ljust(form.fraction_digits, "0")
    whole = whole.lstrip("0").rjust(form.whole_digits, "0")
    if not whole and not fraction:
        whole = "0"
    if form.group:
        whole = _grouped(whole, form.group)
    return f"{whole}.{fraction}" if fraction or form.has_point else whole


def _grouped(whole: str, size: int) -> str:
    head = len(whole) % size
    parts = [whole[:head]] if head else []
    parts += [whole[index : index + size] for index in range(head, len(whole), size)]
    return ",".join(parts)


def _scientific(magnitude: Decimal, form: _Format) -> str:
    exponent = magnitude.adjusted() if magnitude else 0
    if form.most_whole_digits > form.whole_digits and form.most_whole_digits > 1:
        exponent = exponent // form.most_whole_digits * form.most_whole_digits
    else:
        exponent -= max(form.whole_digits, 1) - 1
    mantissa = _plain(magnitude.scaleb(-exponent), form)
    sign = "-" if exponent < 0 else ""
    return f"{mantissa}E{sign}{str(abs(exponent)).zfill(form.exponent_digits)}"


@lru_cache(maxsize=256)
def _parse(pattern: str) -> _Format:
    if len(pattern) > _LONGEST_PATTERN:
        raise ExpressionValueError(f"A number format is at most {_LONGEST_PATTERN} characters long")
    parts = _split(pattern)
    prefix, number, suffix = _affixes(pattern, parts[0])
    negative_prefix, negative_suffix = f"-{prefix[0]}", suffix[0]
    if len(parts) > 1 and parts[1]:
        before, _, after = _affixes(pattern, parts[1])
        negative_prefix, negative_suffix = before[0], after[0]
    mantissa, _, exponent = number.partition("E")
    if "E" in number and (not exponent or exponent.strip("0")):
        raise ExpressionValueError(f"Malformed exponential pattern '{pattern}'")
    whole, point, fraction = mantissa.partition(".")
    if "." in fraction or "," in fraction or "#0" in fraction or "0#" in whole.replace(",", ""):
        raise ExpressionValueError(f"Malformed number pattern '{pattern}'")
    digits = whole.replace(",", "")
    if point and digits.endswith("#") and "0" not in mantissa:
        # As in Java, a `#` in front of the point stands for a `0` where the pattern has none.
        digits = f"{digits[:-1]}0"
    return _Format(
        prefix=prefix[0],
        suffix=suffix[0],
        negative_prefix=negative_prefix,
        negative_suffix=negative_suffix,
        whole_digits=digits.count("0"),
        fraction_digits=fraction.count("0"),
        most_fraction_digits=len(fraction),
        group=len(whole) - whole.rfind(",") - 1 if "," in whole else 0,
        shift=max(prefix[1], suffix[1]),
        exponent_digits=len(exponent),
        most_whole_digits=len(digits),
        has_point=bool(point) and not fraction,
    )


def _split(pattern: str) -> list[str]:
    """Split at the first `;` that is not quoted."""
    quoted = False
    for index, character in enumerate(pattern):
        if character == "'":
            quoted = not quoted
        elif character == ";" and not quoted:
            return [pattern[:index], pattern[index + 1 :]]
    return [pattern]


def _affixes(pattern: str, part: str) -> tuple[tuple[str, int], str, tuple[str, int]]:
    start = _number_start(part)
    end = start
    while end < len(part) and (part[end] in _SYMBOLS or (part[end] == "E" and end > start)):
        end += 1
    if start == end:
        raise ExpressionValueError(f"Malformed number pattern '{pattern}'")
    return _affix(part[:start]), part[start:end], _affix(part[end:])


def _number_start(part: str) -> int:
    quoted = False
    for index, character in enumerate(part):
        if character == "'":
            quoted = not quoted
        elif character in _SYMBOLS and not quoted:
            return index
    return len(part)


def _affix(text: str) -> tuple[str, int]:
    """Return the text around the number and by how many powers of ten it shifts the number."""
    shift = 0
    result = ""
    quoted = False
    index = 0
    while index < len(text):
        character = text[index]
        if character == "'":
            if text.startswith("''", index):
                result += "'"
                index += 1
            else:
                quoted = not quoted
        elif quoted:
            result += character
        else:
            shift = {"%": 2, "\u2030": 3}.get(character, shift)
            result += {"\u00a4": "$"}.get(character, character)
        index += 1
    return result, shift
