"""Works on batches, and takes them up again after a crash.

That an item runs is durable in the very commit of its act, so that no act is done twice; what
became of it follows when its execution ends. After a crash the executions themselves say which
items have ended meanwhile.
"""

from __future__ import annotations

import asyncio
import logging

from lanner_coordinator.runtime.batches.job import ENDING_ACTS, Job
from lanner_coordinator.runtime.batches.recovery import restored_jobs
from lanner_coordinator.runtime.clock import Clock
from lanner_coordinator.runtime.errors import CoordinatorError, NotDurable, Overloaded
from lanner_coordinator.runtime.executions.acts import Acts
from lanner_coordinator.runtime.executions.wishes import Wish
from lanner_coordinator.runtime.executor import Executor
from lanner_coordinator.store.batch_records import BatchItemRecord, BatchStatus
from lanner_coordinator.store.errors import StoreError
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import ExecutionSummary

logger = logging.getLogger(__name__)

STARTED_TOGETHER = 50
"""Acts that are done at once."""

RETRY_SECONDS = 1.0
"""When what could not be committed is tried again."""


class BatchWorker:
    """Works on all batches that have not ended. Methods belong to the event loop's thread."""

    def __init__(self, *, store: Store, executor: Executor, acts: Acts, clock: Clock) -> None:
        self._store = store
        self._executor = executor
        self._acts = acts
        self._clock = clock
        self._jobs: dict[str, Job] = {}
        self._by_execution: dict[str, set[str]] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        # As long as there are batches at work: whoever makes one waits for its commit.
        self._new: asyncio.Queue[str] = asyncio.Queue()
        executor.on_ended(self._execution_ended)

    def job(self, batch_id: str) -> Job | None:
        """A batch at work; absent: it has ended, or there is none."""
        return self._jobs.get(batch_id)

    async def load(self) -> None:
        """Take up what had not ended; after the executor was restored, before `run`."""
        for job in await restored_jobs(self._store, self._executor):
            self.adopt(job)

    async def run(self) -> None:
        """Work, for ever."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                batch_id = await self._new.get()  # no limit: there may be nothing to do
                tasks.create_task(self._work(batch_id), name="batch")

    def adopt(self, job: Job) -> None:
        """Work on a batch that is durable."""
        batch_id = job.record.id
        self._jobs[batch_id] = job
        self._locks[batch_id] = asyncio.Lock()
        for execution_id in job.running:
            self._by_execution.setdefault(execution_id, set()).add(batch_id)
        self._new.put_nowait(batch_id)

    async def set_status(self, job: Job, status: BatchStatus) -> None:
        """Let a batch go on, pause or stop; durable when it returns.

        Raises:
            StoreError: It could not be committed; the batch is as before.
        """
        async with self._locks[job.record.id]:
            before = job.record.status
            job.set_status(status)
            try:
                await self._store.commit(job.commit(()))
            except StoreError:
                job.set_status(before)
                raise

    def _execution_ended(self, summary: ExecutionSummary) -> None:
        for batch_id in self._by_execution.pop(summary.id, ()):
            if batch_id in self._jobs:
                self._jobs[batch_id].end(summary)

    async def _work(self, batch_id: str) -> None:
        """Work on one batch until it is over."""
        job = self._jobs[batch_id]
        while True:
            await job.woken.wait()  # no limit: an end or a person wakes it
            job.woken.clear()
            try:
                await self._advance(job)
            except StoreError as error:
                logger.warning("batch %s has to wait: %s", batch_id, error)
                await asyncio.sleep(RETRY_SECONDS)
                job.woken.set()
                continue
            except Exception:
                # One broken batch must not stop the others; a restart takes it up again.
                logger.exception("batch %s is given up until the next start", batch_id)
                return
            if job.record.ended_at is not None:
                del self._jobs[batch_id], self._locks[batch_id]
                # Who watches it finds its end in the store from now on.
                job.changed.set()
                return

    async def _advance(self, job: Job) -> None:
        """Do the acts that have room and make durable what became of others."""
        while job.may_start:
            has_room = await self._start_some(job)
            if job.has_unsaved:
                await self._save(job)
            if not has_room:
                break
        if job.is_over:
            job.finish(self._clock.now())
            await self._save(job)
        elif job.has_unsaved:
            await self._save(job)

    async def _start_some(self, job: Job) -> bool:
        """Do some acts at once; false: the coordinator has too much to do just now."""
        items: list[BatchItemRecord] = []
        while job.may_start and len(items) < STARTED_TOGETHER:
            items.append(job.begin_next())
        async with asyncio.TaskGroup() as tasks:
            started = [tasks.create_task(self._start(job, item)) for item in items]
        if all(task.result() for task in started):
            return True
        await asyncio.sleep(RETRY_SECONDS)
        job.woken.set()
        return False

    async def _start(self, job: Job, item: BatchItemRecord) -> bool:
        """Do one act; false: it has to be tried again."""
        record, execution_id = job.record, item.execution_id
        # Registered before: the execution may have ended when the act returns.
        self._by_execution.setdefault(execution_id, set()).add(record.id)
        try:
            wish = Wish(by=record.by, reason=record.reason, details=job.details, items=(item,))
            summary = await self._acts.do(job.act, execution_id, wish)
        except (Overloaded, NotDurable):
            self._forget(execution_id, record.id)
            job.put_back(execution_id)
            return False
        except CoordinatorError as error:
            self._forget(execution_id, record.id)
            job.refuse(execution_id, str(error))
        else:
            await self._follow(job, execution_id, summary)
        return True

    async def _follow(self, job: Job, execution_id: str, summary: ExecutionSummary) -> None:
        """Wait for the end of what the act has set going."""
        if job.act not in ENDING_ACTS:
            self._forget(execution_id, job.record.id)
            job.succeed(execution_id)
        elif summary.id != execution_id:
            self._forget(execution_id, job.record.id)
            job.await_other(execution_id, summary.id)
            self._by_execution.setdefault(summary.id, set()).add(job.record.id)
            if self._executor.live(summary.id) is None:
                archived = await self._store.execution(summary.id)
                if archived is not None:
                    self._execution_ended(archived.summary)

    def _forget(self, execution_id: str, batch_id: str) -> None:
        batch_ids = self._by_execution.get(execution_id, set())
        batch_ids.discard(batch_id)
        if not batch_ids:
            self._by_execution.pop(execution_id, None)

    async def _save(self, job: Job) -> None:
        async with self._locks[job.record.id]:
            items = job.take_unsaved()
            try:
                await self._store.commit(job.commit(items))
            except StoreError:
                job.keep_unsaved(items)
                raise
