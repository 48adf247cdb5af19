"""What people type into the fields of a flow's inputs, read as the values that the flow takes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from lanner_console.cli.times import iso_text, parse_duration, parse_instant
from lanner_console.models import InputField

FILE_TYPE = "FILE"
BOOLEAN_TYPE = "BOOLEAN"
CHOICE_TYPES = ("SELECT", "ENUM")
SECRET_TYPE = "SECRET"
HIDDEN = "********"


def read_value(field: InputField, text: str, now: datetime) -> object:
    """Read the text of a field; None: nothing was given and nothing need be.

    Raises:
        ValueError: It is not a value of the field's type; the sentence says what is expected.
    """
    if not text.strip():
        if field.is_required and field.default_value is None:
            raise ValueError("is required")
        return None
    return _read(field, text, now)


def value_as_text(field: InputField, given: Mapping[str, object]) -> str:
    """Write what a field begins with: an earlier value, or else the default."""
    value = _given_value(given, field.id)
    if value is None or value == HIDDEN:
        return field.default_value or ""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _given_value(given: Mapping[str, object], input_id: str) -> object:
    """The value of an input whose id has dots stands in maps."""
    found: object = given.get(input_id)
    if found is None:
        found = given
        for name in input_id.split("."):
            found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _read(field: InputField, text: str, now: datetime) -> object:
    match field.type:
        case "INT":
            return _int(text)
        case "FLOAT":
            return _float(text)
        case "BOOLEAN":
            return _boolean(text)
        case "DATETIME":
            return iso_text(parse_instant(text, now))
        case "DURATION":
            parse_duration(text)
            return text.strip()
        case "JSON" | "ARRAY" | "OBJECT":
            return _json(text)
        case "FILE":
            return _file(text)
        case "SELECT" | "ENUM" if field.values and text not in field.values:
            raise ValueError(f"is none of {', '.join(field.values)}")
        case _:
            return text


def _int(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError("is not a whole number") from None


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError("is not a number") from None


def _boolean(text: str) -> bool:
    known = {"true": True, "yes": True, "false": False, "no": False}
    if text.strip().lower() not in known:
        raise ValueError("is neither true nor false")
    return known[text.strip().lower()]


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError as error:
        raise ValueError(f"is not JSON: {error}") from error


def _file(text: str) -> Path:
    path = Path(text.strip()).expanduser()
    if not path.is_file():
        raise ValueError("is not a file here")
    return path
