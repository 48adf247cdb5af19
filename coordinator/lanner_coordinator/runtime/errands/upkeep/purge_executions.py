"""Removes ended executions: `core.execution.PurgeExecutions`.

A removed execution is not found again, so that a crash costs nothing but the counts of before it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from lanner_coordinator.engine.execution import restore
from lanner_coordinator.flow.expression import is_truthy
from lanner_coordinator.flow.types.native_type import NativeResult
from lanner_coordinator.runtime.artifacts import ArtifactStorage, Owner
from lanner_coordinator.runtime.errands.contract import Request
from lanner_coordinator.runtime.errands.upkeep.selection import (
    asked_dates,
    asked_flows,
    asked_states,
)
from lanner_coordinator.runtime.errors import NotAllowed, NotFound
from lanner_coordinator.store.filter import ExecutionFilter
from lanner_coordinator.store.filter.tree import DateField
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import ExecutionSummary, LogPurge, LogQuery

PAGE_SIZE = 100
"""Executions that are looked for together."""


class Remover(Protocol):
    """Removes archived executions with their task runs and logs."""

    async def remove(self, execution_id: str, by: str, *, keeps_files: bool) -> None:
        """Remove one, durable.

        Raises:
            NotFound: It is gone.
            NotAllowed: It lives again.
        """


@dataclass(slots=True, kw_only=True)
class _Counts:
    executions: int = 0
    logs: int = 0
    metrics: int = 0
    files: int = 0


class PurgeExecutions:
    """Removes page after page, the oldest first."""

    def __init__(self, store: Store, storage: ArtifactStorage, remover: Remover) -> None:
        self._store = store
        self._storage = storage
        self._remover = remover

    async def run(self, request: Request) -> NativeResult:
        """Remove what the task asks for."""
        asked = request.properties
        where = ExecutionFilter(
            conditions=(
                *asked_flows(asked),
                *asked_states(asked),
                *asked_dates(asked, DateField.CREATED),
            )
        )
        removes = is_truthy(asked.get("purgeExecution", True))
        counts = _Counts()
        async for summary in self._found(where, are_removed=removes):
            await self._purge(summary, request, counts, removes=removes)
        return NativeResult(
            outputs={
                "executionsCount": counts.executions,
                "logsCount": counts.logs,
                "metricsCount": counts.metrics,
                "storagesCount": counts.files,
            }
        )

    async def _found(
        self, where: ExecutionFilter, *, are_removed: bool
    ) -> AsyncIterator[ExecutionSummary]:
        passed = 0
        seen: set[str] = set()
        while True:
            page = await self._store.find_executions(
                where, sort="created", limit=PAGE_SIZE, offset=passed
            )
            fresh = [summary for summary in page if summary.id not in seen]
            for summary in fresh:
                yield summary
            seen = {summary.id for summary in page}
            if not are_removed:
                passed += len(page)
            elif not fresh:
                passed += len(page)  # what cannot be removed is passed over
            if not page:
                return

    async def _purge(
        self, summary: ExecutionSummary, request: Request, counts: _Counts, *, removes: bool
    ) -> None:
        asked = request.properties
        removes_files = is_truthy(asked.get("purgeStorage", True))
        owner = Owner(namespace=summary.namespace, flow_id=summary.flow_id, execution_id=summary.id)
        files = len(await self._storage.list_execution(owner)) if removes_files else 0
        if removes:
            lines = await self._store.count_logs(LogQuery(execution_id=summary.id))
            metrics = await self._metrics(summary.id)
            try:
                await self._remover.remove(
                    summary.id, f"task run {request.task_run_id}", keeps_files=not removes_files
                )
            except (NotFound, NotAllowed):
                return
            counts.executions += 1
            counts.logs += lines
            counts.metrics += metrics
        else:
            if is_truthy(asked.get("purgeLog", True)):
                purge = LogPurge(execution_ids=(summary.id,))
                counts.logs += await self._store.purge_logs(purge)
            if removes_files:
                await self._storage.delete_execution(owner)
        counts.files += files

    async def _metrics(self, execution_id: str) -> int:
        archived = await self._store.execution(execution_id)
        runs = restore(archived.snapshot).task_runs.values() if archived else ()
        return sum(len(attempt.metrics) for run in runs for attempt in run.attempts)
