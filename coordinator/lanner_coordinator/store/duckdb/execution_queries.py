"""Questions about archived executions and their task runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Any

import duckdb
import msgspec

from lanner_coordinator.engine.state import State
from lanner_coordinator.store.duckdb.filter_sql import compile_filter
from lanner_coordinator.store.duckdb.rows import aware, first, number
from lanner_coordinator.store.filter import ExecutionFilter
from lanner_coordinator.store.records import (
    ArchivedExecution,
    ExecutionSummary,
    JournalRecord,
    TaskRunRecord,
)
from lanner_coordinator.store.sorting import Sort, SortKey

Cursor = duckdb.DuckDBPyConnection

_SUMMARY = """
    id, namespace, flow_id, flow_revision, state, created_at, started_at, ended_at, attempt_number,
    labels, trigger, failed_task_id, error, task_run_count, ended_task_run_count"""
_TASK_RUN = """
    execution_id, id, task_id, type, parent_id, value, state, attempt_count, agent_id, created_at,
    started_at, ended_at, error"""

LIVING_EVENTS = """
    journal LEFT JOIN
        (SELECT execution_id, max(sequence) AS sequence FROM journal_end GROUP BY ALL) AS ended
        ON journal.execution_id = ended.execution_id
    WHERE (ended.sequence IS NULL OR journal.sequence > ended.sequence)"""
"""Events of executions that live, to be selected from; further conditions may follow."""

_SORT_COLUMNS = {
    SortKey.CREATED: ("created_at",),
    SortKey.STARTED: ("started_at",),
    SortKey.ENDED: ("ended_at",),
    SortKey.DURATION: ("date_diff('microsecond', started_at, ended_at)",),
    SortKey.FLOW: ("namespace", "flow_id"),
    SortKey.STATE: ("state",),
}


def execution(cursor: Cursor, execution_id: str) -> ArchivedExecution | None:
    """One archived execution."""
    row = first(
        cursor,
        f"SELECT {_SUMMARY}, snapshot, journal_sequence FROM execution WHERE id = ?",
        [execution_id],
    )
    if row is None:
        return None
    *summary, snapshot, journal_sequence = row
    return ArchivedExecution(
        summary=_summary(summary), snapshot=snapshot.encode(), journal_sequence=journal_sequence
    )


def execution_ids(cursor: Cursor, prefix: str, limit: int) -> Sequence[str]:
    """Ids that start with `prefix`, in order."""
    rows = cursor.execute(
        "SELECT id FROM execution WHERE id >= ? AND starts_with(id, ?) ORDER BY id LIMIT ?",
        [prefix, prefix, limit],
    ).fetchall()
    return [row[0] for row in rows]


def find_executions(
    cursor: Cursor, where: ExecutionFilter, sort: Sort, limit: int, offset: int
) -> Sequence[ExecutionSummary]:
    """A page of the executions that match."""
    condition, parameters = compile_filter(where)
    rows = cursor.execute(
        f"SELECT {_SUMMARY} FROM execution WHERE {condition} ORDER BY {_order(sort)} "
        "LIMIT ? OFFSET ?",
        [*parameters, limit, offset],
    ).fetchall()
    return [_summary(row) for row in rows]


def archived_count(cursor: Cursor) -> tuple[int, int]:
    """How many executions the tables hold, and up to which group of the commit log."""
    row = first(cursor, "SELECT (SELECT count(*) FROM execution), settled_group FROM progress")
    return (row[0], row[1]) if row else (0, 0)


def count_executions(cursor: Cursor, where: ExecutionFilter) -> int:
    """How many match."""
    condition, parameters = compile_filter(where)
    return number(cursor, f"SELECT count(*) FROM execution WHERE {condition}", parameters)


def executed_revisions(cursor: Cursor, namespace: str, flow_id: str) -> Sequence[int]:
    """The revisions of a flow that executions are of, in order."""
    rows = cursor.execute(
        "SELECT DISTINCT flow_revision FROM execution WHERE namespace = ? AND flow_id = ? "
        "ORDER BY flow_revision",
        [namespace, flow_id],
    ).fetchall()
    return [row[0] for row in rows]


def last_executions(cursor: Cursor, keys: Sequence[tuple[str, str]]) -> Sequence[ExecutionSummary]:
    """The newest of each flow, in order of `keys`."""
    wanted = msgspec.json.encode([{"namespace": key[0], "flow_id": key[1]} for key in keys])
    rows = cursor.execute(
        f"""WITH newest AS (
            SELECT arg_max(rowid, created_at) AS place FROM execution
            WHERE (namespace, flow_id) IN (
                SELECT (key.namespace, key.flow_id) FROM (
                    SELECT unnest(from_json(?, '[{{"namespace": "VARCHAR", "flow_id": "VARCHAR"}}]'
                    )) AS key))
            GROUP BY namespace, flow_id)
        SELECT {_SUMMARY} FROM execution WHERE rowid IN (SELECT place FROM newest)""",
        [wanted.decode()],
    ).fetchall()
    found = {(row[1], row[2]): _summary(row) for row in rows}
    return [found[key] for key in keys if key in found]


def task_runs(cursor: Cursor, execution_id: str) -> Sequence[TaskRunRecord]:
    """Task runs of one execution, in order of creation and id."""
    rows = cursor.execute(
        f"SELECT {_TASK_RUN} FROM task_run WHERE execution_id = ? ORDER BY created_at, id",
        [execution_id],
    ).fetchall()
    return [_task_run(row) for row in rows]


def journal(cursor: Cursor) -> Sequence[JournalRecord]:
    """Living events, by execution and in order of sequence."""
    rows = cursor.execute(
        f"SELECT journal.execution_id, journal.sequence, record FROM {LIVING_EVENTS} ORDER BY ALL"
    ).fetchall()
    return [_event(row) for row in rows]


def execution_journal(cursor: Cursor, execution_id: str) -> Sequence[JournalRecord]:
    """Living events of one execution, in order of sequence."""
    rows = cursor.execute(
        f"""SELECT journal.execution_id, journal.sequence, record FROM {LIVING_EVENTS}
            AND journal.execution_id = ? ORDER BY ALL""",
        [execution_id],
    ).fetchall()
    return [_event(row) for row in rows]


def first_events(cursor: Cursor) -> dict[str, int]:
    """Sequence of the first living event of each execution."""
    rows = cursor.execute(
        f"SELECT journal.execution_id, min(journal.sequence) FROM {LIVING_EVENTS} GROUP BY ALL"
    ).fetchall()
    return dict(rows)


def newest_id(cursor: Cursor) -> str:
    """The largest id of an archived execution; empty: none."""
    # Unlike with max(), only the row groups that can hold it are read.
    row = first(cursor, "SELECT id FROM execution ORDER BY id DESC LIMIT 1")
    return row[0] if row else ""


def _order(sort: Sort) -> str:
    direction = "DESC" if sort.is_descending else "ASC"
    columns = (*_SORT_COLUMNS[sort.key], "id")
    return ", ".join(f"{column} {direction} NULLS LAST" for column in columns)


def _summary(row: Sequence[Any]) -> ExecutionSummary:
    return ExecutionSummary(
        id=row[0],
        namespace=row[1],
        flow_id=row[2],
        flow_revision=row[3],
        state=State(row[4]),
        created_at=row[5].replace(tzinfo=UTC),
        started_at=aware(row[6]),
        ended_at=aware(row[7]),
        attempt_number=row[8],
        labels=row[9],
        trigger=row[10],
        failed_task_id=row[11],
        error=row[12],
        task_run_count=row[13],
        ended_task_run_count=row[14],
    )


def _task_run(row: Sequence[Any]) -> TaskRunRecord:
    return TaskRunRecord(
        execution_id=row[0],
        id=row[1],
        task_id=row[2],
        type=row[3],
        parent_id=row[4],
        value=row[5],
        state=State(row[6]),
        attempt_count=row[7],
        agent_id=row[8],
        created_at=row[9].replace(tzinfo=UTC),
        started_at=aware(row[10]),
        ended_at=aware(row[11]),
        error=row[12],
    )


def _event(row: Sequence[Any]) -> JournalRecord:
    return JournalRecord(execution_id=row[0], sequence=row[1], record=row[2].encode())
