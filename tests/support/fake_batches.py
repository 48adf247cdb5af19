"""Batches of the console's fake client, and which executions a selection means."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec

from lanner_console.models import (
    NO_DETAILS,
    ActDetails,
    BatchAct,
    BatchControl,
    BatchGroup,
    BatchItemRow,
    BatchPreview,
    BatchSelection,
    BatchStatus,
    BatchView,
    ExecutionDetail,
    ExecutionRow,
    ItemOutcome,
    Page,
    State,
)

RETRIED_STATES = (State.FAILED, State.KILLED, State.WARNING)


class FakeBatches:
    """The part of the fake about batches; `batches` holds them by id, `items` those of any."""

    executions: dict[str, ExecutionDetail]
    batches: dict[str, BatchView]
    items: list[BatchItemRow]

    async def _called(self, name: str, *arguments: Any) -> None:
        """Note a call."""

    async def _next_change(self) -> None:
        """Wait until the streams are to look again."""

    async def notify(self) -> None:
        """Have the streams look again."""

    async def preview_batch(self, act: BatchAct, selection: BatchSelection) -> BatchPreview:
        await self._called("preview_batch", act, selection)
        rows = self._selected(selection)
        groups: dict[tuple[State, str], int] = {}
        for row in rows:
            reason = refusal(act, row.state)
            groups[row.state, reason] = groups.get((row.state, reason), 0) + 1
        refused = sum(count for (_, reason), count in groups.items() if reason)
        return BatchPreview(
            eligible_count=len(rows) - refused,
            refused_count=refused,
            groups=tuple(
                BatchGroup(state=state, count=count, reason=reason)
                for (state, reason), count in groups.items()
            ),
        )

    async def create_batch(
        self,
        act: BatchAct,
        selection: BatchSelection,
        *,
        max_parallel: int = 0,
        reason: str = "",
        request_id: str = "",
        details: ActDetails = NO_DETAILS,
    ) -> BatchView:
        await self._called("create_batch", act, selection, max_parallel, reason, request_id)
        batch = BatchView(
            id=f"b-{len(self.batches) + 1}",
            act=act,
            status=BatchStatus.RUNNING,
            reason=reason,
            total_count=len(self._selected(selection)),
            max_parallel=max_parallel,
        )
        self.batches[batch.id] = batch
        return batch

    def _selected(self, selection: BatchSelection) -> list[ExecutionRow]:
        rows = [one.row for one in self.executions.values()]
        if selection.execution_ids:
            return [row for row in rows if row.id in selection.execution_ids]
        return [row for row in rows if matches(row, selection.filter_text)]

    async def get_batch(self, batch_id: str) -> BatchView:
        await self._called("get_batch", batch_id)
        return self.batches[batch_id]

    async def list_batches(self, *, limit: int = 50, offset: int = 0) -> Page[BatchView]:
        await self._called("list_batches")
        return Page(rows=tuple(self.batches.values()), total_count=len(self.batches))

    async def watch_batch(self, batch_id: str) -> AsyncIterator[BatchView]:
        await self._called("watch_batch", batch_id)
        while True:
            yield self.batches[batch_id]
            if self.batches[batch_id].status.has_ended:
                return
            await self._next_change()

    async def list_batch_items(
        self,
        batch_id: str,
        *,
        outcome: ItemOutcome | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> Page[BatchItemRow]:
        await self._called("list_batch_items", batch_id, outcome)
        rows = [item for item in self.items if outcome in (None, item.outcome)]
        return Page(rows=tuple(rows[:limit]), total_count=len(rows))

    async def control_batch(self, batch_id: str, control: BatchControl) -> BatchView:
        await self._called("control_batch", batch_id, control)
        statuses = {
            BatchControl.PAUSE: BatchStatus.PAUSED,
            BatchControl.RESUME: BatchStatus.RUNNING,
            BatchControl.STOP: BatchStatus.STOPPED,
        }
        batch = msgspec.structs.replace(self.batches[batch_id], status=statuses[control])
        self.batches[batch_id] = batch
        await self.notify()
        return batch


def matches(row: ExecutionRow, filter_text: str) -> bool:
    """Understand as much of the filter language as the tests of screens need."""
    for term in filter_text.split():
        key, _, value = term.partition(":")
        known = {"state": row.state, "ns": row.namespace, "flow": row.flow_id}
        if key in known and known[key] not in value.split(","):
            return False
        if key == "-id" and row.id in value.split(","):
            return False
    return True


def refusal(act: BatchAct, state: State) -> str:
    if act is BatchAct.KILL:
        return "it has ended" if state.is_terminal else ""
    if act is BatchAct.UNQUEUE:
        return "" if state is State.QUEUED else f"it is not queued ({state})"
    if act is BatchAct.FORCE_RUN:
        return f"it has already ended ({state})" if state.is_terminal else ""
    if act is not BatchAct.RETRY:
        return "" if state.is_terminal else f"it has not ended ({state})"
    return "" if state in RETRIED_STATES else f"{state} executions are not retried"
