"""The fake BatchService."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import grpc
import grpc.aio

from lanner_proto.v1 import batch_pb2, batch_pb2_grpc, execution_pb2, state_pb2
from lanner_proto.values import to_timestamp
from tests.support.fake_coordinator.data import ENDED_STATES
from tests.support.fake_coordinator.executions import RETRYABLE
from tests.support.fake_coordinator.filters import FilterError, matches
from tests.support.fake_coordinator.state import START, FakeState

Context = grpc.aio.ServicerContext[Any, Any]
ENDED_STATUSES = (batch_pb2.Batch.STATUS_ENDED, batch_pb2.Batch.STATUS_STOPPED)
STATUS_OF_CONTROL = {
    batch_pb2.ControlBatchRequest.CONTROL_PAUSE: batch_pb2.Batch.STATUS_PAUSED,
    batch_pb2.ControlBatchRequest.CONTROL_RESUME: batch_pb2.Batch.STATUS_RUNNING,
    batch_pb2.ControlBatchRequest.CONTROL_STOP: batch_pb2.Batch.STATUS_STOPPED,
}


class FakeBatchService(batch_pb2_grpc.BatchServiceServicer):
    """Makes batches with all items running; a test then writes how they go on."""

    def __init__(self, state: FakeState) -> None:
        self._state = state

    async def PreviewBatch(
        self, request: batch_pb2.PreviewBatchRequest, context: Context
    ) -> batch_pb2.PreviewBatchResponse:
        await self._state.enter("PreviewBatch", request, context)
        counts: dict[tuple[state_pb2.State.ValueType, str], int] = {}
        for row in await self._select(request.selection, context):
            key = (row.state, _refusal(request.act, row))
            counts[key] = counts.get(key, 0) + 1
        preview = batch_pb2.PreviewBatchResponse()
        for (state, reason), count in sorted(counts.items()):
            preview.groups.add(state=state, count=count, reason=reason)
            if reason:
                preview.refused_count += count
            else:
                preview.eligible_count += count
        return preview

    async def CreateBatch(
        self, request: batch_pb2.CreateBatchRequest, context: Context
    ) -> batch_pb2.CreateBatchResponse:
        await self._state.enter("CreateBatch", request, context)
        rows = await self._select(request.selection, context)
        if not rows:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "no execution matches")
        batch = batch_pb2.Batch(
            id=f"b-{len(self._state.batches) + 1}",
            act=request.act,
            status=batch_pb2.Batch.STATUS_RUNNING,
            reason=request.reason,
            created_at=to_timestamp(START),
            total_count=len(rows),
            max_parallel=request.max_parallel or 10,
        )
        items = [_item(request.act, row) for row in rows]
        batch.refused_count = sum(
            item.outcome == batch_pb2.BatchItem.OUTCOME_REFUSED for item in items
        )
        batch.running_count = len(rows) - batch.refused_count
        self._state.batches[batch.id] = batch
        self._state.batch_items[batch.id] = items
        return batch_pb2.CreateBatchResponse(batch=batch)

    async def GetBatch(
        self, request: batch_pb2.GetBatchRequest, context: Context
    ) -> batch_pb2.GetBatchResponse:
        await self._state.enter("GetBatch", request, context)
        return batch_pb2.GetBatchResponse(batch=await self._find(request.batch_id, context))

    async def ListBatches(
        self, request: batch_pb2.ListBatchesRequest, context: Context
    ) -> batch_pb2.ListBatchesResponse:
        await self._state.enter("ListBatches", request, context)
        newest_first = list(reversed(self._state.batches.values()))
        end = request.offset + (request.limit or 50)
        return batch_pb2.ListBatchesResponse(
            batches=newest_first[request.offset : end], total_count=len(newest_first)
        )

    async def WatchBatch(
        self, request: batch_pb2.WatchBatchRequest, context: Context
    ) -> AsyncIterator[batch_pb2.WatchBatchResponse]:
        await self._state.enter("WatchBatch", request, context)
        drops, count = self._state.drops, 0
        last = b""
        while True:
            batch = await self._find(request.batch_id, context)
            if last != (last := batch.SerializeToString()):
                yield batch_pb2.WatchBatchResponse(batch=batch)
                count += 1
                await self._state.sent("WatchBatch", count, context)
            if batch.status in ENDED_STATUSES:
                return
            await self._state.changed()
            if self._state.drops != drops:
                await context.abort(grpc.StatusCode.UNAVAILABLE, "the coordinator is stopping")

    async def ListBatchItems(
        self, request: batch_pb2.ListBatchItemsRequest, context: Context
    ) -> batch_pb2.ListBatchItemsResponse:
        await self._state.enter("ListBatchItems", request, context)
        await self._find(request.batch_id, context)
        matching = [
            item
            for item in self._state.batch_items[request.batch_id]
            if request.outcome in (0, item.outcome)
        ]
        end = request.offset + (request.limit or 100)
        return batch_pb2.ListBatchItemsResponse(
            items=matching[request.offset : end], total_count=len(matching)
        )

    async def ControlBatch(
        self, request: batch_pb2.ControlBatchRequest, context: Context
    ) -> batch_pb2.ControlBatchResponse:
        await self._state.enter("ControlBatch", request, context)
        batch = await self._find(request.batch_id, context)
        if batch.status in ENDED_STATUSES:
            await context.abort(grpc.StatusCode.FAILED_PRECONDITION, f"batch {batch.id} has ended")
        batch.status = STATUS_OF_CONTROL[request.control]
        self._state.notify()
        return batch_pb2.ControlBatchResponse(batch=batch)

    async def _find(self, batch_id: str, context: Context) -> batch_pb2.Batch:
        if batch_id not in self._state.batches:
            await context.abort(grpc.StatusCode.NOT_FOUND, f'there is no batch "{batch_id}"')
        return self._state.batches[batch_id]

    async def _select(
        self, selection: batch_pb2.BatchSelection, context: Context
    ) -> list[execution_pb2.ExecutionSummary]:
        rows = [execution.summary for execution in self._state.executions.values()]
        if selection.execution_ids:
            return [row for row in rows if row.id in selection.execution_ids]
        try:
            return [row for row in rows if matches(selection.filter, row)]
        except FilterError as error:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))


def _refusal(act: batch_pb2.BatchAct.ValueType, row: execution_pb2.ExecutionSummary) -> str:
    if act == batch_pb2.BATCH_ACT_RETRY:
        return "" if row.state in RETRYABLE else "only FAILED, KILLED and WARNING are retried"
    return "it has ended" if row.state in ENDED_STATES else ""


def _item(
    act: batch_pb2.BatchAct.ValueType, row: execution_pb2.ExecutionSummary
) -> batch_pb2.BatchItem:
    reason = _refusal(act, row)
    outcome = batch_pb2.BatchItem.OUTCOME_REFUSED if reason else batch_pb2.BatchItem.OUTCOME_RUNNING
    return batch_pb2.BatchItem(execution_id=row.id, outcome=outcome, message=reason)
