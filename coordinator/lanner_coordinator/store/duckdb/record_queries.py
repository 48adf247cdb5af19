"""Questions about flows, requests, triggers, batches and agents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import duckdb
import msgspec

from lanner_coordinator.store.batch_records import (
    BatchItemRecord,
    BatchOutcome,
    BatchRecord,
    BatchStatus,
)
from lanner_coordinator.store.duckdb.rows import first, naive
from lanner_coordinator.store.records import (
    AgentRecord,
    FlowRecord,
    KeyValueRecord,
    PendingRecord,
    RequestRecord,
)
from lanner_coordinator.store.trigger_records import TriggerRecord

Cursor = duckdb.DuckDBPyConnection

_FLOW = "namespace, flow_id, revision, source, applied_at, applied_by, is_deleted"
_BATCHES = msgspec.json.Decoder(BatchRecord)
_PENDING = msgspec.json.Decoder(PendingRecord)
_TRIGGERS = msgspec.json.Decoder(TriggerRecord)
_KEY_VALUES = msgspec.json.Decoder(KeyValueRecord)


def current_flows(cursor: Cursor) -> Sequence[FlowRecord]:
    """The newest revision of every flow that is not deleted, in order of namespace and id."""
    rows = cursor.execute(
        f"""SELECT * FROM (
            SELECT {_FLOW} FROM flow
            QUALIFY row_number() OVER (PARTITION BY namespace, flow_id ORDER BY revision DESC) = 1)
        WHERE NOT is_deleted ORDER BY namespace, flow_id"""
    ).fetchall()
    return [_flow(row) for row in rows]


def flow_revisions(cursor: Cursor, namespace: str, flow_id: str) -> Sequence[FlowRecord]:
    """All revisions of a flow, newest first."""
    rows = cursor.execute(
        f"""SELECT {_FLOW} FROM flow WHERE namespace = ? AND flow_id = ?
            ORDER BY revision DESC""",
        [namespace, flow_id],
    ).fetchall()
    return [_flow(row) for row in rows]


def flow_revision(cursor: Cursor, namespace: str, flow_id: str, revision: int) -> FlowRecord | None:
    """One revision of a flow; 0: the newest."""
    row = first(
        cursor,
        f"""SELECT {_FLOW} FROM flow
            WHERE namespace = ? AND flow_id = ? AND (? = 0 OR revision = ?)
            ORDER BY revision DESC LIMIT 1""",
        [namespace, flow_id, revision, revision],
    )
    return _flow(row) if row else None


def newest_revisions(cursor: Cursor) -> dict[tuple[str, str], int]:
    """The number of the newest revision of every flow, also of deleted ones."""
    rows = cursor.execute(
        "SELECT namespace, flow_id, max(revision) FROM flow GROUP BY ALL"
    ).fetchall()
    return {(row[0], row[1]): row[2] for row in rows}


def request(cursor: Cursor, request_id: str, since: datetime) -> str | None:
    """The result of the last request of a key, made at or after `since`."""
    row = first(
        cursor,
        """SELECT result_id FROM request WHERE request_id = ? AND created_at >= ?
            ORDER BY created_at DESC LIMIT 1""",
        [request_id, naive(since)],
    )
    return row[0] if row else None


def recent_requests(cursor: Cursor, since: datetime, limit: int) -> Sequence[RequestRecord]:
    """Requests made at or after `since`, newest first."""
    rows = cursor.execute(
        """SELECT request_id, result_id, created_at FROM request WHERE created_at >= ?
            ORDER BY created_at DESC LIMIT ?""",
        [naive(since), limit],
    ).fetchall()
    return [
        RequestRecord(
            request_id=request_id, result_id=result_id, created_at=created_at.replace(tzinfo=UTC)
        )
        for request_id, result_id, created_at in rows
    ]


def triggers(cursor: Cursor) -> Sequence[TriggerRecord]:
    """All triggers, in order of namespace, flow and id."""
    rows = cursor.execute(
        "SELECT record FROM trigger ORDER BY namespace, flow_id, trigger_id"
    ).fetchall()
    return [_TRIGGERS.decode(row[0]) for row in rows]


def pending(cursor: Cursor) -> Sequence[PendingRecord]:
    """What is still to be done, in order of date and id."""
    rows = cursor.execute("SELECT record FROM pending").fetchall()
    records = [_PENDING.decode(row[0]) for row in rows]
    return sorted(records, key=lambda record: (record.at, record.id))


def batch(cursor: Cursor, batch_id: str) -> BatchRecord | None:
    """One batch."""
    row = first(cursor, "SELECT record FROM batch WHERE id = ?", [batch_id])
    return _BATCHES.decode(row[0]) if row else None


def batches(cursor: Cursor, limit: int, offset: int) -> Sequence[BatchRecord]:
    """A page of the batches, newest first."""
    rows = cursor.execute(
        "SELECT record FROM batch ORDER BY id DESC LIMIT ? OFFSET ?", [limit, offset]
    ).fetchall()
    return [_BATCHES.decode(row[0]) for row in rows]


def open_batches(cursor: Cursor) -> Sequence[BatchRecord]:
    """Batches that run or are paused, oldest first."""
    rows = cursor.execute(
        "SELECT record FROM batch WHERE status IN (?, ?) ORDER BY id",
        [BatchStatus.RUNNING.value, BatchStatus.PAUSED.value],
    ).fetchall()
    return [_BATCHES.decode(row[0]) for row in rows]


def count_batches(cursor: Cursor) -> int:
    """How many batches there are."""
    row = first(cursor, "SELECT count(*) FROM batch")
    return row[0] if row else 0


def batch_items(
    cursor: Cursor, batch_id: str, outcome: BatchOutcome | None, limit: int, offset: int
) -> Sequence[BatchItemRecord]:
    """A page of the items of a batch, in order of index."""
    wanted = outcome.value if outcome is not None else None
    rows = cursor.execute(
        """SELECT batch_id, "index", execution_id, outcome, message FROM batch_item
            WHERE batch_id = ? AND (CAST(? AS VARCHAR) IS NULL OR outcome = ?)
            ORDER BY "index" LIMIT ? OFFSET ?""",
        [batch_id, wanted, wanted, limit, offset],
    ).fetchall()
    return [_batch_item(row) for row in rows]


def count_batch_items(cursor: Cursor, batch_id: str, outcome: BatchOutcome | None) -> int:
    """How many items of a batch have an outcome."""
    wanted = outcome.value if outcome is not None else None
    row = first(
        cursor,
        """SELECT count(*) FROM batch_item
            WHERE batch_id = ? AND (CAST(? AS VARCHAR) IS NULL OR outcome = ?)""",
        [batch_id, wanted, wanted],
    )
    return row[0] if row else 0


def agents(cursor: Cursor) -> Sequence[AgentRecord]:
    """All agents, in order of id."""
    rows = cursor.execute(
        "SELECT agent_id, catalog, catalog_sha256, seen_at FROM agent ORDER BY agent_id"
    ).fetchall()
    return [
        AgentRecord(
            agent_id=row[0],
            catalog=row[1].encode(),
            catalog_sha256=row[2],
            seen_at=row[3].replace(tzinfo=UTC),
        )
        for row in rows
    ]


def key_values(cursor: Cursor) -> Sequence[KeyValueRecord]:
    """All values of the key-value store, in order of namespace and key."""
    rows = cursor.execute("SELECT record FROM key_value ORDER BY namespace, key").fetchall()
    return [_KEY_VALUES.decode(row[0]) for row in rows]


def progress(cursor: Cursor) -> tuple[int, int]:
    """The epoch, and the last group of the commit log that the tables hold."""
    row = first(cursor, "SELECT epoch, settled_group FROM progress")
    return (row[0], row[1]) if row else (1, 0)


def count_dead(cursor: Cursor) -> int:
    """How many ended executions have events that wait for a sweep."""
    row = first(cursor, "SELECT count(*) FROM journal_end")
    return row[0] if row else 0


def _flow(row: Sequence[Any]) -> FlowRecord:
    return FlowRecord(
        namespace=row[0],
        flow_id=row[1],
        revision=row[2],
        source=row[3],
        applied_at=row[4].replace(tzinfo=UTC),
        applied_by=row[5],
        is_deleted=row[6],
    )


def _batch_item(row: Sequence[Any]) -> BatchItemRecord:
    return BatchItemRecord(
        batch_id=row[0],
        index=row[1],
        execution_id=row[2],
        outcome=BatchOutcome(row[3]),
        message=row[4],
    )
