"""Batches: asked over gRPC, answered in view models."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from lanner_console.calls.asker import Asker
from lanner_console.models import (
    NO_DETAILS,
    ActDetails,
    BatchAct,
    BatchControl,
    BatchItemRow,
    BatchPreview,
    BatchSelection,
    BatchView,
    ItemOutcome,
    Page,
)
from lanner_console.wire import batch as wire
from lanner_proto.v1 import batch_pb2


class BatchCalls(Asker):
    """The part of `ConsoleClient` about batches."""

    async def preview_batch(self, act: BatchAct, selection: BatchSelection) -> BatchPreview:
        """What a batch would do."""
        response = await self._client.preview_batch(
            wire.NUMBER_OF_ACT[act], wire.selection_message(selection)
        )
        return wire.preview(response)

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
        """Start a batch."""
        created = await self._client.create_batch(
            wire.NUMBER_OF_ACT[act],
            wire.selection_message(selection),
            max_parallel=max_parallel,
            reason=reason,
            request_id=request_id,
            details=wire.details_message(details),
        )
        return wire.view(created)

    async def get_batch(self, batch_id: str) -> BatchView:
        """A batch as it is now."""
        return wire.view(await self._client.get_batch(batch_id))

    async def list_batches(self, *, limit: int = 50, offset: int = 0) -> Page[BatchView]:
        """A page of the batches."""
        return wire.page(await self._client.list_batches(limit=limit, offset=offset))

    async def watch_batch(self, batch_id: str) -> AsyncGenerator[BatchView, None]:
        """A batch, at each change."""
        async with aclosing(self._client.watch_batch(batch_id)) as messages:
            async for message in messages:
                yield wire.view(message)

    async def list_batch_items(
        self,
        batch_id: str,
        *,
        outcome: ItemOutcome | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> Page[BatchItemRow]:
        """A page of the items of a batch."""
        response = await self._client.list_batch_items(
            batch_id,
            outcome=wire.NUMBER_OF_OUTCOME[outcome]
            if outcome
            else batch_pb2.BatchItem.OUTCOME_UNSPECIFIED,
            limit=limit,
            offset=offset,
        )
        return wire.item_page(response)

    async def control_batch(self, batch_id: str, control: BatchControl) -> BatchView:
        """Pause, resume or stop a batch."""
        return wire.view(
            await self._client.control_batch(batch_id, wire.NUMBER_OF_CONTROL[control])
        )
