"""What a change of a flow means to the records of its triggers. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from lanner_coordinator.flow.model import Flow, Trigger
from lanner_coordinator.runtime.flow_triggers.misses import watched
from lanner_coordinator.runtime.flow_triggers.topics import states_of, topics_of
from lanner_coordinator.runtime.flows.changes import FlowChange, TriggerChanges
from lanner_coordinator.runtime.polling import steps as poll_steps
from lanner_coordinator.runtime.polling.definition import is_polling, poll_of
from lanner_coordinator.runtime.schedule import steps
from lanner_coordinator.runtime.schedule.definition import Schedule, schedule_of
from lanner_coordinator.runtime.schedule.records import TriggerKey, TriggerRecords, key_of
from lanner_coordinator.store.trigger_records import TriggerRecord


def keys_of(change: FlowChange, records: TriggerRecords) -> set[TriggerKey]:
    """Keys of all triggers that a flow has before or after a change."""
    namespace, flow_id = change.namespace, change.flow_id
    keys = {key_of(record) for record in records.of_flow(namespace, flow_id)}
    if change.after is not None:
        keys |= {(namespace, flow_id, trigger.id) for trigger in change.after.triggers}
    return keys


def followed(
    change: FlowChange, records: Sequence[TriggerRecord], now: datetime, default_timezone: str
) -> TriggerChanges:
    """Records that a change of a flow makes, changes and removes.

    Args:
        change: Of the flow.
        records: Of its triggers, as they are.
        now: From here on new dates count.
        default_timezone: Of schedules that name none.
    """
    flow = change.after
    ids = [trigger.id for trigger in flow.triggers] if flow else []
    known = {record.trigger_id: record for record in records}
    changed = []
    for trigger in flow.triggers if flow else ():
        trigger_id = trigger.id
        record = known.get(trigger_id) or TriggerRecord(
            namespace=change.namespace, flow_id=change.flow_id, trigger_id=trigger_id
        )
        record = described(record, trigger, is_idle=bool(flow and flow.is_disabled))
        if is_polling(trigger.type):
            poll = poll_of(flow, trigger_id)
            changed.append(
                poll_steps.applied(record, poll_of(change.before, trigger_id), poll, now)
            )
            continue
        before = readable(change.before, trigger_id, default_timezone)
        after = readable(flow, trigger_id, default_timezone)
        record = poll_steps.forgotten(steps.applied(record, before, after, now))
        if after is None:
            record = watched(record, trigger, now, default_timezone)
        changed.append(record)
    removed = [key_of(record) for record in records if record.trigger_id not in ids]
    return TriggerChanges(changed=changed, removed=removed)


def described(record: TriggerRecord, trigger: Trigger, *, is_idle: bool) -> TriggerRecord:
    """The record with what must be known of a trigger without reading its flow.

    Args:
        record: As it is.
        trigger: As the flow has it.
        is_idle: The flow takes no new executions.
    """
    is_idle = is_idle or trigger.is_disabled
    names = {one.id: one.parts for one in trigger.preconditions}
    return replace(
        record,
        type=trigger.type,
        topics=() if is_idle else topics_of(trigger),
        states=states_of(trigger),
        stop_after=tuple(trigger.stop_after),
        windows=tuple(
            replace(one, met={name: met for name, met in one.met.items() if name in parts})
            for one in record.windows
            if (parts := names.get(one.precondition_id)) is not None
        ),
    )


def readable(flow: Flow | None, trigger_id: str, default_timezone: str) -> Schedule | None:
    """A schedule, unless what the source says of it makes no sense."""
    try:
        return schedule_of(flow, trigger_id, default_timezone) if flow else None
    except ValueError:
        return None
