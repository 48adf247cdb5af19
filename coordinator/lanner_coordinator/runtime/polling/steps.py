"""What becomes of the record of a trigger that agents look for. Pure.

It looks when `next_at` has come; that date moves on only when the look has ended, so that a crash
repeats it. After each look it rests for its interval.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from lanner_coordinator.runtime.polling.definition import Poll
from lanner_coordinator.store.trigger_records import PollRecord, TriggerRecord

STARTS_PER_SECOND = 100
"""Looks that begin in a second where many are due at once: after a start, with many new flows."""


def applied(
    record: TriggerRecord, before: Poll | None, after: Poll | None, now: datetime
) -> TriggerRecord:
    """The record of a trigger under a new revision of its flow.

    Args:
        record: As it was; a new trigger has an empty one.
        before: As the old revision has it; absent: there was none, or nobody knows.
        after: As the new revision has it; absent: it makes no sense.
        now: A new one looks at once, a changed one after its interval.
    """
    record = replace(record, backfill=None)
    if after is None or not after.is_active or record.is_disabled:
        return replace(record, next_at=None, poll=None)
    if before is None:
        return replace(record, next_at=now, poll=None)
    if before.looks_like(after) and record.next_at is not None:
        return record
    return replace(record, next_at=now + after.interval, poll=None)


def forgotten(record: TriggerRecord) -> TriggerRecord:
    """The record of a trigger for which no agent looks, whatever it was before."""
    return replace(record, poll=None, polled_at=None, poll_error="")


def switched(
    record: TriggerRecord, poll: Poll | None, now: datetime, *, is_enabled: bool
) -> TriggerRecord:
    """The record of a trigger that a person enables or disables."""
    if is_enabled is not record.is_disabled:
        return record
    is_active = is_enabled and poll is not None and poll.is_active
    next_at = now + poll.interval if poll is not None and is_active else None
    return replace(record, is_disabled=not is_enabled, next_at=next_at, poll=None)


def begun(record: TriggerRecord, poll: PollRecord) -> TriggerRecord:
    """The record when an agent is told to look."""
    return replace(record, poll=poll)


def passed_over(record: TriggerRecord, poll: Poll, now: datetime) -> TriggerRecord:
    """The record when nobody looks, as the trigger's conditions do not hold."""
    return replace(record, next_at=now + poll.interval)


def ended(record: TriggerRecord, poll: Poll, now: datetime, error: str = "") -> TriggerRecord:
    """The record when a look has ended, without having found anything.

    Args:
        record: As it was.
        poll: The trigger.
        now: Its rest begins.
        error: Why the look failed; empty: it did not.
    """
    return replace(record, poll=None, polled_at=now, poll_error=error, next_at=now + poll.interval)


def found(record: TriggerRecord, poll: Poll, now: datetime) -> TriggerRecord:
    """The record when a look has found something."""
    return replace(ended(record, poll, now), last_at=now)


def repeated(record: TriggerRecord) -> TriggerRecord:
    """The record when a look came to nothing, as nobody tells how it ended: it is due again."""
    return replace(record, poll=None)


def woken(record: TriggerRecord, now: datetime) -> TriggerRecord:
    """The record after the start of a coordinator whose clock may have been set back meanwhile."""
    if record.polled_at is None or record.polled_at <= now:
        return record
    return replace(brought_forward(record, record.polled_at - now), polled_at=now)


def brought_forward(record: TriggerRecord, step: timedelta) -> TriggerRecord:
    """The record with an earlier next date, if it has one."""
    return record if record.next_at is None else replace(record, next_at=record.next_at - step)


def spread(records: Iterable[TriggerRecord]) -> Sequence[tuple[TriggerRecord, timedelta]]:
    """Records that are due at once, with how long each is to wait for its turn."""
    return [
        (record, timedelta(seconds=number / STARTS_PER_SECOND))
        for number, record in enumerate(records)
    ]
