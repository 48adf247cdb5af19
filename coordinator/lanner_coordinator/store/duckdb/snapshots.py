"""Exchanges snapshots of archived executions; on the settler's thread, between batches."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from lanner_coordinator.store.duckdb.database import Database
from lanner_coordinator.store.duckdb.execution_queries import LIVING_EVENTS
from lanner_coordinator.store.records import SnapshotChange

_CHANGE = f"""
    UPDATE execution SET snapshot = given.change.after
    FROM (SELECT unnest(from_json_strict(
        ?, '[{{"id": "VARCHAR", "before": "VARCHAR", "after": "VARCHAR"}}]')) AS change) AS given
    WHERE execution.id = given.change.id AND execution.snapshot = given.change.before
        AND execution.id NOT IN (SELECT journal.execution_id FROM {LIVING_EVENTS})
    RETURNING execution.id"""


def change_snapshots(database: Database, changes: Sequence[SnapshotChange]) -> Sequence[str]:
    """Exchange those that are as they were; of which executions."""
    given = [
        {
            "id": change.execution_id,
            "before": change.before.decode(),
            "after": change.after.decode(),
        }
        for change in changes
    ]
    parameter = msgspec.json.encode(given).decode()
    rows = database.writing_cursor().execute(_CHANGE, [parameter]).fetchall()
    return sorted(row[0] for row in rows)
