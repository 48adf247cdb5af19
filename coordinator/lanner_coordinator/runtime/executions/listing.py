"""Lists of executions: live ones from memory and archived ones from the store, as one list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lanner_coordinator.runtime.archive import summarize
from lanner_coordinator.runtime.clock import Clock
from lanner_coordinator.runtime.errors import InvalidRequest
from lanner_coordinator.runtime.executor import Executor
from lanner_coordinator.store.filter import ExecutionFilter, FilterError, parse_filter
from lanner_coordinator.store.filter.glob import literal_glob
from lanner_coordinator.store.filter.tree import AnyOf, Not, TextField, TextMatches
from lanner_coordinator.store.ordering import in_order
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import ExecutionSummary
from lanner_coordinator.store.sorting import parse_sort

DEFAULT_SORT = "-created"
"""Newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionPage:
    """A part of a list.

    Attributes:
        rows: In order.
        total_count: Of all that match.
    """

    rows: Sequence[ExecutionSummary]
    total_count: int


class ExecutionLists:
    """Lists executions."""

    def __init__(self, *, store: Store, executor: Executor, clock: Clock) -> None:
        self._store = store
        self._executor = executor
        self._clock = clock

    def filter_of(self, text: str) -> ExecutionFilter:
        """The filter of its text; relative dates count from now.

        Raises:
            InvalidRequest: Says what is wrong and where.
        """
        try:
            return parse_filter(text, self._clock.now())
        except FilterError as error:
            raise InvalidRequest(str(error)) from error

    async def count(self, where: ExecutionFilter) -> int:
        """How many executions match, live and archived."""
        live = self._live(where)
        return len(live) + await self._store.count_executions(self._without_revived(where))

    async def page(
        self, where: ExecutionFilter, *, sort: str = "", limit: int, offset: int = 0
    ) -> ExecutionPage:
        """One page of the executions that match.

        Raises:
            InvalidRequest: There is no such order.
        """
        sort = sort or DEFAULT_SORT
        try:
            order = parse_sort(sort)
        except ValueError as error:
            raise InvalidRequest(str(error)) from error
        # Live ones first: what ends meanwhile is then found twice, never missed.
        live = self._live(where)
        archived_where = self._without_revived(where)
        skipped = max(0, offset - len(live))
        archived = await self._store.find_executions(
            archived_where, sort=sort, limit=limit + offset - skipped, offset=skipped
        )
        archived_count = await self._store.count_executions(archived_where)
        ended_meanwhile = {row.id for row in archived}
        live = [row for row in live if row.id not in ended_meanwhile]
        start = offset - skipped
        return ExecutionPage(
            rows=in_order([*live, *archived], order)[start : start + limit],
            total_count=len(live) + archived_count,
        )

    def _live(self, where: ExecutionFilter) -> Sequence[ExecutionSummary]:
        now = self._clock.now()
        summaries = (summarize(entry.live.execution) for entry in self._executor.entries.values())
        return [summary for summary in summaries if where.matches(summary, now)]

    def _without_revived(self, where: ExecutionFilter) -> ExecutionFilter:
        """The filter without archived executions that are live again."""
        revived = [
            entry.id for entry in self._executor.entries.values() if entry.is_archived_before
        ]
        if not revived:
            return where
        is_revived = AnyOf(
            conditions=tuple(
                TextMatches(field=TextField.ID, glob=literal_glob(revived_id))
                for revived_id in revived
            )
        )
        return replace(where, conditions=(*where.conditions, Not(condition=is_revived)))
