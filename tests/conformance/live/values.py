"""Compares values of the API with those of cases: numbers by value, typed values by their text."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from datetime import datetime

from tests.conformance.live.file_matchers import FILE_MATCHERS
from tests.conformance.matchers import matches

ABSENT = "<absent>"
"""Stands for a value that is not there."""

_SHOWN = 300
_TYPED = ("$instant", "$date", "$time", "$duration", "$float32")


def agrees(found: object, wanted: object, files: Mapping[str, bytes] | None = None) -> bool:
    """Tell whether a value is what a case expects.

    Args:
        found: From the API.
        wanted: A value, or matchers.
        files: Content by URI, for matchers that look into files.
    """
    if isinstance(wanted, Mapping):
        return _agrees_map(found, wanted, files or {})
    if isinstance(wanted, list):
        return (
            isinstance(found, list)
            and len(found) == len(wanted)
            and all(agrees(one, other, files) for one, other in zip(found, wanted, strict=True))
        )
    return matches(_plain(found), _plain(wanted))


def shown(value: object) -> str:
    """A value for people, not too long."""
    text = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _agrees_map(found: object, wanted: Mapping[str, object], files: Mapping[str, bytes]) -> bool:
    names = [key for key in wanted if key.startswith("$")]
    if names:
        return all(_matcher(found, name, wanted[name], files) for name in names) and all(
            isinstance(found, Mapping) and agrees(found.get(key), item, files)
            for key, item in wanted.items()
            if key not in names
        )
    return (
        isinstance(found, Mapping)
        and found.keys() == wanted.keys()
        and all(agrees(found[key], item, files) for key, item in wanted.items())
    )


def _matcher(found: object, name: str, wanted: object, files: Mapping[str, bytes]) -> bool:
    if name in _TYPED:
        return _agrees_typed(found, name, wanted)
    if name in FILE_MATCHERS:
        return FILE_MATCHERS[name](found, wanted, files)
    if name == "$absent":
        return (found in (None, ABSENT)) is bool(wanted)
    if name == "$present":
        return (found not in (None, ABSENT)) is bool(wanted)
    if name in ("$not", "$all", "$one_of", "$first"):
        return _nested(found, name, wanted, files)
    return matches(_plain(found), {name: wanted})


def _nested(found: object, name: str, wanted: object, files: Mapping[str, bytes]) -> bool:
    options = wanted if isinstance(wanted, list) else [wanted]
    if name == "$not":
        return not agrees(found, wanted, files)
    if name == "$all":
        return all(agrees(found, one, files) for one in options)
    if name == "$one_of":
        return any(agrees(found, one, files) for one in options)
    return isinstance(found, list) and bool(found) and agrees(found[0], wanted, files)


def _agrees_typed(found: object, name: str, wanted: object) -> bool:
    if name == "$float32":
        return isinstance(found, int | float) and _single(found) == _single(float(str(wanted)))
    if name == "$instant":
        return datetime.fromisoformat(str(found)) == datetime.fromisoformat(str(wanted))
    return str(found).removesuffix(":00") == str(wanted).removesuffix(":00")


def _single(number: float) -> float:
    single: float = struct.unpack("f", struct.pack("f", number))[0]
    return single


def _plain(value: object) -> object:
    """Whole numbers come over the wire without their kind."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(one) for one in value]
    return value
