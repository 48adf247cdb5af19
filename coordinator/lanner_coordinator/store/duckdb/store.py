"""The store's verbs over a commit log and a DuckDB file."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Concatenate, ParamSpec, Self, TypeVar

import duckdb

from lanner_coordinator.store.batch_records import BatchItemRecord, BatchOutcome, BatchRecord
from lanner_coordinator.store.duckdb import (
    execution_queries,
    log_purge,
    log_queries,
    maintenance,
    namespace_queries,
    record_queries,
    result_queries,
    secret_queries,
    snapshots,
    template_queries,
)
from lanner_coordinator.store.duckdb.commit_log import CommitLog
from lanner_coordinator.store.duckdb.committer import Committer
from lanner_coordinator.store.duckdb.database import Database
from lanner_coordinator.store.duckdb.opening import open_folder
from lanner_coordinator.store.duckdb.settler import Settler
from lanner_coordinator.store.duckdb.unsettled import Unsettled
from lanner_coordinator.store.duckdb.upkeep import Upkeep
from lanner_coordinator.store.errors import StoreClosed
from lanner_coordinator.store.filter import ExecutionFilter
from lanner_coordinator.store.namespace_records import NamespaceFileRecord, NamespaceRecord
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

READER_COUNT = 3
"""Queries that run at once; further ones wait."""

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


class DuckdbStore:
    """A store in a file, with its commit log in a folder beside it.

    Attributes:
        path: Of the DuckDB file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._database = Database(path)
        self._log = CommitLog(path.with_name(path.name + ".commits"))
        self._readers = ThreadPoolExecutor(READER_COUNT, thread_name_prefix="lanner-read")
        self._unsettled: Unsettled | None = None
        self._settler: Settler | None = None
        self._committer: Committer | None = None

    async def __aenter__(self) -> Self:
        """Open; creates or migrates what is on disk."""
        history = await asyncio.to_thread(open_folder, self._database, self._log)
        with self._database.reading() as cursor:
            revisions = record_queries.newest_revisions(cursor)
            dead_count = record_queries.count_dead(cursor)
        self._unsettled = Unsettled(self._log.last_number)
        upkeep = Upkeep(self._database, dead_count)
        self._settler = Settler(self._database, self._unsettled, history, upkeep)
        self._committer = Committer(self.path, self._log, self._unsettled, self._settler)
        self._settler.start()
        self._committer.start(revisions)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Finish the commits under way, settle them and close."""
        if self._committer is None or self._settler is None or self._unsettled is None:
            return
        committer, settler = self._committer, self._settler
        self._committer = None
        await committer.close()
        await settler.close()
        await asyncio.to_thread(self._readers.shutdown)
        await asyncio.to_thread(self._database.close)
        if settler.settled_number == self._unsettled.last_number:
            self._log.reset()
        self._log.close()

    async def commit(self, commit: Commit) -> None:
        """Make all of it durable, or nothing of it."""
        if self._committer is None:
            raise StoreClosed("The store is not open.")
        await self._committer.commit(commit)

    async def epoch(self) -> int:
        """From 1; one more after each restore from a backup."""
        return (await self._look_up(record_queries.progress))[0]

    async def current_flows(self) -> Sequence[FlowRecord]:
        """The newest revision of every flow that is not deleted."""
        return await self._read(record_queries.current_flows)

    async def flow_revision(self, namespace: str, flow_id: str, revision: int) -> FlowRecord | None:
        """One revision, also of a deleted flow; revision 0 is the newest."""
        return await self._read(record_queries.flow_revision, namespace, flow_id, revision)

    async def flow_revisions(self, namespace: str, flow_id: str) -> Sequence[FlowRecord]:
        """All revisions, newest first."""
        return await self._read(record_queries.flow_revisions, namespace, flow_id)

    async def executed_revisions(self, namespace: str, flow_id: str) -> Sequence[int]:
        """The revisions of a flow that archived executions are of, in order."""
        return await self._read(execution_queries.executed_revisions, namespace, flow_id)

    async def last_executions(self, keys: Sequence[tuple[str, str]]) -> Sequence[ExecutionSummary]:
        """The archived execution of each flow that was created last, in order of `keys`."""
        return await self._read(execution_queries.last_executions, keys)

    async def journal(self) -> Sequence[JournalRecord]:
        """Events of all executions that have not ended, by execution and in order of sequence."""
        return await self._read(execution_queries.journal)

    async def execution_journal(self, execution_id: str) -> Sequence[JournalRecord]:
        """Events of one live execution, in order of sequence."""
        return await self._read(execution_queries.execution_journal, execution_id)

    async def last_lines(self, attempt_ids: Sequence[str]) -> dict[str, int]:
        """Number of the last stored log line of each attempt."""
        return await self._read(log_queries.last_lines, attempt_ids)

    async def last_log_position(self) -> int:
        """Position of the newest log line; 0: none."""
        return await self._read(log_queries.last_log_position)

    async def execution(self, execution_id: str) -> ArchivedExecution | None:
        """One archived execution."""
        unsettled = self._open().execution(execution_id)
        if self._open().is_removed(execution_id):
            return None
        return unsettled or await self._look_up(execution_queries.execution, execution_id)

    async def execution_ids(self, prefix: str, limit: int) -> Sequence[str]:
        """Ids of archived executions that start with `prefix`, in order, at most `limit`."""
        return await self._read(execution_queries.execution_ids, prefix, limit)

    async def find_executions(
        self, where: ExecutionFilter, *, sort: str, limit: int, offset: int
    ) -> Sequence[ExecutionSummary]:
        """Archived executions that match, in order of `sort`."""
        order = parse_sort(sort)
        return await self._read(execution_queries.find_executions, where, order, limit, offset)

    async def count_executions(self, where: ExecutionFilter) -> int:
        """How many archived executions match."""
        return await self._read(execution_queries.count_executions, where)

    async def archived_count(self) -> int:
        """How many executions are archived, without making the tables catch up."""
        waiting = self._open().groups()
        count, settled = await self._look_up(execution_queries.archived_count)
        # Taken before the query: what has been settled since counts once all the same.
        return count + sum(group.ended_count for group in waiting if group.number > settled)

    async def task_runs(self, execution_id: str) -> Sequence[TaskRunRecord]:
        """Ended task runs of an archived execution, in order of creation and id."""
        return await self._read(execution_queries.task_runs, execution_id)

    async def logs(self, query: LogQuery, *, after: int, limit: int) -> Sequence[LogRecord]:
        """Lines with a position above `after`, in order of position, at most `limit`."""
        return await self._read(log_queries.logs, query, after, limit)

    async def last_logs(self, query: LogQuery, *, limit: int) -> Sequence[LogRecord]:
        """The last `limit` lines, in order of position."""
        return await self._read(log_queries.last_logs, query, limit)

    async def count_logs(self, query: LogQuery) -> int:
        """How many lines match."""
        return await self._read(log_queries.count_logs, query)

    async def request(self, request_id: str, since: datetime) -> str | None:
        """What the request of this key made, when it was made at or after `since`."""
        unsettled = self._open().request(request_id)
        if unsettled is not None and unsettled.created_at >= since:
            return unsettled.result_id
        return await self._look_up(record_queries.request, request_id, since)

    async def recent_requests(self, since: datetime, limit: int) -> Sequence[RequestRecord]:
        """Requests made at or after `since`, newest first, at most `limit`."""
        return await self._read(record_queries.recent_requests, since, limit)

    async def triggers(self) -> Sequence[TriggerRecord]:
        """All triggers, in order of namespace, flow and id."""
        return await self._read(record_queries.triggers)

    async def pending(self) -> Sequence[PendingRecord]:
        """What is still to be done, in order of date and id."""
        return await self._read(record_queries.pending)

    async def open_batches(self) -> Sequence[BatchRecord]:
        """Batches that run or are paused, oldest first."""
        return await self._read(record_queries.open_batches)

    async def batch(self, batch_id: str) -> BatchRecord | None:
        """One batch."""
        return await self._read(record_queries.batch, batch_id)

    async def batches(self, *, limit: int, offset: int) -> Sequence[BatchRecord]:
        """Batches, newest first."""
        return await self._read(record_queries.batches, limit, offset)

    async def count_batches(self) -> int:
        """How many batches there are."""
        return await self._read(record_queries.count_batches)

    async def batch_items(
        self, batch_id: str, outcome: BatchOutcome | None, *, limit: int, offset: int
    ) -> Sequence[BatchItemRecord]:
        """Items of a batch in order of index; absent outcome: all."""
        return await self._read(record_queries.batch_items, batch_id, outcome, limit, offset)

    async def count_batch_items(self, batch_id: str, outcome: BatchOutcome | None) -> int:
        """How many items of a batch have this outcome."""
        return await self._read(record_queries.count_batch_items, batch_id, outcome)

    async def agents(self) -> Sequence[AgentRecord]:
        """All agents that were ever seen, in order of id."""
        return await self._read(record_queries.agents)

    async def key_values(self) -> Sequence[KeyValueRecord]:
        """All values, expired ones too, in order of namespace and key."""
        return await self._read(record_queries.key_values)

    async def namespaces(self) -> Sequence[NamespaceRecord]:
        """All namespaces that something is set for, in order of name."""
        return await self._read(namespace_queries.namespaces)

    async def templates(self) -> Sequence[TemplateRecord]:
        """All templates, in order of namespace and id."""
        return await self._read(template_queries.templates)

    async def namespace_files(self) -> Sequence[NamespaceFileRecord]:
        """The newest version of every file, also of deleted ones."""
        return await self._read(namespace_queries.namespace_files)

    async def namespace_file_versions(
        self, namespace: str, path: str
    ) -> Sequence[NamespaceFileRecord]:
        """All versions of a file, newest first."""
        return await self._read(namespace_queries.versions, namespace, path)

    async def namespace_file_history(self, namespace: str) -> Sequence[NamespaceFileRecord]:
        """All versions of all files of a namespace."""
        return await self._read(namespace_queries.history, namespace)

    async def secrets(self) -> Sequence[SecretRecord]:
        """All secrets, in order of namespace and key."""
        return await self._read(secret_queries.secrets)

    async def data_keys(self) -> Sequence[DataKeyRecord]:
        """All keys that values are encrypted with, in order of creation and id."""
        return await self._read(secret_queries.data_keys)

    async def result(self, key: str) -> ResultRecord | None:
        """The result that is kept under a key, expired or not."""
        return await self._read(result_queries.result, key)

    async def lending_runs(self) -> Sequence[str]:
        """Ids of the task runs whose files belong to kept results, in order."""
        return await self._read(result_queries.lending_runs)

    async def drop_results(self, now: datetime, limit: int) -> int:
        """Drop results that have expired, and the oldest beyond `limit`; how many."""
        return await self._running().run(
            lambda database: result_queries.drop_results(database, now, limit)
        )

    async def size_bytes(self) -> int:
        """Bytes on disk."""
        self._open()
        return self._database.size_bytes() + self._log.size_bytes()

    async def purge(self, before: datetime) -> int:
        """Drop requests, ended executions and ended batches from before this date."""
        return await self._running().run(lambda database: maintenance.purge(database, before))

    async def purge_logs(self, purge: LogPurge) -> int:
        """Drop the lines that match and are durable by now; how many."""
        await self._running().settled()
        return await self._running().run(lambda database: log_purge.purge_logs(database, purge))

    async def change_snapshots(self, changes: Sequence[SnapshotChange]) -> Sequence[str]:
        """Exchange the snapshots that are as they were; of which executions."""
        await self._running().settled()
        return await self._running().run(
            lambda database: snapshots.change_snapshots(database, changes)
        )

    async def backup(self, path: str) -> None:
        """Write a copy that can be opened as a store of its own; refuses an existing file."""
        await self._running().run(lambda database: maintenance.backup(database, Path(path)))

    async def _read(
        self,
        question: Callable[Concatenate[duckdb.DuckDBPyConnection, _Arguments], _Result],
        *arguments: _Arguments.args,
        **named: _Arguments.kwargs,
    ) -> _Result:
        """Ask when the tables hold all that is durable now."""
        await self._running().settled()
        return await self._look_up(question, *arguments, **named)

    async def _look_up(
        self,
        question: Callable[Concatenate[duckdb.DuckDBPyConnection, _Arguments], _Result],
        *arguments: _Arguments.args,
        **named: _Arguments.kwargs,
    ) -> _Result:
        """Ask the tables as they are, in a reader's thread."""

        def ask() -> _Result:
            with self._database.reading() as cursor:
                return question(cursor, *arguments, **named)

        self._open()
        return await asyncio.get_running_loop().run_in_executor(self._readers, ask)

    def _open(self) -> Unsettled:
        if self._unsettled is None or self._committer is None:
            raise StoreClosed("The store is not open.")
        return self._unsettled

    def _running(self) -> Settler:
        if self._settler is None or self._committer is None:
            raise StoreClosed("The store is not open.")
        return self._settler
