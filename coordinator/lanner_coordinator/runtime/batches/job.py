"""A batch at work: what waits, what runs, what became of the rest. No waiting and no I/O here."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import msgspec

from lanner_coordinator.engine.rules.eligibility import Act
from lanner_coordinator.engine.state import State
from lanner_coordinator.runtime.executions.wishes import Details
from lanner_coordinator.store.batch_records import (
    BatchItemRecord,
    BatchOutcome,
    BatchRecord,
    BatchStatus,
)
from lanner_coordinator.store.records import Commit, ExecutionSummary

ENDING_ACTS = frozenset({Act.RETRY, Act.REPLAY, Act.KILL, Act.FORCE_RUN, Act.UNQUEUE})
"""Acts after which an execution ends; the others are over when they are done."""


class Job:
    """One batch in memory.

    Attributes:
        act: What it does.
        details: What else the act needs to know.
        running: Items whose act was done, by the execution whose end they wait for.
        woken: Set when there may be something to do.
        changed: Set when there is something to tell; another one takes its place then.
    """

    def __init__(
        self,
        record: BatchRecord,
        items: Iterable[BatchItemRecord],
        counts: Mapping[BatchOutcome, int],
    ) -> None:
        self.act = Act(record.act)
        self.details = msgspec.convert(dict(record.details), Details)
        self.running: dict[str, BatchItemRecord] = {}
        self.woken = asyncio.Event()
        self.changed = asyncio.Event()
        self._record = record
        self._counts = {outcome: counts.get(outcome, 0) for outcome in BatchOutcome}
        self._waiting: deque[BatchItemRecord] = deque()
        self._unsaved: list[BatchItemRecord] = []
        for item in items:
            if item.outcome is BatchOutcome.RUNNING:
                self.running[self.awaited(item)] = item
            else:
                self._waiting.append(item)
        self.woken.set()

    @property
    def record(self) -> BatchRecord:
        """The batch as it is now."""
        return replace(self._record, counts=dict(self._counts))

    @property
    def may_start(self) -> bool:
        """Whether another act can be done now."""
        return (
            self._record.status is BatchStatus.RUNNING
            and bool(self._waiting)
            and len(self.running) < self._record.max_parallel
        )

    @property
    def is_over(self) -> bool:
        """Whether nothing runs and nothing will be started."""
        is_stopped = self._record.status is BatchStatus.STOPPED
        return not self.running and (is_stopped or not self._waiting)

    @property
    def has_unsaved(self) -> bool:
        """Whether outcomes wait to become durable."""
        return bool(self._unsaved)

    def begin_next(self) -> BatchItemRecord:
        """The next item, which runs from now on; its act is still to be done."""
        item = replace(self._waiting.popleft(), outcome=BatchOutcome.RUNNING)
        self.running[item.execution_id] = item
        self._move(BatchOutcome.WAITING, BatchOutcome.RUNNING)
        return item

    def awaited(self, item: BatchItemRecord) -> str:
        """The execution whose end an item that runs waits for: of a replay, the new one."""
        return (item.message if self.act is Act.REPLAY else "") or item.execution_id

    def await_other(self, execution_id: str, new_id: str) -> None:
        """The act made a new execution: the item waits for its end."""
        self.running[new_id] = replace(self.running.pop(execution_id), message=new_id)

    def succeed(self, execution_id: str) -> None:
        """The act was all that there was to do; the execution may have ended since."""
        if execution_id in self.running:
            self._conclude(execution_id, BatchOutcome.SUCCEEDED, "")

    def put_back(self, execution_id: str) -> None:
        """The act could not be done just now: it will be tried again."""
        item = self.running.pop(execution_id)
        self._waiting.appendleft(replace(item, outcome=BatchOutcome.WAITING))
        self._move(BatchOutcome.RUNNING, BatchOutcome.WAITING)

    def refuse(self, execution_id: str, message: str) -> None:
        """The act was refused."""
        self._conclude(execution_id, BatchOutcome.REFUSED, message)

    def end(self, summary: ExecutionSummary) -> None:
        """An execution of the batch has ended; harmless when it does not run here."""
        if summary.id in self.running:
            outcome, message = outcome_of(self.act, summary)
            if self.act is Act.REPLAY:
                message = f"{summary.id} {message or f'ended {summary.state}'}"
            self._conclude(summary.id, outcome, message)

    def lose(self, execution_id: str) -> None:
        """An execution is not there any more."""
        self._conclude(execution_id, BatchOutcome.FAILED, "the execution was purged")

    def set_status(self, status: BatchStatus) -> None:
        """Go on, pause or stop."""
        self._record = replace(self._record, status=status)
        self._tell()

    def finish(self, at: datetime) -> None:
        """The batch has ended; one that was stopped stays so."""
        is_stopped = self._record.status is BatchStatus.STOPPED
        status = BatchStatus.STOPPED if is_stopped else BatchStatus.ENDED
        self._record = replace(self._record, status=status, ended_at=at)
        self._tell()

    def take_unsaved(self) -> Sequence[BatchItemRecord]:
        """Outcomes that are not durable; `keep_unsaved` takes them back."""
        unsaved, self._unsaved = self._unsaved, []
        return unsaved

    def keep_unsaved(self, items: Sequence[BatchItemRecord]) -> None:
        """Outcomes could not be made durable: they wait again."""
        self._unsaved = [*items, *self._unsaved]

    def commit(self, items: Sequence[BatchItemRecord]) -> Commit:
        """What makes the batch and some outcomes durable."""
        return Commit(batches=(self.record,), batch_items=items)

    def _conclude(self, execution_id: str, outcome: BatchOutcome, message: str) -> None:
        item = self.running.pop(execution_id)
        self._unsaved.append(replace(item, outcome=outcome, message=message))
        self._move(BatchOutcome.RUNNING, outcome)

    def _move(self, before: BatchOutcome, after: BatchOutcome) -> None:
        self._counts[before] -= 1
        self._counts[after] += 1
        self._tell()

    def _tell(self) -> None:
        self.woken.set()
        self.changed.set()
        self.changed = asyncio.Event()


def outcome_of(act: Act, summary: ExecutionSummary) -> tuple[BatchOutcome, str]:
    """What became of an item, by how its execution ended, and a word on it."""
    wanted = (State.KILLED,) if act is Act.KILL else (State.SUCCESS, State.WARNING)
    if summary.state in wanted:
        return BatchOutcome.SUCCEEDED, ""
    error = f": {summary.error}" if summary.error else ""
    return BatchOutcome.FAILED, f"it ended {summary.state}{error}"
