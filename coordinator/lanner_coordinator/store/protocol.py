"""The store's contract: verbs of the domain, the same for every implementation.

Order of calls: `async with store` opens it (creates or migrates what is on disk) and closes it; all
    verbs in between. `commit` calls
may overlap: they become durable in the order in which they were made, and several may share one
    disk write. When `commit` returns, all
of it is on disk; when it raises, none of it is. Reads run concurrently with commits and see whole
commits only, at least all those that had returned before the read began. Cancelling a commit does
not undo it. Verbs raise `StoreFull` when the disk is full (nothing is lost, try again later),
`StoreError` otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from lanner_coordinator.store.batch_records import BatchItemRecord, BatchOutcome, BatchRecord
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
from lanner_coordinator.store.template_records import TemplateRecord
from lanner_coordinator.store.trigger_records import TriggerRecord


class Store(Protocol):
    """What is durable. See the module for the order of calls."""

    async def __aenter__(self) -> Self:
        """Open; creates or migrates what is on disk."""

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Finish the commits under way and close."""

    async def commit(self, commit: Commit) -> None:
        """Make all of it durable, or nothing of it."""

    async def epoch(self) -> int:
        """From 1; one more after each restore from a backup."""

    # Flows

    async def current_flows(self) -> Sequence[FlowRecord]:
        """The newest revision of every flow that is not deleted, in order of namespace and id."""

    async def flow_revision(self, namespace: str, flow_id: str, revision: int) -> FlowRecord | None:
        """One revision, also of a deleted flow; revision 0 is the newest."""

    async def flow_revisions(self, namespace: str, flow_id: str) -> Sequence[FlowRecord]:
        """All revisions, newest first."""

    async def executed_revisions(self, namespace: str, flow_id: str) -> Sequence[int]:
        """The revisions of a flow that archived executions are of, in order."""

    async def last_executions(self, keys: Sequence[tuple[str, str]]) -> Sequence[ExecutionSummary]:
        """The archived execution of each flow (namespace, id) that was created last.

        Flows without one are left out.
        """

    # Live executions

    async def journal(self) -> Sequence[JournalRecord]:
        """Events of all executions that have not ended, by execution and in order of sequence."""

    async def execution_journal(self, execution_id: str) -> Sequence[JournalRecord]:
        """Events of one live execution, in order of sequence."""

    async def last_lines(self, attempt_ids: Sequence[str]) -> dict[str, int]:
        """Number of the last stored log line of each attempt.

        Attempts without lines are left out.
        """

    async def last_log_position(self) -> int:
        """Position of the newest log line; 0: none."""

    # Ended executions

    async def execution(self, execution_id: str) -> ArchivedExecution | None:
        """One archived execution."""

    async def execution_ids(self, prefix: str, limit: int) -> Sequence[str]:
        """Ids of archived executions that start with `prefix`, in order, at most `limit`."""

    async def find_executions(
        self, where: ExecutionFilter, *, sort: str, limit: int, offset: int
    ) -> Sequence[ExecutionSummary]:
        """Archived executions that match.

        `sort` is `created`, `started`, `ended`, `duration`, `flow` or `state`, with a leading `-`
        for descending; ties in order of id in the same direction. Missing dates sort last.
        """

    async def count_executions(self, where: ExecutionFilter) -> int:
        """How many archived executions match."""

    async def archived_count(self) -> int:
        """How many executions are archived; asking costs next to nothing, however often.

        One that came back to life and has just ended again may count twice for a moment.
        """

    async def task_runs(self, execution_id: str) -> Sequence[TaskRunRecord]:
        """Ended task runs of one archived execution, in order of creation and id."""

    async def change_snapshots(self, changes: Sequence[SnapshotChange]) -> Sequence[str]:
        """Exchange snapshots and nothing else; ids of the executions whose were, in order.

        Those that live again, or whose snapshot is another by now, are passed over.
        """

    # Logs

    async def logs(self, query: LogQuery, *, after: int, limit: int) -> Sequence[LogRecord]:
        """Lines with a position above `after`, in order of position, at most `limit`."""

    async def last_logs(self, query: LogQuery, *, limit: int) -> Sequence[LogRecord]:
        """The last `limit` lines, in order of position."""

    async def count_logs(self, query: LogQuery) -> int:
        """How many lines match."""

    async def purge_logs(self, purge: LogPurge) -> int:
        """Drop the lines that match and are durable by now; how many."""

    # Requests, triggers, batches, agents

    async def request(self, request_id: str, since: datetime) -> str | None:
        """What the request of this key made, when it was made at or after `since`."""

    async def recent_requests(self, since: datetime, limit: int) -> Sequence[RequestRecord]:
        """Requests made at or after `since`, newest first, at most `limit`."""

    async def triggers(self) -> Sequence[TriggerRecord]:
        """All triggers, in order of namespace, flow and id."""

    async def pending(self) -> Sequence[PendingRecord]:
        """What is still to be done, in order of date and id."""

    async def open_batches(self) -> Sequence[BatchRecord]:
        """Batches that run or are paused, oldest first."""

    async def batch(self, batch_id: str) -> BatchRecord | None:
        """One batch."""

    async def batches(self, *, limit: int, offset: int) -> Sequence[BatchRecord]:
        """Batches, newest first."""

    async def count_batches(self) -> int:
        """How many batches there are."""

    async def batch_items(
        self, batch_id: str, outcome: BatchOutcome | None, *, limit: int, offset: int
    ) -> Sequence[BatchItemRecord]:
        """Items of a batch in order of index; absent outcome: all."""

    async def count_batch_items(self, batch_id: str, outcome: BatchOutcome | None) -> int:
        """How many items of a batch have this outcome."""

    async def agents(self) -> Sequence[AgentRecord]:
        """All agents that were ever seen, in order of id."""

    # Key-value store

    async def key_values(self) -> Sequence[KeyValueRecord]:
        """All values, expired ones too, in order of namespace and key."""

    # Namespaces

    async def namespaces(self) -> Sequence[NamespaceRecord]:
        """All namespaces that something is set for, in order of name."""

    async def namespace_files(self) -> Sequence[NamespaceFileRecord]:
        """The newest version of every file, deleted or not, in order of namespace and path."""

    async def namespace_file_versions(
        self, namespace: str, path: str
    ) -> Sequence[NamespaceFileRecord]:
        """All versions of a file, also of a deleted one, newest first."""

    async def namespace_file_history(self, namespace: str) -> Sequence[NamespaceFileRecord]:
        """All versions of all files of a namespace, in order of path, the newest first."""

    # Secrets

    async def secrets(self) -> Sequence[SecretRecord]:
        """All secrets, in order of namespace and key."""

    async def data_keys(self) -> Sequence[DataKeyRecord]:
        """All keys that values are encrypted with, in order of creation and id."""

    # Templates

    async def templates(self) -> Sequence[TemplateRecord]:
        """All templates, in order of namespace and id."""

    # Kept results

    async def result(self, key: str) -> ResultRecord | None:
        """The result that is kept under a key, expired or not."""

    async def lending_runs(self) -> Sequence[str]:
        """Ids of the task runs whose files belong to kept results, in order."""

    async def drop_results(self, now: datetime, limit: int) -> int:
        """Drop results that have expired, and the oldest beyond `limit`; how many."""

    # Upkeep

    async def size_bytes(self) -> int:
        """Bytes on disk."""

    async def purge(self, before: datetime) -> int:
        """Drop requests, ended executions with their task runs and logs.

        And ended batches from before this date; how many executions.
        """

    async def backup(self, path: str) -> None:
        """Write a copy that can be opened as a store of its own; refuses an existing file."""
