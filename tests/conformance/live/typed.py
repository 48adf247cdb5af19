"""Typed values of the cases as a client gives them: JSON has fewer types."""

from __future__ import annotations

from collections.abc import Mapping


def plain(value: object) -> object:
    """The value with each `{"$type": …, "value": …}` in it replaced by its value."""
    if isinstance(value, Mapping):
        if "$type" in value:
            return plain(value["value"])
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value
