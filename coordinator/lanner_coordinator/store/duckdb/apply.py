"""Writes a batch into the tables: one statement and one JSON parameter for each table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

import duckdb
import msgspec

from lanner_coordinator.store.duckdb.apply_logs import insert_lines
from lanner_coordinator.store.duckdb.batch import Batch
from lanner_coordinator.store.records import ArchivedExecution, JournalRecord
from lanner_coordinator.store.result_records import ResultRecord

CHUNK_BYTES = 8 * 1024 * 1024
"""About the most that one parameter holds, so that memory does not grow with what is written."""

_ROW_BYTES = 300
"""What a row has besides its large texts, about."""

_Row = TypeVar("_Row")

_SUMMARY = """{
    "id": "VARCHAR", "namespace": "VARCHAR", "flow_id": "VARCHAR", "flow_revision": "BIGINT",
    "state": "VARCHAR", "created_at": "TIMESTAMP", "started_at": "TIMESTAMP",
    "ended_at": "TIMESTAMP", "attempt_number": "BIGINT", "labels": "MAP(VARCHAR, VARCHAR)",
    "trigger": "VARCHAR", "failed_task_id": "VARCHAR", "error": "VARCHAR",
    "task_run_count": "BIGINT", "ended_task_run_count": "BIGINT"
}"""
_INSERT_EXECUTIONS = f"""
    INSERT INTO execution BY NAME
    SELECT summary.*, snapshot, journal_sequence FROM (
        SELECT unnest(given.summaries) AS summary, unnest(given.snapshots) AS snapshot,
            unnest(given.journal_sequences) AS journal_sequence
        FROM (SELECT from_json_strict(?, '{{
            "summaries": [{_SUMMARY}], "snapshots": ["VARCHAR"], "journal_sequences": ["BIGINT"]
        }}') AS given))"""
_INSERT_JOURNAL = """
    INSERT INTO journal BY NAME
    SELECT unnest(given.execution_ids) AS execution_id, unnest(given.sequences) AS sequence,
        unnest(given.records) AS record
    FROM (SELECT from_json_strict(?, '{
        "execution_ids": ["VARCHAR"], "sequences": ["BIGINT"], "records": ["VARCHAR"]
    }') AS given)"""
_TASK_RUN = """{
    "execution_id": "VARCHAR", "id": "VARCHAR", "task_id": "VARCHAR", "type": "VARCHAR",
    "parent_id": "VARCHAR", "value": "VARCHAR", "state": "VARCHAR", "attempt_count": "BIGINT",
    "agent_id": "VARCHAR", "created_at": "TIMESTAMP", "started_at": "TIMESTAMP",
    "ended_at": "TIMESTAMP", "error": "VARCHAR"
}"""
_REQUEST = '{"request_id": "VARCHAR", "result_id": "VARCHAR", "created_at": "TIMESTAMP"}'
_FLOW = """{
    "namespace": "VARCHAR", "flow_id": "VARCHAR", "revision": "BIGINT", "source": "VARCHAR",
    "applied_at": "TIMESTAMP", "applied_by": "VARCHAR", "is_deleted": "BOOLEAN"
}"""
_REVISION_KEY = '{"namespace": "VARCHAR", "flow_id": "VARCHAR", "revision": "BIGINT"}'
_TRIGGER_KEY = '{"namespace": "VARCHAR", "flow_id": "VARCHAR", "trigger_id": "VARCHAR"}'
_TRIGGER = """{
    "namespace": "VARCHAR", "flow_id": "VARCHAR", "trigger_id": "VARCHAR", "record": "VARCHAR"
}"""
_BATCH = '{"id": "VARCHAR", "status": "VARCHAR", "ended_at": "TIMESTAMP", "record": "VARCHAR"}'
_BATCH_ITEM_KEY = '{"batch_id": "VARCHAR", "index": "BIGINT"}'
_BATCH_ITEM = """{
    "batch_id": "VARCHAR", "index": "BIGINT", "execution_id": "VARCHAR", "outcome": "VARCHAR",
    "message": "VARCHAR"
}"""
_AGENT = """{
    "agent_id": "VARCHAR", "catalog": "VARCHAR", "catalog_sha256": "VARCHAR",
    "seen_at": "TIMESTAMP"
}"""

_KEY = '{"namespace": "VARCHAR", "key": "VARCHAR"}'
_FILE_KEY = '{"namespace": "VARCHAR", "path": "VARCHAR", "version": "BIGINT"}'
_FILE = """{
    "namespace": "VARCHAR", "path": "VARCHAR", "version": "BIGINT", "record": "VARCHAR"
}"""
_TEMPLATE_KEY = '{"namespace": "VARCHAR", "template_id": "VARCHAR"}'
_TEMPLATE = '{"namespace": "VARCHAR", "template_id": "VARCHAR", "record": "VARCHAR"}'
_FLOW_KEY = '{"namespace": "VARCHAR", "flow_id": "VARCHAR"}'
_RESULT = """{
    "key": "VARCHAR", "namespace": "VARCHAR", "flow_id": "VARCHAR", "task_run_id": "VARCHAR",
    "has_files": "BOOLEAN", "kept_at": "TIMESTAMP", "expires_at": "TIMESTAMP", "record": "VARCHAR"
}"""
_KEY_VALUE = '{"namespace": "VARCHAR", "key": "VARCHAR", "record": "VARCHAR"}'


def apply_batch(cursor: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    """Write all of it; the caller begins and commits the transaction."""
    _delete_ids(cursor, "execution", "id", batch.replaced | batch.removed)
    _delete_ids(cursor, "task_run", "execution_id", batch.replaced | batch.removed)
    _delete_ids(cursor, "log", "execution_id", batch.removed)
    for executions in _chunks(batch.ended.values(), lambda each: len(each.snapshot)):
        cursor.execute(_INSERT_EXECUTIONS, [_executions_json(executions)])
    for events in _chunks(batch.journal, lambda each: len(each.record)):
        cursor.execute(_INSERT_JOURNAL, [_journal_json(events)])
    _insert(
        cursor,
        "journal_end",
        '{"execution_id": "VARCHAR", "sequence": "BIGINT"}',
        [{"execution_id": key, "sequence": end} for key, end in batch.journal_ends.items()],
    )
    task_runs = [run for runs in batch.task_runs.values() for run in runs]
    for chunk in _chunks(task_runs, lambda each: len(each.error)):
        _insert(cursor, "task_run", _TASK_RUN, chunk)
    for lines in _chunks(batch.logs, lambda each: len(each.text)):
        insert_lines(cursor, lines)
    _insert(cursor, "request", _REQUEST, batch.requests)
    _insert(cursor, "flow", _FLOW, batch.flows)
    revisions = [
        {"namespace": key[0], "flow_id": key[1], "revision": key[2]}
        for key in batch.removed_revisions
    ]
    _delete(cursor, "flow", _REVISION_KEY, revisions)
    _apply_upserts(cursor, batch)


def _apply_upserts(cursor: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    """Replace rows of the small tables."""
    trigger_keys = [
        {"namespace": key[0], "flow_id": key[1], "trigger_id": key[2]} for key in batch.triggers
    ]
    triggers = [
        {**key, "record": _text(trigger)}
        for key, trigger in zip(trigger_keys, batch.triggers.values(), strict=True)
        if trigger is not None
    ]
    _delete(cursor, "trigger", _TRIGGER_KEY, trigger_keys)
    _insert(cursor, "trigger", _TRIGGER, triggers)
    pending = [
        {"id": key, "record": _text(record)}
        for key, record in batch.pending.items()
        if record is not None
    ]
    _delete_ids(cursor, "pending", "id", batch.pending)
    _insert(cursor, "pending", '{"id": "VARCHAR", "record": "VARCHAR"}', pending)
    batches = [
        {"id": each.id, "status": each.status, "ended_at": each.ended_at, "record": _text(each)}
        for each in batch.batches.values()
    ]
    _delete_ids(cursor, "batch", "id", batch.batches)
    _insert(cursor, "batch", _BATCH, batches)
    items = list(batch.batch_items.values())
    _delete(cursor, "batch_item", _BATCH_ITEM_KEY, items)
    _insert(cursor, "batch_item", _BATCH_ITEM, items)
    agents = [
        {
            "agent_id": agent.agent_id,
            "catalog": agent.catalog.decode(),
            "catalog_sha256": agent.catalog_sha256,
            "seen_at": agent.seen_at,
        }
        for agent in batch.agents.values()
    ]
    _delete_ids(cursor, "agent", "agent_id", batch.agents)
    _insert(cursor, "agent", _AGENT, agents)
    _apply_key_values(cursor, batch)
    _apply_namespaces(cursor, batch)
    _apply_secrets(cursor, batch)
    _apply_templates(cursor, batch)
    _apply_results(cursor, batch)


def _apply_key_values(cursor: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    names = [{"namespace": name[0], "key": name[1]} for name in batch.key_values]
    _delete(cursor, "key_value", _KEY, names)
    values = [one for one in batch.key_values.values() if one is not None]
    for chunk in _chunks(values, lambda each: len(each.value)):
        rows = [{"namespace": one.namespace, "key": one.key, "record": _text(one)} for one in chunk]
        _insert(cursor, "key_value", _KEY_VALUE, rows)


def _apply_namespaces(cursor: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    _delete_ids(cursor, "namespace", "name", batch.namespaces)
    namespaces = [
        {"name": one.name, "record": _text(one)}
        for one in batch.namespaces.values()
        if one is not None
    ]
    _insert(cursor, "namespace", '{"name": "VARCHAR", "record": "VARCHAR"}', namespaces)
    keys = [
        {"namespace": key[0], "path": key[1], "version": key[2]} for key in batch.namespace_files
    ]
    _delete(cursor, "namespace_file", _FILE_KEY, keys)
    files = [
        {**key, "record": _text(one)}
        for key, one in zip(keys, batch.namespace_files.values(), strict=True)
        if one is not None
    ]
    for chunk in _chunks(files, lambda each: len(each["record"])):
        _insert(cursor, "namespace_file", _FILE, chunk)


def _apply_templates(cursor: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    keys = [{"namespace": key[0], "template_id": key[1]} for key in batch.templates]
    _delete(cursor, "template", _TEMPLATE_KEY, keys)
    templates = [
        {**key, "record": _text(one)}
        for key, one in zip(keys, batch.templates.values(), strict=True)
        if one is not None
    ]
    for chunk in _chunks(templates, lambda each: len(each["record"])):
        _insert(cursor, "template", _TEMPLATE, chunk)


def _apply_results(cursor: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    gone = [{"namespace": key[0], "flow_id": key[1]} for key in batch.gone_flows]
    _delete(cursor, "result", _FLOW_KEY, gone)
    _delete_ids(cursor, "result", "key", batch.results)
    for chunk in _chunks(batch.results.values(), lambda each: len(each.outputs)):
        rows = [{**_result_columns(one), "record": _text(one)} for one in chunk]
        _insert(cursor, "result", _RESULT, rows)


def _result_columns(one: ResultRecord) -> dict[str, object]:
    return {
        "key": one.key,
        "namespace": one.namespace,
        "flow_id": one.flow_id,
        "task_run_id": one.task_run_id,
        "has_files": one.has_files,
        "kept_at": one.kept_at,
        "expires_at": one.expires_at,
    }


def _apply_secrets(cursor: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    _delete(cursor, "secret", _KEY, [{"namespace": one[0], "key": one[1]} for one in batch.secrets])
    secrets = [
        {"namespace": one.namespace, "key": one.key, "record": _text(one)}
        for one in batch.secrets.values()
        if one is not None
    ]
    _insert(cursor, "secret", _KEY_VALUE, secrets)
    data_keys = [{"id": one.id, "record": _text(one)} for one in batch.data_keys.values()]
    _delete_ids(cursor, "data_key", "id", batch.data_keys)
    _insert(cursor, "data_key", '{"id": "VARCHAR", "record": "VARCHAR"}', data_keys)


def _insert(
    cursor: duckdb.DuckDBPyConnection, table: str, structure: str, rows: Sequence[object]
) -> None:
    """Append rows, which have the names of the structure's fields."""
    if rows:
        cursor.execute(
            f"INSERT INTO {table} BY NAME SELECT given.* FROM "
            f"(SELECT unnest(from_json_strict(?, '[{structure}]')) AS given)",
            [_text(rows)],
        )


def _delete(
    cursor: duckdb.DuckDBPyConnection, table: str, structure: str, keys: Sequence[object]
) -> None:
    """Delete the rows that have the values of one of the keys."""
    if keys:
        names = msgspec.json.decode(structure, type=dict[str, str])
        condition = " AND ".join(f"{table}.{name} = given.key.{name}" for name in names)
        cursor.execute(
            f"DELETE FROM {table} USING "
            f"(SELECT unnest(from_json(?, '[{structure}]')) AS key) AS given WHERE {condition}",
            [_text(keys)],
        )


def _delete_ids(
    cursor: duckdb.DuckDBPyConnection, table: str, column: str, ids: Iterable[str]
) -> None:
    """Delete the rows with one of the ids."""
    wanted = list(ids)
    if wanted:
        cursor.execute(
            f"""DELETE FROM {table} WHERE {column} IN (
                SELECT unnest(from_json(?, '["VARCHAR"]')))""",
            [_text(wanted)],
        )


def _executions_json(executions: Sequence[ArchivedExecution]) -> str:
    return _text(
        {
            "summaries": [execution.summary for execution in executions],
            "snapshots": [execution.snapshot.decode() for execution in executions],
            "journal_sequences": [execution.journal_sequence for execution in executions],
        }
    )


def _journal_json(events: Sequence[JournalRecord]) -> str:
    return _text(
        {
            "execution_ids": [event.execution_id for event in events],
            "sequences": [event.sequence for event in events],
            "records": [event.record.decode() for event in events],
        }
    )


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _chunks(rows: Iterable[_Row], size: Any) -> Iterator[list[_Row]]:
    """The rows in lists of about `CHUNK_BYTES`; `size` tells how large the texts of one are."""
    chunk: list[_Row] = []
    chunk_bytes = 0
    for row in rows:
        chunk.append(row)
        chunk_bytes += size(row) + _ROW_BYTES
        if chunk_bytes >= CHUNK_BYTES:
            yield chunk
            chunk, chunk_bytes = [], 0
    if chunk:
        yield chunk
