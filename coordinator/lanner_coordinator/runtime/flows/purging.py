"""Removes old revisions of flows, but none that an execution needs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lanner_coordinator.runtime.flows.plans import RevisionKey
from lanner_coordinator.runtime.flows.registry import FlowRegistry
from lanner_coordinator.runtime.group import LiveEntry
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import Commit, FlowRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Behavior:
    """Which of a flow's revisions go, never the newest; all others where nothing is given.

    Attributes:
        keep_count: The newest that stay.
        before: Those from until then go; not together with `keep_count`.
    """

    keep_count: int | None = None
    before: datetime | None = None

    def chosen(self, newest_first: Sequence[FlowRecord]) -> Sequence[FlowRecord]:
        """Those that go."""
        old = newest_first[self.keep_count or 1 :]
        return [one for one in old if self.before is None or one.applied_at <= self.before]


class RevisionPurger:
    """Removes revisions, flow by flow. Methods belong to the event loop's thread."""

    def __init__(self, *, store: Store, flows: FlowRegistry, live: Mapping[str, LiveEntry]) -> None:
        self._store = store
        self._flows = flows
        self._live = live
        self._purging = asyncio.Lock()

    def flows(self) -> Sequence[tuple[str, str]]:
        """Namespace and id of each flow that is not deleted."""
        return sorted(self._flows.keys())

    async def purge(self, namespace: str, flow_id: str, behavior: Behavior) -> int:
        """Remove revisions of a flow, durable; how many.

        Those that executions are of, live or archived, stay.

        Raises:
            NotFound: There never was such a flow.
        """
        # A caller that goes away must not part what is durable from what is in memory.
        return await asyncio.shield(self._purge(namespace, flow_id, behavior))

    async def _purge(self, namespace: str, flow_id: str, behavior: Behavior) -> int:
        async with self._purging:
            chosen = behavior.chosen(await self._flows.revisions(namespace, flow_id))
            if not chosen:
                return 0
            keys = {(namespace, flow_id, record.revision) for record in chosen}
            keys -= await self._archived(namespace, flow_id)
            withheld = self._flows.withhold(keys - self._alive(namespace, flow_id))
            try:
                # An execution may have begun and ended since the archive was asked.
                gone = set(withheld)
                if gone:
                    gone -= await self._archived(namespace, flow_id)
                if gone:
                    await self._store.commit(Commit(removed_revisions=sorted(gone)))
            finally:
                self._flows.release(withheld)
            return len(gone)

    async def _archived(self, namespace: str, flow_id: str) -> set[RevisionKey]:
        numbers = await self._store.executed_revisions(namespace, flow_id)
        return {(namespace, flow_id, number) for number in numbers}

    def _alive(self, namespace: str, flow_id: str) -> set[RevisionKey]:
        return {
            (namespace, flow_id, entry.live.execution.flow_revision)
            for entry in self._live.values()
            if entry.flow_id == (namespace, flow_id)
        }
