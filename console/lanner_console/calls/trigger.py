"""Triggers and backfills: asked over gRPC, answered in view models."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from lanner_console.calls.asker import Asker
from lanner_console.models import Page, TriggerKey, TriggerRow
from lanner_console.wire import trigger as wire


class TriggerCalls(Asker):
    """The part of `ConsoleClient` about triggers and backfills."""

    async def list_triggers(
        self, *, namespace: str = "", flow_id: str = "", limit: int = 100, offset: int = 0
    ) -> Page[TriggerRow]:
        """A page of the triggers."""
        response = await self._client.list_triggers(
            namespace=namespace, flow_id=flow_id, limit=limit, offset=offset
        )
        return wire.page(response)

    async def set_trigger_enabled(self, key: TriggerKey, *, is_enabled: bool) -> TriggerRow:
        """Switch a trigger on or off."""
        return wire.row(
            await self._client.set_trigger_enabled(wire.key_message(key), is_enabled=is_enabled)
        )

    async def create_backfill(
        self,
        key: TriggerKey,
        *,
        start: datetime,
        end: datetime | None = None,
        inputs: Mapping[str, object] | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> TriggerRow:
        """Start executions for past dates."""
        started = await self._client.create_backfill(
            wire.key_message(key), start=start, end=end, inputs=inputs, labels=labels
        )
        return wire.row(started)

    async def delete_backfill(self, key: TriggerKey) -> TriggerRow:
        """End a backfill."""
        return wire.row(await self._client.delete_backfill(wire.key_message(key)))
