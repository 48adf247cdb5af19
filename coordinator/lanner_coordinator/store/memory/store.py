"""The store's verbs over records in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from lanner_coordinator.store.batch_records import (
    BatchItemRecord,
    BatchOutcome,
    BatchRecord,
    BatchStatus,
)
from lanner_coordinator.store.errors import StoreClosed, StoreError
from lanner_coordinator.store.filter import ExecutionFilter
from lanner_coordinator.store.log_matching import line_matches
from lanner_coordinator.store.memory.contents import Contents
from lanner_coordinator.store.memory.queries import matches
from lanner_coordinator.store.namespace_records import NamespaceFileRecord, NamespaceRecord
from lanner_coordinator.store.ordering import in_order
from lanner_coordinator.store.records import (
    AgentRecord,
    ArchivedExecution,
    Commit,
    ExecutionSummary,
    FlowRecord,
    JournalRecord,
    KeyValueRecord,
    LogPurge,
    LogQuery,
    LogRecord,
    PendingRecord,
    RequestRecord,
    SnapshotChange,
    TaskRunRecord,
)
from lanner_coordinator.store.result_records import ResultRecord
from lanner_coordinator.store.secret_records import DataKeyRecord, SecretRecord
from lanner_coordinator.store.sorting import parse_sort
from lanner_coordinator.store.template_records import TemplateRecord
from lanner_coordinator.store.trigger_records import TriggerRecord


class MemoryStore:
    """Records in memory; gone when it is closed, unless a backup was made.

    Attributes:
        commit_count: Commits that were taken, for tests of who commits how often.
    """

    def __init__(self, backup: Path | None = None) -> None:
        """Start empty, or with what a backup holds."""
        self.commit_count = 0
        self._contents = Contents()
        self._is_open = False
        if backup is not None:
            self._contents = msgspec.msgpack.decode(backup.read_bytes(), type=Contents)

    async def __aenter__(self) -> Self:
        """Open."""
        self._is_open = True
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close."""
        self._is_open = False

    async def commit(self, commit: Commit) -> None:
        """Make all of it durable, or nothing of it."""
        self._held().apply(commit)
        self.commit_count += 1
        # As a store on disk does, let others run before the caller goes on.
        await asyncio.sleep(0)

    async def epoch(self) -> int:
        """From 1; one more after each restore from a backup."""
        return self._held().epoch

    async def current_flows(self) -> Sequence[FlowRecord]:
        """The newest revision of every flow that is not deleted."""
        newest: dict[tuple[str, str], FlowRecord] = {}
        for key in sorted(self._held().flows):
            newest[key[:2]] = self._held().flows[key]
        return [flow for flow in newest.values() if not flow.is_deleted]

    async def flow_revision(self, namespace: str, flow_id: str, revision: int) -> FlowRecord | None:
        """One revision, also of a deleted flow; revision 0 is the newest."""
        revisions = await self.flow_revisions(namespace, flow_id)
        return next((flow for flow in revisions if revision in (0, flow.revision)), None)

    async def flow_revisions(self, namespace: str, flow_id: str) -> Sequence[FlowRecord]:
        """All revisions, newest first."""
        flows = self._held().flows
        keys = sorted((key for key in flows if key[:2] == (namespace, flow_id)), reverse=True)
        return [flows[key] for key in keys]

    async def executed_revisions(self, namespace: str, flow_id: str) -> Sequence[int]:
        """The revisions of a flow that archived executions are of, in order."""
        key = (namespace, flow_id)
        found = [one for one in self._summaries() if (one.namespace, one.flow_id) == key]
        return sorted({one.flow_revision for one in found})

    async def last_executions(self, keys: Sequence[tuple[str, str]]) -> Sequence[ExecutionSummary]:
        """The archived execution of each flow that was created last."""
        last: dict[tuple[str, str], ExecutionSummary] = {}
        for summary in sorted(self._summaries(), key=lambda summary: summary.id):
            last[summary.namespace, summary.flow_id] = summary
        return [last[key] for key in keys if key in last]

    async def journal(self) -> Sequence[JournalRecord]:
        """Events of all executions that have not ended, by execution and in order of sequence."""
        journal = self._held().journal
        return [event for execution_id in sorted(journal) for event in journal[execution_id]]

    async def execution_journal(self, execution_id: str) -> Sequence[JournalRecord]:
        """Events of one live execution, in order of sequence."""
        return list(self._held().journal.get(execution_id, ()))

    async def last_lines(self, attempt_ids: Sequence[str]) -> dict[str, int]:
        """Number of the last stored log line of each attempt."""
        wanted = frozenset(attempt_ids)
        last: dict[str, int] = {}
        for line in self._held().logs:
            if line.attempt_id in wanted:
                last[line.attempt_id] = max(line.line, last.get(line.attempt_id, 0))
        return last

    async def last_log_position(self) -> int:
        """Position of the newest log line; 0: none."""
        return max((line.position for line in self._held().logs), default=0)

    async def execution(self, execution_id: str) -> ArchivedExecution | None:
        """One archived execution."""
        return self._held().ended.get(execution_id)

    async def execution_ids(self, prefix: str, limit: int) -> Sequence[str]:
        """Ids of archived executions that start with `prefix`, in order, at most `limit`."""
        return sorted(key for key in self._held().ended if key.startswith(prefix))[:limit]

    async def find_executions(
        self, where: ExecutionFilter, *, sort: str, limit: int, offset: int
    ) -> Sequence[ExecutionSummary]:
        """Archived executions that match, in order of `sort`."""
        found = [summary for summary in self._summaries() if matches(where, summary)]
        return in_order(found, parse_sort(sort))[offset : offset + limit]

    async def count_executions(self, where: ExecutionFilter) -> int:
        """How many archived executions match."""
        return sum(matches(where, summary) for summary in self._summaries())

    async def archived_count(self) -> int:
        """How many executions are archived."""
        return len(self._held().ended)

    async def task_runs(self, execution_id: str) -> Sequence[TaskRunRecord]:
        """Ended task runs of an archived execution, in order of creation and id."""
        runs = self._held().task_runs.get(execution_id, ())
        return sorted(runs, key=lambda run: (run.created_at, run.id))

    async def logs(self, query: LogQuery, *, after: int, limit: int) -> Sequence[LogRecord]:
        """Lines with a position above `after`, in order of position, at most `limit`."""
        return [line for line in self._lines(query) if line.position > after][:limit]

    async def last_logs(self, query: LogQuery, *, limit: int) -> Sequence[LogRecord]:
        """The last `limit` lines, in order of position."""
        lines = self._lines(query)
        return lines[max(0, len(lines) - limit) :]

    async def count_logs(self, query: LogQuery) -> int:
        """How many lines match."""
        return len(self._lines(query))

    async def request(self, request_id: str, since: datetime) -> str | None:
        """What the request of this key made, when it was made at or after `since`."""
        request = self._held().requests.get(request_id)
        return request.result_id if request and request.created_at >= since else None

    async def recent_requests(self, since: datetime, limit: int) -> Sequence[RequestRecord]:
        """Requests made at or after `since`, newest first, at most `limit`."""
        made = [one for one in self._held().requests.values() if one.created_at >= since]
        return sorted(made, key=lambda one: one.created_at, reverse=True)[:limit]

    async def triggers(self) -> Sequence[TriggerRecord]:
        """All triggers, in order of namespace, flow and id."""
        triggers = self._held().triggers
        return [triggers[key] for key in sorted(triggers)]

    async def pending(self) -> Sequence[PendingRecord]:
        """What is still to be done, in order of date and id."""
        return sorted(self._held().pending.values(), key=lambda one: (one.at, one.id))

    async def open_batches(self) -> Sequence[BatchRecord]:
        """Batches that run or are paused, oldest first."""
        open_statuses = (BatchStatus.RUNNING, BatchStatus.PAUSED)
        batches = self._held().batches
        return [batches[key] for key in sorted(batches) if batches[key].status in open_statuses]

    async def batch(self, batch_id: str) -> BatchRecord | None:
        """One batch."""
        return self._held().batches.get(batch_id)

    async def batches(self, *, limit: int, offset: int) -> Sequence[BatchRecord]:
        """Batches, newest first."""
        batches = self._held().batches
        return [batches[key] for key in sorted(batches, reverse=True)][offset : offset + limit]

    async def count_batches(self) -> int:
        """How many batches there are."""
        return len(self._held().batches)

    async def batch_items(
        self, batch_id: str, outcome: BatchOutcome | None, *, limit: int, offset: int
    ) -> Sequence[BatchItemRecord]:
        """Items of a batch in order of index; absent outcome: all."""
        return self._items(batch_id, outcome)[offset : offset + limit]

    async def count_batch_items(self, batch_id: str, outcome: BatchOutcome | None) -> int:
        """How many items of a batch have this outcome."""
        return len(self._items(batch_id, outcome))

    async def agents(self) -> Sequence[AgentRecord]:
        """All agents that were ever seen, in order of id."""
        agents = self._held().agents
        return [agents[key] for key in sorted(agents)]

    async def key_values(self) -> Sequence[KeyValueRecord]:
        """All values, expired ones too, in order of namespace and key."""
        values = self._held().key_values
        return [values[name] for name in sorted(values)]

    async def namespaces(self) -> Sequence[NamespaceRecord]:
        """All namespaces that something is set for, in order of name."""
        held = self._held().namespaces
        return [held[name] for name in sorted(held)]

    async def templates(self) -> Sequence[TemplateRecord]:
        """All templates, in order of namespace and id."""
        held = self._held().templates
        return [held[key] for key in sorted(held)]

    async def namespace_files(self) -> Sequence[NamespaceFileRecord]:
        """The newest version of every file, also of deleted ones."""
        held = self._held().namespace_files
        return list({(key[0], key[1]): held[key] for key in sorted(held)}.values())

    async def namespace_file_versions(
        self, namespace: str, path: str
    ) -> Sequence[NamespaceFileRecord]:
        """All versions of a file, newest first."""
        history = await self.namespace_file_history(namespace)
        return [one for one in history if one.path == path]

    async def namespace_file_history(self, namespace: str) -> Sequence[NamespaceFileRecord]:
        """All versions of all files of a namespace."""
        found = [one for key, one in self._held().namespace_files.items() if key[0] == namespace]
        return sorted(found, key=lambda one: (one.path, -one.version))

    async def secrets(self) -> Sequence[SecretRecord]:
        """All secrets, in order of namespace and key."""
        secrets = self._held().secrets
        return [secrets[name] for name in sorted(secrets)]

    async def data_keys(self) -> Sequence[DataKeyRecord]:
        """All keys that values are encrypted with, in order of creation and id."""
        keys = self._held().data_keys
        return sorted(keys.values(), key=lambda one: (one.created_at, int(one.id)))

    async def result(self, key: str) -> ResultRecord | None:
        """The result that is kept under a key, expired or not."""
        return self._held().results.get(key)

    async def lending_runs(self) -> Sequence[str]:
        """Ids of the task runs whose files belong to kept results, in order."""
        results = self._held().results.values()
        return sorted({one.task_run_id for one in results if one.has_files})

    async def drop_results(self, now: datetime, limit: int) -> int:
        """Drop results that have expired, and the oldest beyond `limit`; how many."""
        return self._held().drop_results(now, limit)

    async def size_bytes(self) -> int:
        """Bytes that a backup would have."""
        return len(msgspec.msgpack.encode(self._held()))

    async def purge(self, before: datetime) -> int:
        """Drop requests, ended executions and ended batches from before this date."""
        return self._held().purge(before)

    async def change_snapshots(self, changes: Sequence[SnapshotChange]) -> Sequence[str]:
        """Exchange the snapshots that are as they were; of which executions."""
        return self._held().change_snapshots(changes)

    async def purge_logs(self, purge: LogPurge) -> int:
        """Drop the lines that match; how many."""
        return self._held().purge_logs(purge)

    async def backup(self, path: str) -> None:
        """Write a copy that `MemoryStore(backup=…)` opens; refuses an existing file."""
        copy = msgspec.msgpack.decode(msgspec.msgpack.encode(self._held()), type=Contents)
        copy.epoch += 1
        try:
            with Path(path).open("xb") as file:  # noqa: ASYNC230 - tests only, a few kilobytes
                file.write(msgspec.msgpack.encode(copy))
        except FileExistsError as cause:
            raise StoreError(f"The backup is not written: {path} exists already.") from cause

    def _held(self) -> Contents:
        if not self._is_open:
            raise StoreClosed("The store is not open.")
        return self._contents

    def _summaries(self) -> Sequence[ExecutionSummary]:
        return [execution.summary for execution in self._held().ended.values()]

    def _lines(self, query: LogQuery) -> Sequence[LogRecord]:
        return [line for line in self._held().logs if line_matches(query, line)]

    def _items(self, batch_id: str, outcome: BatchOutcome | None) -> Sequence[BatchItemRecord]:
        items = self._held().batch_items
        of_batch = [items[key] for key in sorted(items) if key[0] == batch_id]
        return [item for item in of_batch if outcome in (None, item.outcome)]
