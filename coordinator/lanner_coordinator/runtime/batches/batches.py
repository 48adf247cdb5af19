"""The verbs on batches: preview, make, look, watch, control."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field

import msgspec

from lanner_coordinator.engine.rules.eligibility import Act
from lanner_coordinator.runtime.batches.job import Job
from lanner_coordinator.runtime.batches.selection import PreviewGroup, Selection, Selector
from lanner_coordinator.runtime.batches.worker import BatchWorker
from lanner_coordinator.runtime.clock import Clock
from lanner_coordinator.runtime.errors import InvalidRequest, NotAllowed, NotFound
from lanner_coordinator.runtime.executions.requests import Requests
from lanner_coordinator.runtime.executions.wishes import Details
from lanner_coordinator.runtime.ids import IdFactory
from lanner_coordinator.store.batch_records import (
    BatchItemRecord,
    BatchOutcome,
    BatchRecord,
    BatchStatus,
)
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import Commit, RequestRecord

DEFAULT_PARALLEL = 10
"""Executions that a batch keeps running at once, when nobody says otherwise."""

PARALLEL_LIMIT = 1_000
"""The most that may be wished."""

WATCH_INTERVAL_SECONDS = 0.25
"""Between two messages to a watcher."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBatch:
    """What somebody wants to be done.

    Attributes:
        act: To each execution.
        selection: Which executions.
        max_parallel: Executions kept running at once; 0: the default.
        details: What else the act needs to know.
        reason: Kept with the batch and in each execution's log.
        by: Who asks.
        request_id: Idempotency key; empty: none.
    """

    act: Act
    selection: Selection = field(default_factory=Selection)
    max_parallel: int = 0
    details: Details = field(default_factory=Details)
    reason: str = ""
    by: str = ""
    request_id: str = ""


class Batches:
    """All batches. Methods belong to the event loop's thread."""

    def __init__(
        self,
        *,
        store: Store,
        worker: BatchWorker,
        selector: Selector,
        requests: Requests,
        clock: Clock,
        ids: IdFactory,
    ) -> None:
        self._store = store
        self._worker = worker
        self._selector = selector
        self._requests = requests
        self._clock = clock
        self._ids = ids

    async def preview(self, act: Act, selection: Selection) -> Sequence[PreviewGroup]:
        """What a batch would do, by state and answer.

        Raises:
            InvalidRequest: The filter makes no sense, or too much matches.
        """
        return await self._selector.preview(act, selection)

    async def create(self, wanted: NewBatch) -> BatchRecord:
        """Freeze the executions and begin; durable when it returns.

        Raises:
            InvalidRequest: Nothing matches, too much does, or too many are to run at once.
            StoreError: It could not be committed.
        """
        if wanted.max_parallel > PARALLEL_LIMIT:
            raise InvalidRequest(f"`max_parallel` is at most {PARALLEL_LIMIT}")
        # A caller that goes away must not leave a durable batch that nobody works on.
        return await asyncio.shield(self._create(wanted))

    async def get(self, batch_id: str) -> BatchRecord:
        """A batch as it is now.

        Raises:
            NotFound: There is none of this id.
        """
        job = self._worker.job(batch_id)
        record = job.record if job else await self._store.batch(batch_id)
        if record is None:
            raise NotFound(f'there is no batch "{batch_id}"')
        return record

    async def page(self, *, limit: int, offset: int) -> tuple[Sequence[BatchRecord], int]:
        """A part of all batches, newest first, and how many there are."""
        records = await self._store.batches(limit=limit, offset=offset)
        jobs = {record.id: self._worker.job(record.id) for record in records}
        now = [job.record if (job := jobs[record.id]) else record for record in records]
        return now, await self._store.count_batches()

    async def items(
        self, batch_id: str, outcome: BatchOutcome | None, *, limit: int, offset: int
    ) -> tuple[Sequence[BatchItemRecord], int]:
        """A part of a batch's items in order, and how many have this outcome.

        Raises:
            NotFound: There is no such batch.
        """
        await self.get(batch_id)
        items = await self._store.batch_items(batch_id, outcome, limit=limit, offset=offset)
        return items, await self._store.count_batch_items(batch_id, outcome)

    async def watch(self, batch_id: str) -> AsyncGenerator[BatchRecord, None]:
        """A batch now and at each change, until it has ended.

        Raises:
            NotFound: There is no such batch.
        """
        while True:
            job = self._worker.job(batch_id)
            if job is None:
                yield await self.get(batch_id)
                return
            changed = job.changed
            # An end is told once it is durable: `changed` says so too.
            if job.record.ended_at is None:
                yield job.record
            await changed.wait()  # no limit: the batch ends, or the reader does
            await asyncio.sleep(WATCH_INTERVAL_SECONDS)

    async def control(self, batch_id: str, status: BatchStatus) -> BatchRecord:
        """Let a batch go on (RUNNING), pause it or stop it; what it has begun goes on.

        Raises:
            NotFound: There is no such batch.
            NotAllowed: It has ended, or was stopped.
            StoreError: It could not be committed.
        """
        return await asyncio.shield(self._control(batch_id, status))

    async def _create(self, wanted: NewBatch) -> BatchRecord:
        new_id = self._ids.new_id()

        async def make(requests: Sequence[RequestRecord]) -> None:
            ids = await self._selector.ids(wanted.selection)
            counts = {BatchOutcome.WAITING: len(ids)}
            record = BatchRecord(
                id=new_id,
                act=wanted.act.value,
                status=BatchStatus.RUNNING,
                reason=wanted.reason,
                by=wanted.by,
                created_at=self._clock.now(),
                ended_at=None,
                max_parallel=wanted.max_parallel or DEFAULT_PARALLEL,
                total_count=len(ids),
                counts=counts,
                details=msgspec.to_builtins(wanted.details),
            )
            items = [
                BatchItemRecord(
                    batch_id=new_id,
                    index=index,
                    execution_id=execution_id,
                    outcome=BatchOutcome.WAITING,
                )
                for index, execution_id in enumerate(ids)
            ]
            await self._store.commit(
                Commit(batches=(record,), batch_items=items, requests=requests)
            )
            self._worker.adopt(Job(record, items, counts))

        batch_id, _ = await self._requests.once("batch", wanted.request_id, new_id, make)
        return await self.get(batch_id)

    async def _control(self, batch_id: str, status: BatchStatus) -> BatchRecord:
        job = self._worker.job(batch_id)
        before = job.record.status if job else (await self.get(batch_id)).status
        if job is None or (before is BatchStatus.STOPPED and status is not BatchStatus.STOPPED):
            what = "was stopped" if before is BatchStatus.STOPPED else "has ended"
            raise NotAllowed(f"batch {batch_id} {what}: nothing of it waits any more")
        await self._worker.set_status(job, status)
        return job.record
