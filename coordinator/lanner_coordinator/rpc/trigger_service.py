"""The TriggerService."""

from __future__ import annotations

from lanner_coordinator.rpc.convert_trigger import backfill_in, key_in, trigger_out
from lanner_coordinator.rpc.interceptor import Context
from lanner_coordinator.rpc.limits import page_limit, page_offset
from lanner_coordinator.runtime.schedule.triggers import Triggers
from lanner_proto.v1 import trigger_pb2, trigger_pb2_grpc


class TriggerService(trigger_pb2_grpc.TriggerServiceServicer):
    """Serves triggers; what each call means stands in `trigger.proto`."""

    def __init__(self, *, triggers: Triggers) -> None:
        self._triggers = triggers

    async def ListTriggers(
        self, request: trigger_pb2.ListTriggersRequest, context: Context
    ) -> trigger_pb2.ListTriggersResponse:
        """A page of triggers."""
        page, total_count = await self._triggers.page(
            namespace=request.namespace,
            flow_id=request.flow_id,
            limit=page_limit(request.limit, default=100, highest=1_000),
            offset=page_offset(request.offset),
        )
        return trigger_pb2.ListTriggersResponse(
            triggers=[trigger_out(view) for view in page], total_count=total_count
        )

    async def SetTriggerEnabled(
        self, request: trigger_pb2.SetTriggerEnabledRequest, context: Context
    ) -> trigger_pb2.SetTriggerEnabledResponse:
        """Enable or disable a trigger."""
        view = await self._triggers.set_enabled(key_in(request.key), is_enabled=request.is_enabled)
        return trigger_pb2.SetTriggerEnabledResponse(trigger=trigger_out(view))

    async def CreateBackfill(
        self, request: trigger_pb2.CreateBackfillRequest, context: Context
    ) -> trigger_pb2.CreateBackfillResponse:
        """Make up for dates of the past."""
        view = await self._triggers.create_backfill(backfill_in(request))
        return trigger_pb2.CreateBackfillResponse(trigger=trigger_out(view))

    async def DeleteBackfill(
        self, request: trigger_pb2.DeleteBackfillRequest, context: Context
    ) -> trigger_pb2.DeleteBackfillResponse:
        """End a backfill."""
        view = await self._triggers.delete_backfill(key_in(request.key))
        return trigger_pb2.DeleteBackfillResponse(trigger=trigger_out(view))
