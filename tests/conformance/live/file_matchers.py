"""Matchers that look into the files behind `kestra://` URIs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence

from lanner_coordinator.flow.expression.budget import Budget
from lanner_coordinator.flow.expression.formats.ion_reader import read_ion
from lanner_coordinator.flow.expression.limits import Limits
from tests.conformance.matchers import matches

Files = Mapping[str, bytes]
"""Content of files by URI."""


def _text(found: object, files: Files) -> str:
    return files.get(str(found), b"").decode()


def _listed(found: object) -> Sequence[object]:
    return found if isinstance(found, list) else []


def _file_text(found: object, wanted: object, files: Files) -> bool:
    return str(found) in files and matches(_text(found, files), wanted)


def _file_content(found: object, wanted: object, files: Files) -> bool:
    return (
        isinstance(found, Mapping)
        and isinstance(wanted, Mapping)
        and all(name in found and _file_text(found[name], wanted[name], files) for name in wanted)
    )


def _file_lines(found: object, wanted: object, files: Files) -> bool:
    return len(_text(found, files).splitlines()) == wanted


def _file_repeat(found: object, wanted: object, files: Files) -> bool:
    if not isinstance(wanted, Mapping):
        return False
    times = int(wanted["times"])
    return _text(found, files) == f"{wanted['file']}{wanted['after_each']}" * times


def _joined_equals(found: object, wanted: object, files: Files) -> bool:
    return "".join(_text(one, files) for one in _listed(found)) == wanted


def _total_lines(found: object, wanted: object, files: Files) -> bool:
    return sum(len(_text(one, files).splitlines()) for one in _listed(found)) == wanted


def _ion_rows(found: object, wanted: object, files: Files) -> bool:
    return matches(read_rows(_text(found, files)), wanted)


def read_rows(text: str) -> list[object]:
    """The rows of a file: ION or JSON values one after the other, or CSV with a header."""
    if text.lstrip().startswith(("{", "[")):
        return list(read_ion(text, Budget(Limits())))
    return [
        {key: _value(cell) for key, cell in row.items()}
        for row in csv.DictReader(io.StringIO(text))
    ]


def _value(cell: str) -> object:
    """CSV does not tell numbers and absent values from texts."""
    if not cell:
        return None
    try:
        return json.loads(cell)
    except ValueError:
        return cell


FILE_MATCHERS: Mapping[str, Callable[[object, object, Files], bool]] = {
    "$file_text": _file_text,
    "$file_content": _file_content,
    "$file_lines": _file_lines,
    "$file_repeat": _file_repeat,
    "$joined_equals": _joined_equals,
    "$total_lines": _total_lines,
    "$ion_rows": _ion_rows,
}
