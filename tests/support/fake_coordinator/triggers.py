"""The fake TriggerService."""

from __future__ import annotations

from typing import Any

import grpc
import grpc.aio

from lanner_proto.v1 import trigger_pb2, trigger_pb2_grpc
from tests.support.fake_coordinator.state import FakeState

Context = grpc.aio.ServicerContext[Any, Any]


class FakeTriggerService(trigger_pb2_grpc.TriggerServiceServicer):
    """Serves the triggers of the state; a backfill is set and never goes on by itself."""

    def __init__(self, state: FakeState) -> None:
        self._state = state

    async def ListTriggers(
        self, request: trigger_pb2.ListTriggersRequest, context: Context
    ) -> trigger_pb2.ListTriggersResponse:
        await self._state.enter("ListTriggers", request, context)
        prefix = request.namespace.removesuffix(".*")
        matching = [
            trigger
            for (namespace, flow_id, _), trigger in sorted(self._state.triggers.items())
            if namespace.startswith(prefix) and request.flow_id in ("", flow_id)
        ]
        end = request.offset + (request.limit or 100)
        return trigger_pb2.ListTriggersResponse(
            triggers=matching[request.offset : end], total_count=len(matching)
        )

    async def SetTriggerEnabled(
        self, request: trigger_pb2.SetTriggerEnabledRequest, context: Context
    ) -> trigger_pb2.SetTriggerEnabledResponse:
        await self._state.enter("SetTriggerEnabled", request, context)
        trigger = await self._find(request.key, context)
        trigger.is_enabled = request.is_enabled
        return trigger_pb2.SetTriggerEnabledResponse(trigger=trigger)

    async def CreateBackfill(
        self, request: trigger_pb2.CreateBackfillRequest, context: Context
    ) -> trigger_pb2.CreateBackfillResponse:
        await self._state.enter("CreateBackfill", request, context)
        trigger = await self._find(request.key, context)
        if trigger.HasField("backfill"):
            await context.abort(
                grpc.StatusCode.ALREADY_EXISTS,
                f'a backfill of trigger "{request.key.trigger_id}" runs',
            )
        trigger.backfill.CopyFrom(
            trigger_pb2.Backfill(
                start=request.start, end=request.end, current=request.start, total_count=3
            )
        )
        return trigger_pb2.CreateBackfillResponse(trigger=trigger)

    async def DeleteBackfill(
        self, request: trigger_pb2.DeleteBackfillRequest, context: Context
    ) -> trigger_pb2.DeleteBackfillResponse:
        await self._state.enter("DeleteBackfill", request, context)
        trigger = await self._find(request.key, context)
        if not trigger.HasField("backfill"):
            await context.abort(
                grpc.StatusCode.NOT_FOUND,
                f'no backfill of trigger "{request.key.trigger_id}" runs',
            )
        trigger.ClearField("backfill")
        return trigger_pb2.DeleteBackfillResponse(trigger=trigger)

    async def _find(self, key: trigger_pb2.TriggerKey, context: Context) -> trigger_pb2.Trigger:
        trigger = self._state.triggers.get((key.namespace, key.flow_id, key.trigger_id))
        if trigger is None:
            await context.abort(
                grpc.StatusCode.NOT_FOUND,
                f'flow "{key.namespace}/{key.flow_id}" has no trigger "{key.trigger_id}"',
            )
        return trigger
