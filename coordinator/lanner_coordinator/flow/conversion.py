"""Converts raw values to the types of inputs and outputs.

A converted value is made of what JSON has: dates, times and durations are ISO texts.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping

from lanner_coordinator.flow.duration import format_duration, parse_duration
from lanner_coordinator.flow.instants import (
    format_instant,
    format_time,
    parse_date,
    parse_instant,
    parse_time,
)
from lanner_coordinator.flow.model import InputType
from lanner_coordinator.flow.nodes import plain
from lanner_coordinator.flow.reading.report import Report
from lanner_coordinator.flow.yaml_text import read_yaml

FILE_SCHEMES = ("kestra://", "lanner://")
"""Starts of the URIs of stored files."""

NAMESPACE_FILE_SCHEME = "nsfile://"
"""Start of the URIs of files of namespaces."""

_URI = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://\S+")
_INTEGER = re.compile(r"[-+]?[0-9]{1,19}")


def convert(kind: InputType, value: object, item_type: str | None = None) -> object:
    """A value of a type; null stays null.

    Args:
        kind: The type.
        value: As a client, a default or an expression gives it.
        item_type: Of the items of an ARRAY or MULTISELECT; absent: as they are.

    Raises:
        ValueError: With what is wrong, without a full stop.
    """
    if value is None:
        return None
    if kind in (InputType.ARRAY, InputType.MULTISELECT):
        return _items(value, item_type)
    return _CONVERTERS[kind](value)


def as_text(value: object) -> str:
    """How messages and texts show a raw value."""
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    except (ValueError, RecursionError):
        return "a value that cannot be printed"


def _text(value: object) -> object:
    return as_text(value)


def _integer(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and _INTEGER.fullmatch(value.strip()):
        return int(value)
    raise _unexpected(InputType.INT, value)


def _float(value: object) -> object:
    number = math.nan
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        try:
            number = float(value)
        except (ValueError, OverflowError):
            raise _unexpected(InputType.FLOAT, value) from None
    if not math.isfinite(number):
        raise _unexpected(InputType.FLOAT, value)
    return number


def _boolean(value: object) -> object:
    if isinstance(value, bool):
        return value
    written = value.strip().lower() if isinstance(value, str) else ""
    if written not in ("true", "false"):
        raise _unexpected(InputType.BOOLEAN, value)
    return written == "true"


def _json(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise _unreadable(InputType.JSON, value, error) from None


def _yaml(value: object) -> object:
    if not isinstance(value, str):
        return value
    report = Report()
    root = read_yaml(value, report)
    if len(report):
        first = report.first()
        raise _unreadable(InputType.YAML, value, f"line {first.position.line}: {first.message}")
    return plain(root) if root is not None else None


def _uri(value: object) -> object:
    return _matching(_URI, InputType.URI, value)


def _file(value: object) -> object:
    if isinstance(value, str) and value.startswith((*FILE_SCHEMES, NAMESPACE_FILE_SCHEME)):
        return value
    raise ValueError(f"Expected the URI of a stored file but received `{as_text(value)}`")


def _read(kind: InputType, work: Callable[[str], str]) -> Callable[[object], object]:
    """A conversion of texts with a format."""

    def read(value: object) -> object:
        try:
            return work(as_text(value))
        except ValueError as error:
            raise _unreadable(kind, value, error) from None

    return read


def _items(value: object, item_type: str | None) -> object:
    given = _json(value)
    if not isinstance(given, list | tuple):
        raise ValueError(f"Expected a list but received `{as_text(value)}`")
    if item_type is None:
        return list(given)
    kind = _item_kind(item_type)
    items = []
    for item in given:
        try:
            items.append(None if item is None else _CONVERTERS[kind](item))
        except ValueError:
            shown = as_text(item)
            raise ValueError(
                f"Unable to parse array element as `{item_type}` on `{shown}`"
            ) from None
    return items


def _item_kind(name: str) -> InputType:
    aliases = {"BOOL": InputType.BOOLEAN, "ENUM": InputType.SELECT}
    return aliases[name] if name in aliases else InputType(name)


def _matching(pattern: re.Pattern[str], kind: InputType, value: object) -> object:
    if isinstance(value, str) and pattern.fullmatch(value):
        return value
    raise _unexpected(kind, value)


def _unexpected(kind: InputType, value: object) -> ValueError:
    return ValueError(f"Expected `{kind}` but received `{as_text(value)}`")


def _unreadable(kind: InputType, value: object, why: object) -> ValueError:
    return ValueError(
        f"Expected `{kind}` but received `{as_text(value)}` with errors:\n```\n{why}\n```"
    )


def _refuse_constant(name: str) -> object:
    raise ValueError(f"`{name}` is no JSON")


_CONVERTERS: Mapping[InputType, Callable[[object], object]] = {
    InputType.STRING: _text,
    InputType.SECRET: _text,
    InputType.SELECT: _text,
    InputType.INT: _integer,
    InputType.FLOAT: _float,
    InputType.BOOLEAN: _boolean,
    InputType.DATETIME: _read(InputType.DATETIME, lambda text: format_instant(parse_instant(text))),
    InputType.DATE: _read(InputType.DATE, lambda text: parse_date(text).isoformat()),
    InputType.TIME: _read(InputType.TIME, lambda text: format_time(parse_time(text))),
    InputType.DURATION: _read(
        InputType.DURATION, lambda text: format_duration(parse_duration(text))
    ),
    InputType.FILE: _file,
    InputType.JSON: _json,
    InputType.YAML: _yaml,
    InputType.URI: _uri,
    InputType.EMAIL: _text,
}
