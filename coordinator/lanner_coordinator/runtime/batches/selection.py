"""Which executions a batch is about, and what it would do to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass

from lanner_coordinator.engine.rules.eligibility import Act, refusal
from lanner_coordinator.engine.state import State
from lanner_coordinator.runtime.errors import InvalidRequest
from lanner_coordinator.runtime.executions.listing import ExecutionLists
from lanner_coordinator.store.filter import ExecutionFilter
from lanner_coordinator.store.filter.glob import literal_glob
from lanner_coordinator.store.filter.tree import AnyOf, TextField, TextMatches
from lanner_coordinator.store.records import ExecutionSummary

BATCH_LIMIT = 100_000
"""Executions of one batch."""

PAGE_SIZE = 5_000
"""Executions that are read together."""

IDS_PAGE_SIZE = 200
"""Ids that are asked for together."""

NOT_THERE = "no execution has this id"
"""Why nothing can be done to an id that is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Executions, by id or by filter.

    Attributes:
        execution_ids: In order; empty: `filter_text` says which.
        filter_text: Filter language; empty: all, when there are no ids either.
        excluded_ids: Not these, though they match.
    """

    execution_ids: Sequence[str] = ()
    filter_text: str = ""
    excluded_ids: frozenset[str] = frozenset()

    @property
    def given_ids(self) -> Sequence[str]:
        """The ids that were given, each once."""
        ids = dict.fromkeys(self.execution_ids)
        return [one for one in ids if one not in self.excluded_ids]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewGroup:
    """Executions of one state to which one answer applies.

    Attributes:
        state: Absent: there are no executions of these ids.
        count: How many.
        reason: Empty: the act will be done. Otherwise why not.
    """

    state: State | None
    count: int
    reason: str


class Selector:
    """Finds executions for batches; each is found once, oldest first."""

    def __init__(self, lists: ExecutionLists) -> None:
        self._lists = lists

    async def ids(self, selection: Selection) -> Sequence[str]:
        """The executions of a batch: as they are given, or as the filter finds them now.

        Raises:
            InvalidRequest: The filter makes no sense, nothing matches, or too much does.
        """
        if selection.execution_ids:
            ids = selection.given_ids
        else:
            ids = [row.id async for rows in self._matching(selection) for row in rows]
        if not ids:
            raise InvalidRequest("no execution matches: there is nothing to do")
        if len(ids) > BATCH_LIMIT:
            raise InvalidRequest(_too_many())
        return ids

    async def preview(self, act: Act, selection: Selection) -> Sequence[PreviewGroup]:
        """What an act would do, by state and answer, largest groups first.

        Raises:
            InvalidRequest: As for `ids`, but for no match.
        """
        counts: Counter[tuple[State | None, str]] = Counter()
        async for rows in self._matching(selection):
            counts.update((row.state, refusal(act, row.state)) for row in rows)
        missing = len(selection.given_ids) - counts.total()
        if selection.execution_ids and missing > 0:
            counts[None, NOT_THERE] = missing
        return [
            PreviewGroup(state=state, count=count, reason=reason)
            for (state, reason), count in counts.most_common()
        ]

    async def _matching(
        self, selection: Selection
    ) -> AsyncGenerator[Sequence[ExecutionSummary], None]:
        if not selection.execution_ids:
            where = self._lists.filter_of(selection.filter_text)
            async for rows in self._pages(where):
                yield [row for row in rows if row.id not in selection.excluded_ids]
            return
        ids = selection.given_ids
        if len(ids) > BATCH_LIMIT:
            raise InvalidRequest(_too_many())
        for start in range(0, len(ids), IDS_PAGE_SIZE):
            async for rows in self._pages(_one_of(ids[start : start + IDS_PAGE_SIZE])):
                yield rows

    async def _pages(
        self, where: ExecutionFilter
    ) -> AsyncGenerator[Sequence[ExecutionSummary], None]:
        seen: set[str] = set()
        offset = 0
        while True:
            page = await self._lists.page(where, sort="created", limit=PAGE_SIZE, offset=offset)
            if page.total_count > BATCH_LIMIT:
                raise InvalidRequest(_too_many())
            # What ends meanwhile may move from one page to the next.
            fresh = [row for row in page.rows if row.id not in seen]
            seen.update(row.id for row in fresh)
            yield fresh
            offset += len(page.rows)
            if len(page.rows) < PAGE_SIZE:
                return


def _one_of(ids: Sequence[str]) -> ExecutionFilter:
    conditions = tuple(
        TextMatches(field=TextField.ID, glob=literal_glob(execution_id)) for execution_id in ids
    )
    return ExecutionFilter(conditions=(AnyOf(conditions=conditions),))


def _too_many() -> str:
    return f"more than {BATCH_LIMIT} executions match: narrow the filter"
