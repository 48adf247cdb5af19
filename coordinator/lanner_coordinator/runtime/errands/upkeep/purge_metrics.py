"""Removes metrics of ended executions: `core.metric.PurgeMetrics`.

They are a part of what is archived of an execution, all else of which stays as it is.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lanner_coordinator.engine.attempt import Attempt
from lanner_coordinator.engine.execution import restore, snapshot
from lanner_coordinator.flow.types.native_type import NativeResult
from lanner_coordinator.runtime.errands.contract import Request
from lanner_coordinator.runtime.errands.upkeep.selection import (
    asked_date,
    asked_flow,
    asked_flows,
)
from lanner_coordinator.store.filter import ExecutionFilter
from lanner_coordinator.store.filter.tree import Comparison, Condition, DateCompares, DateField
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import ExecutionSummary, SnapshotChange

PAGE_SIZE = 100
"""Executions that are looked for together."""

CHANGE_BYTES = 4 * 1024 * 1024
"""Size of snapshots that are worth a change of the store at once."""

_METRICS = b'"metrics":[{'
"""What a snapshot has in it that has metrics; one may have it without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Period:
    since: datetime | None
    until: datetime | None

    def has(self, attempt: Attempt, ended_at: datetime | None) -> bool:
        """Whether the metrics of an attempt are from it: they are as old as its end."""
        at = attempt.ended_at or ended_at
        is_early = self.since is not None and (at is None or at < self.since)
        return not is_early and (self.until is None or (at is not None and at <= self.until))


class PurgeMetrics:
    """Removes page after page, those of the oldest executions first."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def run(self, request: Request) -> NativeResult:
        """Remove what the task asks for."""
        asked = request.properties
        asked_flow(asked)
        period = _Period(since=asked_date(asked, "startDate"), until=asked_date(asked, "endDate"))
        count = 0
        async for page in self._pages((*asked_flows(asked), *_overlapping(period))):
            count += await self._purge(page, period)
        return NativeResult(outputs={"count": count})

    async def _pages(
        self, conditions: Sequence[Condition]
    ) -> AsyncIterator[Sequence[ExecutionSummary]]:
        """All executions; each page begins where the one before ended, at any depth at once."""
        since: datetime | None = None
        passed = 0
        while True:
            later = [] if since is None else [_compares(DateField.CREATED, ">=", since)]
            where = ExecutionFilter(conditions=(*conditions, *later))
            page = await self._store.find_executions(
                where, sort="created", limit=PAGE_SIZE, offset=passed
            )
            if not page:
                return
            yield page
            last = page[-1].created_at
            alike_count = sum(one.created_at == last for one in page)
            passed = alike_count + (passed if last == since else 0)
            since = last

    async def _purge(self, page: Sequence[ExecutionSummary], period: _Period) -> int:
        count = 0
        counts: dict[str, int] = {}
        changes: list[SnapshotChange] = []
        for summary in page:
            archived = await self._store.execution(summary.id)
            if archived is None or _METRICS not in archived.snapshot:
                continue
            after, removed_count = _without(archived.snapshot, period, summary.ended_at)
            if not removed_count:
                continue
            counts[summary.id] = removed_count
            changes.append(
                SnapshotChange(execution_id=summary.id, before=archived.snapshot, after=after)
            )
            if sum(len(change.before) for change in changes) >= CHANGE_BYTES:
                count += await self._change(changes, counts)
                changes = []
        return count + await self._change(changes, counts)

    async def _change(self, changes: Sequence[SnapshotChange], counts: Mapping[str, int]) -> int:
        changed = await self._store.change_snapshots(changes) if changes else ()
        return sum(counts[execution_id] for execution_id in changed)


def _without(before: bytes, period: _Period, ended_at: datetime | None) -> tuple[bytes, int]:
    """A snapshot without the metrics of a period, and how many those were."""
    execution = restore(before)
    count = 0
    for run in execution.task_runs.values():
        for attempt in run.attempts:
            if attempt.metrics and period.has(attempt, ended_at):
                count += len(attempt.metrics)
                attempt.metrics = []
    return snapshot(execution) if count else before, count


def _overlapping(period: _Period) -> Sequence[Condition]:
    conditions = []
    if period.since is not None:
        conditions.append(_compares(DateField.ENDED, ">=", period.since))
    if period.until is not None:
        conditions.append(_compares(DateField.CREATED, "<=", period.until))
    return conditions


def _compares(field: DateField, sign: str, at: datetime) -> DateCompares:
    return DateCompares(field=field, comparison=Comparison(sign), at=at)
