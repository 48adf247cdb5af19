"""Batches that had not ended when the coordinator stopped."""

from __future__ import annotations

from collections.abc import Sequence

from lanner_coordinator.runtime.batches.job import ENDING_ACTS, Job
from lanner_coordinator.runtime.executor import Executor
from lanner_coordinator.store.batch_records import (
    BatchItemRecord,
    BatchOutcome,
    BatchRecord,
    BatchStatus,
)
from lanner_coordinator.store.protocol import Store

PAGE_SIZE = 10_000
"""Items that are read together."""

RECENT_COUNT = 100
"""Newest batches that are looked through for those that were stopped with executions running."""


async def restored_jobs(store: Store, executor: Executor) -> Sequence[Job]:
    """Jobs of all batches that have not ended, with the ends that nobody has noted yet."""
    recent = await store.batches(limit=RECENT_COUNT, offset=0)
    stopped = [
        record
        for record in recent
        if record.status is BatchStatus.STOPPED and record.ended_at is None
    ]
    records = [*await store.open_batches(), *stopped]
    return [await _restored(record, store, executor) for record in records]


async def _restored(record: BatchRecord, store: Store, executor: Executor) -> Job:
    counts = {
        outcome: await store.count_batch_items(record.id, outcome) for outcome in BatchOutcome
    }
    items = [
        *await _items(store, record.id, BatchOutcome.RUNNING),
        *await _items(store, record.id, BatchOutcome.WAITING),
    ]
    job = Job(record, items, counts)
    for execution_id in list(job.running):
        if job.act not in ENDING_ACTS:
            job.succeed(execution_id)
            continue
        if executor.live(execution_id) is not None:
            continue
        archived = await store.execution(execution_id)
        if archived is not None:
            job.end(archived.summary)
        else:
            job.lose(execution_id)
    return job


async def _items(store: Store, batch_id: str, outcome: BatchOutcome) -> Sequence[BatchItemRecord]:
    items: list[BatchItemRecord] = []
    while True:
        page = await store.batch_items(batch_id, outcome, limit=PAGE_SIZE, offset=len(items))
        items.extend(page)
        if len(page) < PAGE_SIZE:
            return items
