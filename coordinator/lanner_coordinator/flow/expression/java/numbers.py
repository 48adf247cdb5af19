"""How Java writes numbers."""

from __future__ import annotations

import math
import struct
from decimal import Decimal

from lanner_coordinator.flow.expression.values import Float32, Number


def number_text(value: Number) -> str:
    """Return a number as `toString` of Java writes it."""
    if isinstance(value, float):
        return _float_text(value)
    return _decimal_text(value) if isinstance(value, Decimal) else str(value)


def _float_text(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "-0.0" if math.copysign(1, value) < 0 else "0.0"
    digits, exponent = _shortest(value)
    sign = "-" if value < 0 else ""
    if -3 <= exponent < 7:
        return sign + _plain(digits, exponent)
    return f"{sign}{digits[0]}.{digits[1:] or '0'}E{exponent}"


def _shortest(value: float) -> tuple[str, int]:
    """Return the digits that identify the number and the exponent of the first of them."""
    text = f"{_shortest_of_32_bits(value) if isinstance(value, Float32) else float(value)!r}"
    _, digits, exponent = Decimal(text).as_tuple()
    written = "".join(map(str, digits)).rstrip("0") or "0"
    return written, int(exponent) + len(digits) - 1


def _shortest_of_32_bits(value: float) -> float:
    for precision in range(1, 10):
        candidate = float(f"{value:.{precision}g}")
        if struct.unpack("f", struct.pack("f", candidate))[0] == float(value):
            return candidate
    return float(value)


def _plain(digits: str, exponent: int) -> str:
    if exponent < 0:
        return "0." + "0" * (-exponent - 1) + digits
    whole = digits[: exponent + 1].ljust(exponent + 1, "0")
    return f"{whole}.{digits[exponent + 1 :] or '0'}"


def _decimal_text(value: Decimal) -> str:
    return str(value)
