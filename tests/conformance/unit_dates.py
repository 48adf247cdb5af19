"""Dates in units: `${now-1h}`, `${first of last month 00:00:00}+1month`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta

NOW = datetime(2024, 5, 17, 10, 42, 31, tzinfo=UTC)
"""What the units take for the present."""

_PLACEHOLDER = re.compile(r"\$\{([^}]+)\}([-+]\d+(?:month|[smhd]))?")
_NAMES = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def instant(text: str) -> datetime:
    """The date that a text stands for."""
    placeholder = _PLACEHOLDER.fullmatch(text)
    if placeholder is None:
        return datetime.fromisoformat(text.partition("[")[0])
    return _moved(_named(placeholder[1]), placeholder[2] or "")


def with_dates(value: object) -> object:
    """A value with every placeholder replaced by its date."""
    if isinstance(value, str):
        return _PLACEHOLDER.sub(lambda match: instant(match[0]).isoformat(), value)
    if isinstance(value, Mapping):
        return {key: with_dates(one) for key, one in value.items()}
    if isinstance(value, Sequence):
        return [with_dates(one) for one in value]
    return value


def _named(name: str) -> datetime:
    month = NOW.replace(day=1, hour=0, minute=0, second=0)
    if name == "now with second 2":
        return NOW.replace(second=2)
    if name.startswith("now"):
        return _moved(NOW, name.removeprefix("now"))
    if name.startswith("today "):
        wall = time.fromisoformat(name.removeprefix("today ")[:15])
        return datetime.combine(NOW.date(), wall, UTC)
    if name.startswith("this "):
        lengths = {"second": 1, "minute": 60, "hour": 3600}
        seconds = lengths[name.removeprefix("this ")]
        return datetime.fromtimestamp(NOW.timestamp() // seconds * seconds, UTC)
    match = re.fullmatch(r"first of (last|this) month (\d\d):(\d\d):00", name)
    if match is None:
        raise ValueError(f"unknown date: {name}")
    start = month if match[1] == "this" else (month - timedelta(days=1)).replace(day=1)
    return start.replace(hour=int(match[2]), minute=int(match[3]))


def _moved(date: datetime, by: str) -> datetime:
    match = re.fullmatch(r"([-+]\d+)(month|[smhd])", by)
    if match is None:
        return date
    count, unit = int(match[1]), match[2]
    if unit == "month":
        months = date.month - 1 + count
        return date.replace(year=date.year + months // 12, month=months % 12 + 1)
    return date + timedelta(**{_NAMES[unit]: count})
