"""Triggers and backfills."""

from __future__ import annotations

from datetime import datetime

import msgspec


class TriggerKey(msgspec.Struct, frozen=True, kw_only=True):
    """Which trigger.

    Attributes:
        namespace: Of the flow.
        flow_id: Of the flow.
        trigger_id: In the flow.
    """

    namespace: str
    flow_id: str
    trigger_id: str


class BackfillView(msgspec.Struct, frozen=True, kw_only=True):
    """A backfill that runs.

    Attributes:
        start: First date of the range.
        end: Last date of the range.
        current: Date of the next execution; absent: all are started.
        total_count: Dates in the range.
        done_count: Those whose execution was started.
    """

    start: datetime | None
    end: datetime | None
    current: datetime | None
    total_count: int
    done_count: int


class TriggerRow(msgspec.Struct, frozen=True, kw_only=True):
    """A trigger.

    Attributes:
        key: Which one.
        type: Canonical name of the trigger type.
        is_enabled: Whether it fires.
        condition: `0 6 * * *`, or what the type waits for.
        timezone: IANA name of the schedule's time zone.
        next_at: When it fires next; absent: not known.
        last_at: When it fired last; absent: never.
        running_execution_id: Execution it waits for before it fires again; empty: none.
        backfill: Absent: none runs.
        activity: What is being done for it now; empty: it waits for its date.
        polled_at: When an agent has looked for it last; absent: none has.
        poll_error: Why that look failed; empty: it did not.
    """

    key: TriggerKey
    type: str
    is_enabled: bool
    condition: str = ""
    timezone: str = ""
    next_at: datetime | None = None
    last_at: datetime | None = None
    running_execution_id: str = ""
    backfill: BackfillView | None = None
    activity: str = ""
    polled_at: datetime | None = None
    poll_error: str = ""
