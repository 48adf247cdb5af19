"""Questions about log lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Any

import duckdb
import msgspec

from lanner_coordinator.store.duckdb.filter_sql import Sql
from lanner_coordinator.store.duckdb.rows import number
from lanner_coordinator.store.filter.glob import fold
from lanner_coordinator.store.levels import LEVELS, weight
from lanner_coordinator.store.records import LogQuery, LogRecord

Cursor = duckdb.DuckDBPyConnection

_LINE = """
    position, execution_id, task_run_id, task_id, attempt_id, attempt_number, line, "at", level,
    text, is_late"""


def logs(cursor: Cursor, query: LogQuery, after: int, limit: int) -> Sequence[LogRecord]:
    """The first lines above a position."""
    condition, parameters = _condition(query)
    rows = cursor.execute(
        f"SELECT {_LINE} FROM log WHERE {condition} AND position > ? ORDER BY position LIMIT ?",
        [*parameters, after, limit],
    ).fetchall()
    return [_line(row) for row in rows]


def last_logs(cursor: Cursor, query: LogQuery, limit: int) -> Sequence[LogRecord]:
    """The last lines, in order."""
    condition, parameters = _condition(query)
    rows = cursor.execute(
        f"SELECT {_LINE} FROM log WHERE {condition} ORDER BY position DESC LIMIT ?",
        [*parameters, limit],
    ).fetchall()
    return [_line(row) for row in reversed(rows)]


def count_logs(cursor: Cursor, query: LogQuery) -> int:
    """How many lines there are."""
    condition, parameters = _condition(query)
    return number(cursor, f"SELECT count(*) FROM log WHERE {condition}", parameters)


def last_lines(cursor: Cursor, attempt_ids: Sequence[str]) -> dict[str, int]:
    """The largest line number of each attempt that has lines."""
    rows = cursor.execute(
        """SELECT attempt_id, max(line) FROM log
            WHERE attempt_id IN (SELECT unnest(from_json(?, '["VARCHAR"]'))) GROUP BY attempt_id""",
        [msgspec.json.encode(attempt_ids).decode()],
    ).fetchall()
    return dict(rows)


def last_log_position(cursor: Cursor) -> int:
    """The largest position; 0: there are no lines."""
    return number(cursor, "SELECT max(position) FROM log")


def _condition(query: LogQuery) -> Sql:
    """What to write behind WHERE."""
    conditions = ["execution_id = ?"]
    parameters: list[object] = [query.execution_id]
    if query.task_id:
        conditions.append("task_id = ?")
        parameters.append(query.task_id)
    if query.task_run_id:
        conditions.append("task_run_id = ?")
        parameters.append(query.task_run_id)
    levels = LEVELS[weight(query.min_level) :]
    if len(levels) < len(LEVELS):
        conditions.append(f"level IN ({', '.join('?' * len(levels))})")
        parameters.extend(levels)
    if query.text:
        conditions.append("contains(lower(text), ?)")
        parameters.append(fold(query.text))
    return " AND ".join(conditions), parameters


def _line(row: Sequence[Any]) -> LogRecord:
    return LogRecord(
        position=row[0],
        execution_id=row[1],
        task_run_id=row[2],
        task_id=row[3],
        attempt_id=row[4],
        attempt_number=row[5],
        line=row[6],
        at=row[7].replace(tzinfo=UTC),
        level=row[8],
        text=row[9],
        is_late=row[10],
    )
