"""Triggers: read, switch on and off, run again for past dates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from lanner_proto.connection import Connection
from lanner_proto.v1 import trigger_pb2
from lanner_proto.v1.trigger_pb2_grpc import TriggerServiceStub
from lanner_proto.values import to_struct, to_timestamp


class TriggerCalls(Connection):
    """Calls of `lanner.v1.TriggerService`."""

    async def list_triggers(
        self, *, namespace: str = "", flow_id: str = "", limit: int = 0, offset: int = 0
    ) -> trigger_pb2.ListTriggersResponse:
        """Triggers in order of namespace, flow and id, and how many match."""
        request = trigger_pb2.ListTriggersRequest(
            namespace=namespace, flow_id=flow_id, limit=limit, offset=offset
        )
        return await self._unary(
            lambda channel: TriggerServiceStub(channel).ListTriggers, request, may_repeat=True
        )

    async def set_trigger_enabled(
        self, key: trigger_pb2.TriggerKey, *, is_enabled: bool
    ) -> trigger_pb2.Trigger:
        """Switch a trigger on or off.

        Raises:
            NotFound: No such trigger.
        """
        request = trigger_pb2.SetTriggerEnabledRequest(key=key, is_enabled=is_enabled)
        response = await self._unary(
            lambda channel: TriggerServiceStub(channel).SetTriggerEnabled, request, may_repeat=True
        )
        return response.trigger

    async def create_backfill(
        self,
        key: trigger_pb2.TriggerKey,
        *,
        start: datetime,
        end: datetime | None = None,
        inputs: Mapping[str, object] | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> trigger_pb2.Trigger:
        """Start one execution for each date of the schedule from `start` to `end` (absent: now).

        Raises:
            InvalidInput: Not a schedule, no date in the range, or more than 10,000.
            AlreadyExists: A backfill of it runs.
        """
        request = trigger_pb2.CreateBackfillRequest(
            key=key,
            start=to_timestamp(start),
            end=to_timestamp(end) if end else None,
            inputs=to_struct(inputs or {}),
            labels=labels,
        )
        response = await self._unary(
            lambda channel: TriggerServiceStub(channel).CreateBackfill, request, may_repeat=False
        )
        return response.trigger

    async def delete_backfill(self, key: trigger_pb2.TriggerKey) -> trigger_pb2.Trigger:
        """End a backfill; executions that run go on.

        Raises:
            NotFound: None runs.
        """
        request = trigger_pb2.DeleteBackfillRequest(key=key)
        response = await self._unary(
            lambda channel: TriggerServiceStub(channel).DeleteBackfill, request, may_repeat=False
        )
        return response.trigger
