"""Writes log lines: what all lines of an attempt have in common is passed once, not per line."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

import duckdb
import msgspec

from lanner_coordinator.store.records import LogRecord

_IN_COMMON = ("execution_id", "task_run_id", "task_id", "attempt_id", "attempt_number")
_OF_EACH = ("position", "line", "at", "level", "text", "is_late")
_STRUCTURE = """[{
    "execution_id": "VARCHAR", "task_run_id": "VARCHAR", "task_id": "VARCHAR",
    "attempt_id": "VARCHAR", "attempt_number": "BIGINT", "position": ["BIGINT"],
    "line": ["BIGINT"], "at": ["TIMESTAMP"], "level": ["VARCHAR"], "text": ["VARCHAR"],
    "is_late": ["BOOLEAN"]
}]"""
_COLUMNS = ", ".join(
    [f"given.{name}" for name in _IN_COMMON]
    + [f'unnest(given."{name}") AS "{name}"' for name in _OF_EACH]
)
_INSERT = f"""
    INSERT INTO log BY NAME
    SELECT {_COLUMNS} FROM (SELECT unnest(from_json_strict(?, '{_STRUCTURE}')) AS given)"""

_attempt = attrgetter(*_IN_COMMON)


def insert_lines(cursor: duckdb.DuckDBPyConnection, lines: Sequence[LogRecord]) -> None:
    """Append lines, those of each attempt together, which also makes them quick to read."""
    groups = [
        _group(attempt, list(of_attempt))
        for attempt, of_attempt in groupby(sorted(lines, key=_attempt), _attempt)
    ]
    if groups:
        cursor.execute(_INSERT, [msgspec.json.encode(groups).decode()])


def _group(attempt: Sequence[object], lines: Sequence[LogRecord]) -> dict[str, object]:
    in_common = dict(zip(_IN_COMMON, attempt, strict=True))
    return in_common | {name: [getattr(line, name) for line in lines] for name in _OF_EACH}
