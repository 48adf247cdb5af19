"""Drops log lines and nothing else; on the settler's thread, between batches."""

from __future__ import annotations

from lanner_coordinator.store.duckdb.database import Database
from lanner_coordinator.store.duckdb.rows import naive, number
from lanner_coordinator.store.records import LogPurge


def purge_logs(database: Database, purge: LogPurge) -> int:
    """Drop the lines that match; how many."""
    conditions = ["true"]
    parameters: list[object] = []
    if purge.execution_ids:
        conditions.append("list_contains(?, execution_id)")
        parameters.append(list(purge.execution_ids))
    if purge.levels:
        conditions.append("list_contains(?, level)")
        parameters.append(list(purge.levels))
    for sign, date in ((">=", purge.since), ("<=", purge.until)):
        if date is not None:
            conditions.append(f'"at" {sign} ?')
            parameters.append(naive(date))
    if purge.namespace or purge.flow_id:
        which, more = _executions(purge)
        conditions.append(f"execution_id IN (SELECT id FROM execution WHERE {which})")
        parameters.extend(more)
    statement = f"DELETE FROM log WHERE {' AND '.join(conditions)}"
    return number(database.writing_cursor(), statement, parameters)


def _executions(purge: LogPurge) -> tuple[str, list[object]]:
    if not purge.flow_id:
        return "(namespace = ? OR starts_with(namespace, ?))", [
            purge.namespace,
            f"{purge.namespace}.",
        ]
    if not purge.namespace:
        return "flow_id = ?", [purge.flow_id]
    return "flow_id = ? AND namespace = ?", [purge.flow_id, purge.namespace]
