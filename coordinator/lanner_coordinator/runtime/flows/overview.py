"""Lists of flows, with what their last execution did and when they start next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from lanner_coordinator.flow.model import Flow
from lanner_coordinator.runtime.archive import summarize
from lanner_coordinator.runtime.errors import InvalidRequest
from lanner_coordinator.runtime.executor import Executor
from lanner_coordinator.runtime.flows.changes import TriggerKeeper
from lanner_coordinator.runtime.flows.registry import FlowRegistry
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import ExecutionSummary, FlowRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowOverview:
    """A flow in a list.

    Attributes:
        record: Its current revision.
        flow: What it says; absent: it cannot be read any more.
        last: Its newest execution; absent: none.
        next_at: Earliest next date of its schedules; absent: none.
    """

    record: FlowRecord
    flow: Flow | None
    last: ExecutionSummary | None
    next_at: datetime | None


class FlowLists:
    """Lists flows."""

    def __init__(
        self, *, flows: FlowRegistry, store: Store, executor: Executor, keeper: TriggerKeeper
    ) -> None:
        self._flows = flows
        self._store = store
        self._executor = executor
        self._keeper = keeper
        self._outlines: dict[tuple[str, str], tuple[int, Flow]] = {}

    async def page(
        self, *, namespace: str, text: str, limit: int, offset: int
    ) -> tuple[Sequence[FlowOverview], int]:
        """A part of the flows that match, in order of namespace and id, and how many match.

        Args:
            namespace: Exact or, with a trailing `.*`, with those below it; empty: all.
            text: Part of the id or the namespace; empty: all.
            limit: At most so many.
            offset: So many are passed over.
        """
        matching = [
            record
            for record in self._flows.current()
            if is_in_namespace(record.namespace, namespace)
            and text.lower() in f"{record.namespace}/{record.flow_id}".lower()
        ]
        wanted = matching[offset : offset + limit]
        last = await self._last_executions(wanted)
        overviews = [
            FlowOverview(
                record=record,
                flow=await self._outline(record),
                last=last.get((record.namespace, record.flow_id)),
                next_at=self._keeper.next_at(record.namespace, record.flow_id),
            )
            for record in wanted
        ]
        return overviews, len(matching)

    async def _last_executions(
        self, records: Sequence[FlowRecord]
    ) -> dict[tuple[str, str], ExecutionSummary]:
        keys = [(record.namespace, record.flow_id) for record in records]
        archived = await self._store.last_executions(keys)
        last = {(row.namespace, row.flow_id): row for row in archived}
        wanted = set(keys)
        for entry in self._executor.entries.values():
            execution = entry.live.execution
            key = (execution.namespace, execution.flow_id)
            if key in wanted and (key not in last or last[key].id <= execution.id):
                last[key] = summarize(execution)
        return last

    async def _outline(self, record: FlowRecord) -> Flow | None:
        """What a list shows of a flow: remembered, so that a long list reads each source once."""
        key = (record.namespace, record.flow_id)
        known = self._outlines.get(key)
        if known is not None and known[0] == record.revision:
            return known[1]
        try:
            plan = await self._flows.plan(*key, record.revision)
        except InvalidRequest:
            return None
        flow = plan.flow
        outline = replace(flow, tasks=(), errors=(), inputs=(), outputs=(), source="")
        self._outlines[key] = (record.revision, outline)
        return outline


def is_in_namespace(namespace: str, wanted: str) -> bool:
    """Whether a namespace is asked for.

    Args:
        namespace: Which.
        wanted: Exact or, with a trailing `.*`, with those below it; empty: all.
    """
    if not wanted or namespace == wanted:
        return True
    parent = wanted.removesuffix(".*")
    if parent == wanted:
        return False
    return namespace == parent or namespace.startswith(f"{parent}.")
