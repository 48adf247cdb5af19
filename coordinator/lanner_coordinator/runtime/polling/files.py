"""The files of looks: they belong to the execution that begins if something is found."""

from __future__ import annotations

import logging

from lanner_coordinator.engine.ids import execution_of, task_run_of
from lanner_coordinator.runtime.artifacts import (
    ArtifactError,
    ArtifactStorage,
    Owner,
)
from lanner_coordinator.runtime.attempt_files import Workplace
from lanner_coordinator.runtime.schedule.records import TriggerRecords

logger = logging.getLogger(__name__)


class PollFiles:
    """Knows where looks put files, and removes them when no execution begins."""

    def __init__(self, storage: ArtifactStorage, records: TriggerRecords) -> None:
        self._storage = storage
        self._records = records
        self._stored: set[str] = set()
        records.on_poll_over(lambda key, attempt_id: self._stored.discard(attempt_id))

    def workplace(self, attempt_id: str, *, writes: bool) -> Workplace | None:
        """Where a look works; absent: nobody waits for it any more."""
        key = self._records.polls.get(attempt_id)
        if key is None:
            return None
        if writes:
            self._stored.add(attempt_id)
        namespace, flow_id, trigger_id = key
        owner = Owner(namespace=namespace, flow_id=flow_id, execution_id=execution_of(attempt_id))
        return Workplace(owner=owner, task_id=trigger_id, task_run_id=task_run_of(attempt_id))

    def owner_of_files(self, attempt_id: str) -> Owner | None:
        """Whose files a look has stored; absent: it has stored none."""
        place = self.workplace(attempt_id, writes=False)
        return place.owner if place is not None and attempt_id in self._stored else None

    async def drop(self, owner: Owner | None) -> None:
        """Remove what was stored for nothing; what is left is swept some day."""
        if owner is None:
            return
        try:
            await self._storage.delete_execution(owner)
        except (ArtifactError, OSError) as error:
            logger.warning("files that a trigger does not need are still there: %s", error)
