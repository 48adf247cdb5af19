"""Windows of flow triggers that end before everything in them was met. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from lanner_coordinator.flow.instants import format_instant
from lanner_coordinator.flow.model import Precondition, Trigger
from lanner_coordinator.store.trigger_records import TriggerRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A window that ended too early.

    Attributes:
        precondition: Whose window.
        end: Its last instant.
        error: What to say of it.
    """

    precondition: Precondition
    end: datetime
    error: str


def watched(
    record: TriggerRecord, trigger: Trigger, now: datetime, default_timezone: str
) -> TriggerRecord:
    """The record with the next end of a window that somebody wants to be told of.

    Args:
        record: Of the trigger.
        trigger: As its flow has it.
        now: The end comes after it.
        default_timezone: Of windows that name none.
    """
    ends = [
        one.window.next_end(now, default_timezone)
        for one in trigger.preconditions
        if one.fails_on_miss
    ]
    is_idle = trigger.is_disabled or record.is_disabled or not record.topics
    return replace(record, next_at=min(ends).astimezone(UTC) if ends and not is_idle else None)


def miss_of(record: TriggerRecord, trigger: Trigger, default_timezone: str) -> Miss | None:
    """The window that ends at the record's next date without an execution; absent: none does."""
    end = record.next_at
    if end is None:
        return None
    for one in trigger.preconditions:
        bounds = one.window.around(end, default_timezone)
        if not one.fails_on_miss or bounds is None or bounds[1] != end:
            continue
        start = bounds[0]
        if record.last_at is not None and start <= record.last_at <= end:
            continue
        window = next((w for w in record.windows if w.precondition_id == one.id), None)
        met = window.met if window is not None and window.end == end else {}
        missing = [_named(one, name) for name in one.parts if name not in met]
        error = (
            f'trigger "{trigger.id}": its window ended at {format_instant(end)} before '
            f"{one.needed_count} of its flows were seen; missing: {', '.join(missing)}"
        )
        return Miss(precondition=one, end=end, error=error)
    return None


def _named(precondition: Precondition, name: str) -> str:
    properties = precondition.parts[name].properties
    flow = [str(properties[key]) for key in ("namespace", "flowId") if properties.get(key)]
    return "/".join(flow) or name
