"""Batches: one act on many executions, carried out by the coordinator."""

from __future__ import annotations

import secrets
from collections.abc import AsyncGenerator
from contextlib import aclosing

from lanner_proto.connection import Connection
from lanner_proto.v1 import batch_pb2
from lanner_proto.v1.batch_pb2_grpc import BatchServiceStub


class BatchCalls(Connection):
    """Calls of `lanner.v1.BatchService`."""

    async def preview_batch(
        self, act: batch_pb2.BatchAct.ValueType, selection: batch_pb2.BatchSelection
    ) -> batch_pb2.PreviewBatchResponse:
        """What a batch would do, without doing it.

        Raises:
            InvalidInput: The filter is wrong.
        """
        request = batch_pb2.PreviewBatchRequest(act=act, selection=selection)
        return await self._unary(
            lambda channel: BatchServiceStub(channel).PreviewBatch, request, may_repeat=True
        )

    async def create_batch(
        self,
        act: batch_pb2.BatchAct.ValueType,
        selection: batch_pb2.BatchSelection,
        *,
        max_parallel: int = 0,
        reason: str = "",
        request_id: str = "",
        details: batch_pb2.ActDetails | None = None,
    ) -> batch_pb2.Batch:
        """Freeze the set of executions, store the batch and start it.

        Args:
            act: What is done to each.
            selection: Ids, or a filter.
            max_parallel: Executions kept running at once; 0: 10.
            reason: Kept with the batch and in each execution's history.
            request_id: Idempotency key; without one, each call makes its own.
            details: What else the act needs to know.

        Raises:
            InvalidInput: Nothing matches, or more than 100,000 do.
        """
        request = batch_pb2.CreateBatchRequest(
            act=act,
            selection=selection,
            max_parallel=max_parallel,
            reason=reason,
            request_id=request_id or secrets.token_hex(16),
            details=details,
        )
        response = await self._unary(
            lambda channel: BatchServiceStub(channel).CreateBatch, request, may_repeat=True
        )
        return response.batch

    async def get_batch(self, batch_id: str) -> batch_pb2.Batch:
        """A batch as it is now.

        Raises:
            NotFound: No such batch.
        """
        request = batch_pb2.GetBatchRequest(batch_id=batch_id)
        response = await self._unary(
            lambda channel: BatchServiceStub(channel).GetBatch, request, may_repeat=True
        )
        return response.batch

    async def list_batches(
        self, *, limit: int = 0, offset: int = 0
    ) -> batch_pb2.ListBatchesResponse:
        """Batches, newest first, and how many there are."""
        request = batch_pb2.ListBatchesRequest(limit=limit, offset=offset)
        return await self._unary(
            lambda channel: BatchServiceStub(channel).ListBatches, request, may_repeat=True
        )

    async def watch_batch(self, batch_id: str) -> AsyncGenerator[batch_pb2.Batch, None]:
        """The batch now, then at each change, until it has ended.

        Raises:
            NotFound: No such batch.
            Unavailable: There is no link, or it was not back in time.
        """
        request = batch_pb2.WatchBatchRequest(batch_id=batch_id)
        messages = self._stream(
            lambda channel: BatchServiceStub(channel).WatchBatch, lambda: request
        )
        async with aclosing(messages):
            async for message in messages:
                yield message.batch

    async def list_batch_items(
        self,
        batch_id: str,
        *,
        outcome: batch_pb2.BatchItem.Outcome.ValueType = batch_pb2.BatchItem.OUTCOME_UNSPECIFIED,
        limit: int = 0,
        offset: int = 0,
    ) -> batch_pb2.ListBatchItemsResponse:
        """What became of each execution of a batch, and how many match.

        Raises:
            NotFound: No such batch.
        """
        request = batch_pb2.ListBatchItemsRequest(
            batch_id=batch_id, outcome=outcome, limit=limit, offset=offset
        )
        return await self._unary(
            lambda channel: BatchServiceStub(channel).ListBatchItems, request, may_repeat=True
        )

    async def control_batch(
        self, batch_id: str, control: batch_pb2.ControlBatchRequest.Control.ValueType
    ) -> batch_pb2.Batch:
        """Pause, resume or stop a batch.

        Raises:
            NotFound: No such batch.
            WrongState: It has ended.
        """
        request = batch_pb2.ControlBatchRequest(batch_id=batch_id, control=control)
        response = await self._unary(
            lambda channel: BatchServiceStub(channel).ControlBatch, request, may_repeat=False
        )
        return response.batch
