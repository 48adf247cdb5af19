"""Converts raw values to the types of inputs and outputs.

A converted value is made of what JSON has: dates, times and durations are ISO texts. What is
refused is refused in Kestra's words, which are those of Java for the most part.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping

from lanner_coordinator.flow.duration import format_duration, parse_duration
from lanner_coordinator.flow.expression import DEFAULT_LIMITS, ExpressionError
from lanner_coordinator.flow.expression.budget import Budget
from lanner_coordinator.flow.expression.formats.ion_reader import read_ion
from lanner_coordinator.flow.expression.halves import read_json, whole
from lanner_coordinator.flow.expression.printing import json_text
from lanner_coordinator.flow.instants import (
    format_instant,
    format_time,
    parse_date,
    parse_instant,
    parse_time,
)
from lanner_coordinator.flow.iso_complaints import (
    date_complaint,
    instant_complaint,
    time_complaint,
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
_FLOAT = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?[fFdD]?")


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
        return _items(kind, value, item_type)
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
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    raise _no_number(value)


def _float(value: object) -> object:
    number = math.nan
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = _as_float(value)
    elif isinstance(value, str) and _FLOAT.fullmatch(value.strip()):
        number = float(value.strip().rstrip("fFdD"))
    elif isinstance(value, str) and not value.strip():
        raise ValueError("empty String")
    if not math.isfinite(number):
        raise _no_number(value)
    return number


def _as_float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _boolean(value: object) -> object:
    if isinstance(value, bool):
        return value
    written = value.strip().lower() if isinstance(value, str) else ""
    if written not in ("true", "false"):
        raise _unexpected(InputType.BOOLEAN, value)
    return written == "true"


def _json(value: object) -> object:
    return _parsed(InputType.JSON, value) if isinstance(value, str) else value


def _parsed(kind: InputType, text: str) -> object:
    try:
        return read_json(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise _unreadable(kind, text, error) from None


def _ion(value: object) -> object:
    if not isinstance(value, str):
        return value
    budget = Budget(DEFAULT_LIMITS)
    try:
        # What Ion has and JSON has not becomes text: instants, binary data.
        text = whole(json_text(next(read_ion(value, budget), None), budget))
        return read_json(text)
    except (ExpressionError, ValueError, RecursionError) as error:
        raise _unreadable(InputType.ION, value, error) from None


def _object(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    given = _parsed(InputType.OBJECT, value) if isinstance(value, str) else None
    if not isinstance(given, dict):
        raise _unreadable(InputType.OBJECT, value, "This is no map.")
    return given


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


def _read(
    kind: InputType,
    complaint: Callable[[str], str],
    work: Callable[[str], str],
    *,
    is_strict: bool = False,
) -> Callable[[object], object]:
    """A conversion of texts with a format.

    Args:
        kind: The type.
        complaint: What Kestra says of a text that it refuses; empty: it takes it.
        work: The value of a text. Raises ValueError.
        is_strict: A text that Kestra refuses is refused, even where `work` would take it.
    """

    def read(value: object) -> object:
        text = as_text(value)
        if is_strict and (why := complaint(text)):
            raise _unreadable(kind, value, why)
        try:
            return work(text)
        except ValueError as error:
            raise _unreadable(kind, value, complaint(text) or error) from None

    return read


def _duration_complaint(_: str) -> str:
    return "Text cannot be parsed to a Duration"


def _items(kind: InputType, value: object, item_type: str | None) -> object:
    given = _parsed(kind, value) if isinstance(value, str) else value
    if not isinstance(given, list | tuple):
        raise _unreadable(kind, value, "This is no list.")
    if item_type is None:
        return list(given)
    return [_item(item, item_type) for item in given]


def _item(item: object, item_type: str) -> object:
    kind = _item_kind(item_type)
    if item is None and kind in _NULL_ITEMS:
        return None
    try:
        if item is not None:
            return _CONVERTERS[kind](item)
    except ValueError:
        pass
    raise ValueError(f"Unable to parse array element as `{item_type}` on `{as_text(item)}`")


def _item_kind(name: str) -> InputType:
    aliases = {"BOOL": InputType.BOOLEAN, "ENUM": InputType.SELECT}
    return aliases[name] if name in aliases else InputType(name)


def _matching(pattern: re.Pattern[str], kind: InputType, value: object) -> object:
    if isinstance(value, str) and pattern.fullmatch(value):
        return value
    raise _unexpected(kind, value)


def _no_number(value: object) -> ValueError:
    return ValueError(f'For input string: "{as_text(value)}"')


def _unexpected(kind: InputType, value: object) -> ValueError:
    return ValueError(f"Expected `{kind}` but received `{as_text(value)}`")


def _unreadable(kind: InputType, value: object, why: object) -> ValueError:
    return ValueError(
        f"Expected `{kind}` but received `{as_text(value)}` with errors:\n```\n{why}\n```"
    )


def _refuse_constant(name: str) -> object:
    raise ValueError(f"`{name}` is no JSON")


_NULL_ITEMS = (InputType.STRING, InputType.SELECT)
"""Types of items that may be null."""

_CONVERTERS: Mapping[InputType, Callable[[object], object]] = {
    InputType.STRING: _text,
    InputType.SECRET: _text,
    InputType.SELECT: _text,
    InputType.INT: _integer,
    InputType.FLOAT: _float,
    InputType.BOOLEAN: _boolean,
    InputType.DATETIME: _read(
        InputType.DATETIME,
        instant_complaint,
        lambda text: format_instant(parse_instant(text.upper())),
    ),
    InputType.DATE: _read(
        InputType.DATE,
        date_complaint,
        lambda text: parse_date(text).isoformat(),
        is_strict=True,
    ),
    InputType.TIME: _read(
        InputType.TIME,
        time_complaint,
        lambda text: format_time(parse_time(text)),
        is_strict=True,
    ),
    InputType.DURATION: _read(
        InputType.DURATION,
        _duration_complaint,
        lambda text: format_duration(parse_duration(text)),
    ),
    InputType.FILE: _file,
    InputType.JSON: _json,
    InputType.YAML: _yaml,
    InputType.URI: _uri,
    InputType.EMAIL: _text,
    InputType.ION: _ion,
    InputType.OBJECT: _object,
}
