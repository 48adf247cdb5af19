"""All that becomes durable together: what the executor gathers between two commits."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from lanner_coordinator.engine.commands import Command
from lanner_coordinator.engine.events import Event
from lanner_coordinator.engine.execution import LiveExecution, TaskRun
from lanner_coordinator.engine.folders import owner
from lanner_coordinator.runtime.agents.messages import Assignment
from lanner_coordinator.runtime.key_values.book import Change, last_values
from lanner_coordinator.runtime.secrets.met import MetSecrets
from lanner_coordinator.runtime.wanted import Wanted
from lanner_coordinator.store.records import (
    ArchivedExecution,
    Commit,
    ExecutionSummary,
    JournalRecord,
    LogRecord,
    PendingRecord,
    TaskRunRecord,
)
from lanner_coordinator.store.result_records import ResultRecord

_Record = TypeVar("_Record")

Work = Callable[["LiveEntry | None", "Group"], None]
"""Applies something to an execution (absent: it is not live) and adds to the group.

It may raise a CoordinatorError, which its caller gets; then it has changed nothing.
"""

Feed = Callable[["LiveEntry", Event, "Group"], None]
"""Gives a live execution an event within a group; void when it no longer fits."""

Lookup = Callable[[], Awaitable[Work]]
"""Looks something up outside of the executor and gives what is to be done then.

It may raise StoreError: it is called again later.
"""


@dataclass(slots=True, kw_only=True, eq=False)
class LiveEntry:
    """A live execution and how far its journal is.

    Attributes:
        live: The execution.
        sequence: Last event that is recorded, in a commit or on its way into one.
        is_in_flight: A commit with events of it is under way: nothing may be applied meanwhile.
        is_archived_before: It was archived once and came back to life.
        has_ended: Its end is on its way into the archive, or there.
        told_count: Of its state changes, how many have been told to those who wait for them.
        lines: Number of the last log line of each of its attempts that was written.
        error_lines: Its newest ERROR lines, for `errorLogs()`.
        complaints: Why assertions could not be evaluated, so that each is logged once.
        has_sealed: It may carry values with secrets in them.
        secrets: What is to be masked, by attempt that an agent has; those from before a restart of
            the coordinator are missing.
        folder_secrets: Secrets of the files of a shared folder, by the task run that it belongs to.
        met_secrets: Secrets that its expressions met since the coordinator's start.
    """

    live: LiveExecution
    sequence: int = 0
    is_in_flight: bool = False
    is_archived_before: bool = False
    has_ended: bool = False
    told_count: int = 0
    lines: dict[str, int] = field(default_factory=dict)
    error_lines: list[LogRecord] = field(default_factory=list)
    complaints: set[str] = field(default_factory=set)
    has_sealed: bool = False
    secrets: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)
    folder_secrets: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)
    met_secrets: MetSecrets = field(default_factory=MetSecrets)

    def with_folder_secrets(self, run: TaskRun, own: frozenset[str]) -> frozenset[str]:
        """The secrets of a task run, and those of the files in the folder that it shares."""
        above = owner(self.live, run)
        if above is run:
            self.folder_secrets[run.id] = own
        return own | self.folder_secrets.get(above.id, own) if above else own

    @property
    def id(self) -> str:
        """Id of the execution."""
        return self.live.execution.id

    @property
    def flow_id(self) -> tuple[str, str]:
        """Namespace and id of its flow."""
        execution = self.live.execution
        return execution.namespace, execution.flow_id


@dataclass(slots=True, kw_only=True)
class Group:
    """One commit in the making, and what follows when it is durable.

    Attributes:
        now: Date of all its events.
        live: All live executions, by id.
        journal: Events by execution.
        touched: Executions with events in it.
        begun: Executions that came to life in it: those that end in it too need no journal.
        restarted: Executions that came back to life in it.
        amended: Executions that had ended before and are only changed by it.
        ended: Executions that end in it.
        task_runs: Their task runs.
        logs: Log lines.
        set_off: What executions set off, with the execution as it is.
        key_changes: What its task runs changed in the key-value store, in order.
        results: Results of its task runs that are kept.
        removed: Ended executions to remove.
        attached: What callers want to be durable with their events.
        after: Commands to carry out afterwards.
        assignments: What to send to agents afterwards.
        futures: Callers to answer afterwards.
        retried: Work that nobody waits for, to be done again when the commit fails.
        continuations: Work that goes on in a later group.
        posts: Work that follows once it is durable; after a crash its executions ask for it.
        lookups: What to look up once it is durable.
        slow_lookups: The same, where it may take minutes.
        agenda: Commands that are being carried out, with their executions.
        is_carrying: Somebody works on the agenda already.
        work_count: Inline commands carried out so far.
    """

    now: datetime
    live: MutableMapping[str, LiveEntry]
    journal: dict[str, list[JournalRecord]] = field(default_factory=dict)
    touched: dict[str, LiveEntry] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)
    restarted: set[str] = field(default_factory=set)
    amended: set[str] = field(default_factory=set)
    ended: dict[str, ArchivedExecution] = field(default_factory=dict)
    task_runs: list[TaskRunRecord] = field(default_factory=list)
    logs: list[LogRecord] = field(default_factory=list)
    set_off: list[tuple[PendingRecord, LiveExecution]] = field(default_factory=list)
    key_changes: list[Change] = field(default_factory=list)
    results: list[ResultRecord] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    attached: list[Commit] = field(default_factory=list)
    after: list[tuple[str, Command]] = field(default_factory=list)
    assignments: list[tuple[str, Assignment]] = field(default_factory=list)
    futures: list[asyncio.Future[None]] = field(default_factory=list)
    retried: list[tuple[str, Work]] = field(default_factory=list)
    continuations: list[tuple[str, Work]] = field(default_factory=list)
    posts: list[tuple[str, Work]] = field(default_factory=list)
    lookups: list[tuple[str, Lookup]] = field(default_factory=list)
    slow_lookups: list[tuple[str, Lookup]] = field(default_factory=list)
    agenda: deque[tuple[LiveEntry, Command]] = field(default_factory=deque)
    is_carrying: bool = False
    work_count: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to make durable."""
        return not (self.touched or self.logs or self.removed or self.attached)

    def commit(self) -> Commit:
        """What the store is given."""
        keys = last_values(self.key_changes)
        return Commit(
            journal=[record for records in self.journal.values() for record in records],
            ended=[*self.ended.values(), *_joined([commit.ended for commit in self.attached])],
            task_runs=self.task_runs,
            logs=self.logs,
            requests=_joined([commit.requests for commit in self.attached]),
            triggers=_joined([commit.triggers for commit in self.attached]),
            pending=[record for record, _ in self.set_off],
            done_pending=_joined([commit.done_pending for commit in self.attached]),
            batches=_joined([commit.batches for commit in self.attached]),
            batch_items=_joined([commit.batch_items for commit in self.attached]),
            key_values=[value for value in keys.values() if value is not None],
            removed_keys=[name for name, value in keys.items() if value is None],
            results=self.results,
            removed_executions=self.removed,
        )

    def begin(self, entry: LiveEntry) -> None:
        """Let an execution come to life."""
        self.begun.add(entry.id)
        self.live[entry.id] = entry

    def post(self, execution_id: str, work: Work) -> None:
        """Let work follow once this is durable."""
        self.posts.append((execution_id, work))

    def look_up(self, execution_id: str, lookup: Lookup, *, is_slow: bool = False) -> None:
        """Look something up for an execution once this is durable; slow ones hold up slow ones."""
        (self.slow_lookups if is_slow else self.lookups).append((execution_id, lookup))

    def wait_for(self, execution_id: str, wanted: Wanted, work: Work) -> None:
        """Let work follow once what it renders has been read."""

        async def lookup() -> Work:
            await wanted.read()
            return work

        self.look_up(execution_id, lookup, is_slow=wanted.is_slow)

    def continue_later(self, execution_id: str, work: Work) -> None:
        """Leave work on an execution to a later group."""
        self.continuations.append((execution_id, work))

    def take_continuations(self) -> Sequence[tuple[str, Work]]:
        """Work that was left to a later group; forgotten hereby."""
        continuations, self.continuations = self.continuations, []
        return continuations

    def end(
        self,
        entry: LiveEntry,
        summary: ExecutionSummary,
        snapshot: bytes,
        task_runs: Sequence[TaskRunRecord],
    ) -> None:
        """Archive an execution with this commit."""
        entry.has_ended = True
        self.ended[entry.id] = ArchivedExecution(
            summary=summary, snapshot=snapshot, journal_sequence=entry.sequence
        )
        self.task_runs.extend(task_runs)
        if entry.id in self.begun:
            self.journal.pop(entry.id, None)


def feeding(feed: Feed, event: Event) -> Work:
    """Work that gives an execution an event, if it is live still."""

    def work(entry: LiveEntry | None, group: Group) -> None:
        if entry is not None:
            feed(entry, event, group)

    return work


def _joined(lists: Sequence[Sequence[_Record]]) -> Sequence[_Record]:
    return [record for records in lists for record in records]
