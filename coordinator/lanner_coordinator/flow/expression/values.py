"""The kinds of values expressions work with.

The set is closed: texts, booleans, whole numbers, floats, decimals, dates, times, durations, lists
(tuples and sets count as lists) and mappings. Any other object is refused by every operation.
"""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Mapping
from decimal import Decimal
from typing import TypeGuard

type_names = {
    bool: "Boolean",
    int: "Number",
    float: "Number",
    Decimal: "Number",
    str: "String",
    dt.datetime: "Date",
    dt.date: "Date",
    dt.time: "Time",
    dt.timedelta: "Duration",
}

Sequence = list[object] | tuple[object, ...] | set[object] | frozenset[object]
"""What counts as a list."""

SEQUENCES = (list, tuple, set, frozenset)
"""The classes of `Sequence`."""

Number = int | float | Decimal
"""A number; bool is none, whatever Python says."""

NUMBERS = (int, float, Decimal)
"""The classes of `Number`."""

MINIMUM = -(2**63)
"""The smallest whole number."""

MAXIMUM = 2**63 - 1
"""The largest whole number."""


class Float32(float):
    """A float of 32 bits, printed with as few digits as 32 bits need."""

    def __new__(cls, value: float | Decimal | str) -> Float32:
        """Round a number to 32 bits."""
        rounded: float = struct.unpack("f", struct.pack("f", float(value)))[0]
        return super().__new__(cls, rounded)


def is_sequence(value: object) -> TypeGuard[Sequence]:
    """Tell whether a value counts as a list."""
    return isinstance(value, SEQUENCES)


def is_mapping(value: object) -> TypeGuard[Mapping[object, object]]:
    """Tell whether a value is a mapping."""
    return isinstance(value, Mapping)


def is_number(value: object) -> TypeGuard[Number]:
    """Tell whether a value is a number."""
    return isinstance(value, NUMBERS) and not isinstance(value, bool)


def type_name(value: object) -> str:
    """Return what messages call the type of a value."""
    if value is None:
        return "null"
    if is_mapping(value):
        return "Map"
    if is_sequence(value):
        return "List"
    for kind, name in type_names.items():
        if isinstance(value, kind):
            return name
    return "unsupported value"
