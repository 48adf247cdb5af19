"""Questions about kept results, and how they are dropped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import duckdb
import msgspec

from lanner_coordinator.store.duckdb.database import Database
from lanner_coordinator.store.duckdb.rows import first, naive, number
from lanner_coordinator.store.result_records import ResultRecord

_RESULTS = msgspec.json.Decoder(ResultRecord)


def result(cursor: duckdb.DuckDBPyConnection, key: str) -> ResultRecord | None:
    """The result that is kept under a key."""
    row = first(cursor, "SELECT record FROM result WHERE key = ?", [key])
    return _RESULTS.decode(row[0]) if row else None


def lending_runs(cursor: duckdb.DuckDBPyConnection) -> Sequence[str]:
    """Task runs whose files belong to kept results, in order of id."""
    rows = cursor.execute(
        "SELECT DISTINCT task_run_id FROM result WHERE has_files ORDER BY task_run_id"
    ).fetchall()
    return [row[0] for row in rows]


def drop_results(database: Database, now: datetime, limit: int) -> int:
    """Drop what has expired, and the oldest beyond `limit`; how many."""
    at = naive(now)
    statement = """DELETE FROM result WHERE expires_at <= ? OR key IN (
        SELECT key FROM result WHERE expires_at IS NULL OR expires_at > ?
        ORDER BY kept_at DESC, key OFFSET ?)"""
    return number(database.writing_cursor(), statement, [at, at, limit])
