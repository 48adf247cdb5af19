"""What `text.length` and `date.year` read: methods without arguments, named as properties.

Maps have none of them: what stands behind the dot is a key there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from lanner_coordinator.flow.expression import methods

_Read = Callable[..., object]

# None that returns another text: the text may be a secret, of which it would be another writing.
_TEXTS = ("length", "isEmpty", "isBlank")
_LISTS = ("size", "isEmpty", "getFirst", "getLast")


def _named(table: Mapping[str, _Read], names: tuple[str, ...]) -> Mapping[str, _Read]:
    """Return methods by their own name and by that of the property they stand for."""
    found: dict[str, _Read] = {}
    for name in names:
        found[name] = table[name]
        for start in ("get", "is"):
            rest = name.removeprefix(start)
            if rest != name and rest[:1].isupper():
                found[rest[0].lower() + rest[1:]] = table[name]
    return found


OF_LISTS: Mapping[str, _Read] = _named(methods.LISTS, _LISTS)
"""What lists have."""

_OF_TEXTS = _named(methods.TEXTS, _TEXTS)
_OF_MOMENTS = _named(methods.MOMENTS, tuple(methods.MOMENTS))
_OF_DAYS = _named(methods.DAYS, tuple(methods.DAYS))
_NONE: Mapping[str, _Read] = {}


def of(value: object) -> Mapping[str, _Read]:
    """Return what can be read of a text or date; nothing for other values."""
    if isinstance(value, str):
        return _OF_TEXTS
    if isinstance(value, dt.datetime):
        return _OF_MOMENTS
    return _OF_DAYS if isinstance(value, dt.date) else _NONE
