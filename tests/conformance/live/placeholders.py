"""`${…}` in expectations and inputs: ids and dates that are known only while a case runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")
_MOVED = re.compile(r"now(?:([+-]\d+)([smhd]))?")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}

Resolve = Callable[[str], str]
"""The text for what stands between the braces."""


def filled(value: object, resolve: Resolve) -> object:
    """The value with all placeholders in its texts replaced."""
    if isinstance(value, str):
        return _PLACEHOLDER.sub(lambda found: resolve(found[1]), value)
    if isinstance(value, Mapping):
        return {str(filled(key, resolve)): filled(one, resolve) for key, one in value.items()}
    if isinstance(value, Sequence):
        return [filled(one, resolve) for one in value]
    return value


def date_of(name: str, now: datetime) -> str | None:
    """The text of `now+1s`, `today` or `today:Zone`; None: the name is none of a date."""
    if name == "today":
        return f"{now:%Y-%m-%d}"
    if name.startswith("today:"):
        return f"{now.astimezone(ZoneInfo(name.removeprefix('today:'))):%Y-%m-%d}"
    moved = _MOVED.fullmatch(name)
    if moved is None:
        return None
    if moved[1]:
        now += timedelta(**{_UNITS[moved[2]]: int(moved[1])})
    return now.isoformat()
