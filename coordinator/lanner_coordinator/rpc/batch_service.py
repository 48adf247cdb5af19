"""The BatchService."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing

from lanner_coordinator.rpc.callers import caller_of
from lanner_coordinator.rpc.convert_act import act_in, details_in
from lanner_coordinator.rpc.convert_batch import (
    batch_out,
    control_in,
    group_out,
    item_out,
    outcome_in,
    selection_in,
)
from lanner_coordinator.rpc.interceptor import Context
from lanner_coordinator.rpc.limits import page_limit, page_offset, required, short_text
from lanner_coordinator.runtime.batches.batches import Batches, NewBatch
from lanner_proto.v1 import batch_pb2, batch_pb2_grpc


class BatchService(batch_pb2_grpc.BatchServiceServicer):
    """Serves batches; what each call means stands in `batch.proto`."""

    def __init__(self, *, batches: Batches) -> None:
        self._batches = batches

    async def PreviewBatch(
        self, request: batch_pb2.PreviewBatchRequest, context: Context
    ) -> batch_pb2.PreviewBatchResponse:
        """What a batch would do."""
        groups = await self._batches.preview(act_in(request.act), selection_in(request.selection))
        return batch_pb2.PreviewBatchResponse(
            eligible_count=sum(group.count for group in groups if not group.reason),
            refused_count=sum(group.count for group in groups if group.reason),
            groups=[group_out(group) for group in groups],
        )

    async def CreateBatch(
        self, request: batch_pb2.CreateBatchRequest, context: Context
    ) -> batch_pb2.CreateBatchResponse:
        """Make a batch."""
        wanted = NewBatch(
            act=act_in(request.act),
            selection=selection_in(request.selection),
            max_parallel=request.max_parallel,
            details=details_in(request.details),
            reason=short_text("reason", request.reason),
            by=caller_of(context),
            request_id=request.request_id,
        )
        record = await self._batches.create(wanted)
        return batch_pb2.CreateBatchResponse(batch=batch_out(record))

    async def GetBatch(
        self, request: batch_pb2.GetBatchRequest, context: Context
    ) -> batch_pb2.GetBatchResponse:
        """One batch."""
        record = await self._batches.get(required("batch_id", request.batch_id))
        return batch_pb2.GetBatchResponse(batch=batch_out(record))

    async def ListBatches(
        self, request: batch_pb2.ListBatchesRequest, context: Context
    ) -> batch_pb2.ListBatchesResponse:
        """A page of batches."""
        records, total_count = await self._batches.page(
            limit=page_limit(request.limit, default=50, highest=1_000),
            offset=page_offset(request.offset),
        )
        return batch_pb2.ListBatchesResponse(
            batches=[batch_out(record) for record in records], total_count=total_count
        )

    async def WatchBatch(
        self, request: batch_pb2.WatchBatchRequest, context: Context
    ) -> AsyncIterator[batch_pb2.WatchBatchResponse]:
        """A batch and its changes."""
        records = self._batches.watch(required("batch_id", request.batch_id))
        async with aclosing(records):
            async for record in records:
                yield batch_pb2.WatchBatchResponse(batch=batch_out(record))

    async def ListBatchItems(
        self, request: batch_pb2.ListBatchItemsRequest, context: Context
    ) -> batch_pb2.ListBatchItemsResponse:
        """A page of a batch's executions."""
        items, total_count = await self._batches.items(
            required("batch_id", request.batch_id),
            outcome_in(request.outcome),
            limit=page_limit(request.limit, default=100, highest=1_000),
            offset=page_offset(request.offset),
        )
        return batch_pb2.ListBatchItemsResponse(
            items=[item_out(item) for item in items], total_count=total_count
        )

    async def ControlBatch(
        self, request: batch_pb2.ControlBatchRequest, context: Context
    ) -> batch_pb2.ControlBatchResponse:
        """Pause, resume or stop a batch."""
        record = await self._batches.control(
            required("batch_id", request.batch_id), control_in(request.control)
        )
        return batch_pb2.ControlBatchResponse(batch=batch_out(record))
