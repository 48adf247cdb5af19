"""Removes artifacts that nobody needs any more.

Those are: what executions left that were deleted, or never began after all; what is older than the
configuration keeps it; uploads after their time; beginnings of uploads that nobody went on with.
The files of kept results stay as long as these; caches have limits of their own. Everything is
looked at anew each time, so that a crash leaves nothing behind for good.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from lanner_coordinator.engine.execution import LiveExecution
from lanner_coordinator.engine.ids import execution_of
from lanner_coordinator.runtime.artifacts import ArtifactError, ArtifactFolder, ArtifactStorage
from lanner_coordinator.runtime.cache_sweep import CacheLimits, CacheSweep
from lanner_coordinator.runtime.clock import Clock
from lanner_coordinator.runtime.ids import date_of_id
from lanner_coordinator.store.errors import StoreError
from lanner_coordinator.store.protocol import Store

logger = logging.getLogger(__name__)

FIRST_SWEEP = timedelta(minutes=1)
"""When the first sweep begins, after the start."""

SWEEP_INTERVAL = timedelta(hours=6)
"""Between the end of a sweep and the next one."""

GRACE = timedelta(days=1)
"""How old something must be that seems to belong to nobody: it may be on its way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long artifacts stay.

    Attributes:
        ended: Those of an execution, after its end; 0: as long as the execution.
        uploads: Uploads; 0: for ever.
        caches: Those of WorkingDirectories.
    """

    ended: timedelta = timedelta()
    uploads: timedelta = timedelta(days=7)
    caches: CacheLimits = field(default_factory=CacheLimits)


class LiveExecutions(Protocol):
    """Knows which executions are live."""

    def live(self, execution_id: str) -> LiveExecution | None:
        """A live execution."""


class CurrentFlows(Protocol):
    """Knows which flows there are."""

    def keys(self) -> Set[tuple[str, str]]:
        """Namespace and id of each."""


class ArtifactSweep:
    """Sweeps from time to time."""

    def __init__(
        self,
        *,
        storage: ArtifactStorage,
        store: Store,
        executor: LiveExecutions,
        flows: CurrentFlows,
        clock: Clock,
        retention: Retention,
    ) -> None:
        self._storage = storage
        self._store = store
        self._executor = executor
        self._flows = flows
        self._clock = clock
        self._retention = retention

    async def run(self) -> None:
        """Sweep, for ever."""
        await asyncio.sleep(FIRST_SWEEP.total_seconds())
        while True:
            try:
                count = await self.sweep()
            except (ArtifactError, StoreError, OSError) as error:
                logger.warning("Artifacts were not swept, which is done again later: %s", error)
            else:
                logger.info("Artifacts were swept: %s removed", count)
            await asyncio.sleep(SWEEP_INTERVAL.total_seconds())

    async def sweep(self) -> int:
        """Look at all artifacts once; how many executions, uploads and caches were removed.

        Raises:
            ArtifactError: The storage does not answer.
            StoreError: The store does not answer.
        """
        now = self._clock.now()
        count = await self._storage.drop_unfinished(now - GRACE)
        lent = frozenset(await self._store.lending_runs())
        lenders = {execution_of(run_id) for run_id in lent}
        caches = CacheSweep(self._storage, self._retention.caches, now)
        async for folder in self._storage.folders():
            if folder.is_cache:
                await caches.look(folder, self._flows.keys())
                continue
            if not await self._is_over(folder, now):
                continue
            if folder.id in lenders:
                count += await self._delete_others(folder, lent)
            else:
                await self._storage.delete_folder(folder)
                count += 1
        return count + await caches.remove()

    async def _delete_others(self, folder: ArtifactFolder, lent: Set[str]) -> int:
        """Remove what no task run of these left; 1 where that was something."""
        files = await self._storage.list_folder(folder)
        others = [file.uri for file in files if file.uri.place.task_run_id not in lent]
        for uri in others:
            await self._storage.delete(uri)
        return 1 if others else 0

    async def _is_over(self, folder: ArtifactFolder, now: datetime) -> bool:
        made_at = date_of_id(folder.id)
        if made_at is None:  # Not from here: whoever put it there knows when it may go.
            return False
        if folder.is_upload:
            return bool(self._retention.uploads) and made_at < now - self._retention.uploads
        if made_at > now - GRACE or self._is_live(folder.id):
            return False
        is_needed = await self._is_needed(folder.id, made_at, now)
        # Again: it may have come back to life meanwhile.
        return not is_needed and not self._is_live(folder.id)

    def _is_live(self, execution_id: str) -> bool:
        return self._executor.live(execution_id) is not None

    async def _is_needed(self, execution_id: str, made_at: datetime, now: datetime) -> bool:
        """Whether an ended execution still has the right to its artifacts."""
        kept = self._retention.ended
        if not kept or made_at > now - kept:
            return execution_id in await self._store.execution_ids(execution_id, limit=1)
        archived = await self._store.execution(execution_id)
        if archived is None:
            return False
        ended_at = archived.summary.ended_at
        return ended_at is None or ended_at > now - kept
