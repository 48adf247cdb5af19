"""Views as JSON: the command line's machine-readable interface.

Names are in camelCase, as in the JSON form of the wire contract; keys that a user chose (labels,
inputs, outputs) stay as they are. Instants are RFC 3339, durations seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

import msgspec

from lanner_console.cli.times import iso_text
from lanner_console.models import ExecutionDetail

API_VERSION = "lanner/v1"


def document(kind: str, view: object) -> dict[str, Any]:
    """One thing as a document of its own."""
    return {"apiVersion": API_VERSION, "kind": kind, **_members(view)}


def list_document(kind: str, views: Iterable[object], total_count: int) -> dict[str, Any]:
    """Many things as one document."""
    return {
        "apiVersion": API_VERSION,
        "kind": f"{kind}List",
        "totalCount": total_count,
        "items": [_members(view) for view in views],
    }


def plain(value: object) -> Any:
    """A value in the types of JSON."""
    match value:
        case None | bool() | int() | float():
            return value
        case Enum():
            return value.value
        case str():
            return value
        case datetime():
            return iso_text(value)
        case timedelta():
            return value.total_seconds()
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case Sequence() | frozenset():
            return [plain(item) for item in value]
        case _:
            return _members(value)


def _members(view: object) -> dict[str, Any]:
    match view:
        case ExecutionDetail():
            whole = {name: getattr(view, name) for name in _names(view) if name != "row"}
            whole["task_runs"] = tuple(view.task_runs.values())
            return _members(view.row) | {_camel(name): plain(item) for name, item in whole.items()}
        case Mapping():
            return {str(key): plain(item) for key, item in view.items()}
        case _:
            return {_camel(name): plain(getattr(view, name)) for name in _names(view)}


def _names(view: object) -> list[str]:
    if not isinstance(view, msgspec.Struct):
        raise TypeError(f"a {type(view).__name__} has no JSON form")
    return list(view.__struct_fields__)


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))
