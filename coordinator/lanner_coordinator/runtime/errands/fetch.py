"""Writes lines of an execution's log into a file: `core.log.Fetch`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection

import msgspec

from lanner_coordinator.flow.types.native_type import NativeResult, shown
from lanner_coordinator.runtime.artifacts import ArtifactStorage, ArtifactUri
from lanner_coordinator.runtime.errands.contract import Request
from lanner_coordinator.runtime.errands.line_files import LineWriter
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import LogQuery, LogRecord

PAGE_SIZE = 1_000
"""Lines that are read together."""


class Fetch:
    """Reads page after page."""

    def __init__(self, store: Store, storage: ArtifactStorage) -> None:
        self._store = store
        self._storage = storage

    async def run(self, request: Request) -> NativeResult:
        """A file with a line of JSON, which is Ion too, for each line of the log."""
        asked = request.properties
        query = LogQuery(
            execution_id=shown(asked.get("executionId")) or request.owner.execution_id,
            min_level=shown(asked.get("level")) or "INFO",
        )
        tasks = asked.get("tasksId") or ()
        if not isinstance(tasks, list | tuple):
            raise ValueError("`tasksId` must be a list of task ids")
        uri = ArtifactUri.of_task(request.owner, request.task_id, request.task_run_id, "logs.ion")
        count = 0
        async with self._storage.writer(uri) as opened:
            writer = LineWriter(opened)
            async for record in self._records(query, {shown(task) for task in tasks}):
                await writer.write(msgspec.json.encode(_row(record)))
                count += 1
            await writer.finish()
        return NativeResult(outputs={"uri": str(uri), "size": count})

    async def _records(
        self, query: LogQuery, task_ids: Collection[str]
    ) -> AsyncIterator[LogRecord]:
        after = 0
        while page := await self._store.logs(query, after=after, limit=PAGE_SIZE):
            for record in page:
                if not task_ids or record.task_id in task_ids:
                    yield record
            after = page[-1].position


def _row(record: LogRecord) -> dict[str, object]:
    return {
        "executionId": record.execution_id,
        "taskId": record.task_id,
        "taskRunId": record.task_run_id,
        "attemptNumber": record.attempt_number,
        "timestamp": record.at,
        "level": record.level,
        "message": record.text,
    }
