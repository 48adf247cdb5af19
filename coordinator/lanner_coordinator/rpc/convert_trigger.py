"""Triggers on the wire."""

from __future__ import annotations

from lanner_coordinator.rpc.convert_values import date_out, values_in
from lanner_coordinator.rpc.limits import given_labels, required
from lanner_coordinator.runtime.errors import InvalidRequest
from lanner_coordinator.runtime.schedule.records import TriggerKey
from lanner_coordinator.runtime.schedule.triggers import NewBackfill, TriggerView
from lanner_coordinator.store.trigger_records import BackfillRecord
from lanner_proto.v1 import trigger_pb2
from lanner_proto.values import from_timestamp


def key_in(key: trigger_pb2.TriggerKey) -> TriggerKey:
    """Which trigger a client means.

    Raises:
        InvalidRequest: A part of it is missing.
    """
    return (
        required("key.namespace", key.namespace),
        required("key.flow_id", key.flow_id),
        required("key.trigger_id", key.trigger_id),
    )


def backfill_in(request: trigger_pb2.CreateBackfillRequest) -> NewBackfill:
    """What a client wants to be made up for.

    Raises:
        InvalidRequest: It has no start.
    """
    if not request.HasField("start"):
        raise InvalidRequest("`start` is missing")
    return NewBackfill(
        key=key_in(request.key),
        start=from_timestamp(request.start),
        end=from_timestamp(request.end) if request.HasField("end") else None,
        inputs=values_in(request.inputs),
        labels=given_labels(request.labels),
    )


def trigger_out(view: TriggerView) -> trigger_pb2.Trigger:
    """One trigger."""
    record, schedule = view.record, view.schedule
    return trigger_pb2.Trigger(
        key=trigger_pb2.TriggerKey(
            namespace=record.namespace, flow_id=record.flow_id, trigger_id=record.trigger_id
        ),
        type=view.trigger.type if view.trigger else "",
        is_enabled=view.is_enabled,
        condition=view.condition,
        timezone=schedule.timing.timezone if schedule else "",
        next_at=date_out(record.next_at),
        last_at=date_out(record.last_at),
        running_execution_id=record.running_execution_id,
        backfill=_backfill(record.backfill) if record.backfill else None,
        activity=view.activity,
        polled_at=date_out(record.polled_at),
        poll_error=record.poll_error,
    )


def _backfill(backfill: BackfillRecord) -> trigger_pb2.Backfill:
    return trigger_pb2.Backfill(
        start=date_out(backfill.start),
        end=date_out(backfill.end),
        current=date_out(backfill.current),
        total_count=backfill.total_count,
        done_count=backfill.done_count,
    )
