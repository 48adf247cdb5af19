"""Turns the typed values of a case's context into values of the expression language."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from zoneinfo import ZoneInfo

from lanner_coordinator.flow.expression.values import Float32

_DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?")


def _zoned(text: str) -> dt.datetime:
    bare, _, region = text.partition("[")
    moment = dt.datetime.fromisoformat(bare)
    return moment.astimezone(ZoneInfo(region.rstrip("]"))) if region else moment


def _duration(text: str) -> dt.timedelta:
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError(f"not a duration: {text}")
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)


_READERS: dict[str, Callable[[str], object]] = {
    "zoned_datetime": _zoned,
    "instant": lambda text: dt.datetime.fromisoformat(text).astimezone(dt.UTC),
    "local_datetime": dt.datetime.fromisoformat,
    "duration": _duration,
    "decimal": Decimal,
    "float32": Float32,
}


def decode(value: object, config: dict[str, str]) -> object:
    """Return a context with every `$type` and `$config` replaced by what it stands for."""
    if isinstance(value, list):
        return [decode(item, config) for item in value]
    if not isinstance(value, dict):
        return value
    if "$config" in value:
        return config[value["$config"]]
    if "$type" not in value:
        return {key: decode(item, config) for key, item in value.items()}
    kind, inner = value["$type"], value["value"]
    if kind == "set":
        return decode(inner, config)
    if kind == "date_epoch_ms":
        return dt.datetime.fromtimestamp(inner / 1000, dt.UTC)
    return _READERS[kind](inner if kind == "float32" else str(inner))
