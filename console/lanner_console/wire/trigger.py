"""Triggers and backfills."""

from __future__ import annotations

from lanner_console.models import BackfillView, Page, TriggerKey, TriggerRow
from lanner_console.wire.state import instant
from lanner_proto.v1 import trigger_pb2


def key_message(key: TriggerKey) -> trigger_pb2.TriggerKey:
    """A key for the wire."""
    return trigger_pb2.TriggerKey(
        namespace=key.namespace, flow_id=key.flow_id, trigger_id=key.trigger_id
    )


def backfill(message: trigger_pb2.Backfill) -> BackfillView:
    """A backfill that runs."""
    return BackfillView(
        start=instant(message.start, is_set=message.HasField("start")),
        end=instant(message.end, is_set=message.HasField("end")),
        current=instant(message.current, is_set=message.HasField("current")),
        total_count=message.total_count,
        done_count=message.done_count,
    )


def row(message: trigger_pb2.Trigger) -> TriggerRow:
    """A trigger."""
    key = TriggerKey(
        namespace=message.key.namespace,
        flow_id=message.key.flow_id,
        trigger_id=message.key.trigger_id,
    )
    return TriggerRow(
        key=key,
        type=message.type,
        is_enabled=message.is_enabled,
        condition=message.condition,
        timezone=message.timezone,
        next_at=instant(message.next_at, is_set=message.HasField("next_at")),
        last_at=instant(message.last_at, is_set=message.HasField("last_at")),
        running_execution_id=message.running_execution_id,
        backfill=backfill(message.backfill) if message.HasField("backfill") else None,
        activity=message.activity,
        polled_at=instant(message.polled_at, is_set=message.HasField("polled_at")),
        poll_error=message.poll_error,
    )


def page(message: trigger_pb2.ListTriggersResponse) -> Page[TriggerRow]:
    """A page of the list of triggers."""
    return Page(rows=tuple(map(row, message.triggers)), total_count=message.total_count)
