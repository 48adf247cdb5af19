"""Finds the execution that somebody means: by id, by the start of one, `@latest`, `@failed`."""

from __future__ import annotations

from lanner_coordinator.engine.state import State
from lanner_coordinator.runtime.archive import summarize
from lanner_coordinator.runtime.clock import Clock
from lanner_coordinator.runtime.errors import NotFound
from lanner_coordinator.runtime.executor import Executor
from lanner_coordinator.runtime.ids import ID_LENGTH
from lanner_coordinator.store.filter import ExecutionFilter
from lanner_coordinator.store.filter.tree import StateIs
from lanner_coordinator.store.protocol import Store

LATEST = "@latest"
"""The execution that was created last."""

FAILED = "@failed"
"""The execution that was created last among those that are FAILED now."""

PAGE_SIZE = 20
"""Archived executions that are looked at together for the newest one."""

_MARKS = {
    LATEST: ExecutionFilter(),
    FAILED: ExecutionFilter(conditions=(StateIs(state=State.FAILED),)),
}


class References:
    """Knows which execution is meant."""

    def __init__(self, *, store: Store, executor: Executor, clock: Clock) -> None:
        self._store = store
        self._executor = executor
        self._clock = clock

    async def resolve(self, reference: str) -> str:
        """Id of the execution that is meant.

        Raises:
            NotFound: There is none, or the start of an id is that of several.
        """
        if reference in _MARKS:
            return await self._newest(reference)
        if reference in self._executor.entries:
            return reference
        if not reference or len(reference) > ID_LENGTH:
            raise NotFound(f'no execution has the id "{reference}"')
        found = {live_id for live_id in self._executor.entries if live_id.startswith(reference)}
        # One that is archived and live again is found twice: three tell one from several.
        found.update(await self._store.execution_ids(reference, limit=3))
        if reference in found:
            return reference
        if len(found) > 1:
            raise NotFound(f'several executions have an id that starts with "{reference}"')
        if not found:
            raise NotFound(f'no execution has the id "{reference}"')
        return found.pop()

    async def _newest(self, mark: str) -> str:
        where, now = _MARKS[mark], self._clock.now()
        candidates = [
            entry.id
            for entry in self._executor.entries.values()
            if where.matches(summarize(entry.live.execution), now)
        ]
        archived = await self._newest_archived(where)
        if archived:
            candidates.append(archived)
        if not candidates:
            what = "has FAILED" if mark == FAILED else "was ever started"
            raise NotFound(f"no execution {what}")
        return max(candidates)

    async def _newest_archived(self, where: ExecutionFilter) -> str:
        """The newest archived execution that is not live again; empty: none."""
        offset = 0
        while page := await self._store.find_executions(
            where, sort="-created", limit=PAGE_SIZE, offset=offset
        ):
            for row in page:
                if row.id not in self._executor.entries:
                    return row.id
            offset += len(page)
        return ""
