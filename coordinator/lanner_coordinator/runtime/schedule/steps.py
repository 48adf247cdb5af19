"""What is to be done for a schedule, decided from what is remembered of it. Pure.

A schedule never has two executions at once: neither of its own dates nor of a backfill. Its own
dates come first, so that a long backfill does not hold them up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from lanner_coordinator.runtime.schedule.definition import Recovery, Schedule
from lanner_coordinator.store.trigger_records import BackfillRecord, TriggerRecord

SCHEDULED = "schedule"
"""Kind of an execution that a schedule started at its own date."""

BACKFILLED = "backfill"
"""Kind of an execution that a backfill started for a date of the past."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """An execution is due.

    Attributes:
        kind: SCHEDULED or BACKFILLED.
        date: Which date it is for, in the schedule's time zone.
        backfill: The backfill that it belongs to, as it was; absent: none.
        after: The record when the execution is started, but for its id.
    """

    kind: str
    date: datetime
    backfill: BackfillRecord | None
    after: TriggerRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """Nothing is due before the record's next date.

    Attributes:
        record: As it is from now on.
    """

    record: TriggerRecord


def applied(
    record: TriggerRecord, before: Schedule | None, after: Schedule | None, now: datetime
) -> TriggerRecord:
    """The record of a trigger under a new revision of its flow.

    Args:
        record: As it was; a new trigger has an empty one.
        before: The schedule of the old revision; absent: there was none, or nobody knows.
        after: The schedule of the new revision; absent: the trigger is no schedule.
        now: From here on new dates count.
    """
    if after is None:
        return replace(record, next_at=None, backfill=None)
    if not after.is_active or record.is_disabled:
        return replace(record, next_at=None)
    is_same = before is not None and before.timing == after.timing
    if is_same and record.next_at is not None:
        return record
    if before is None and after.timing.dates and record.last_at is None:
        # Dates that are listed are meant, also those that have passed when they are first given.
        return recovered(replace(record, next_at=_utc(after.timing.dates[0])), after, now)
    return replace(record, next_at=_utc(after.timing.after(now)))


def switched(
    record: TriggerRecord, schedule: Schedule | None, now: datetime, *, is_enabled: bool
) -> TriggerRecord:
    """The record of a trigger that a person enables or disables.

    What it missed while it was disabled is not made up for.
    """
    if is_enabled is not record.is_disabled:
        return record
    next_at = None
    if is_enabled and schedule is not None and schedule.is_active:
        next_at = _utc(schedule.timing.after(now))
    return replace(record, is_disabled=not is_enabled, next_at=next_at)


def ended(record: TriggerRecord) -> TriggerRecord:
    """The record when the execution that it waited for has ended."""
    backfill = record.backfill
    if backfill is not None and backfill.current is None:
        backfill = None
    return replace(record, running_execution_id="", backfill=backfill)


def recovered(record: TriggerRecord, schedule: Schedule, now: datetime) -> TriggerRecord:
    """The record after the coordinator was away, by the schedule's recovery."""
    if record.next_at is None or record.next_at > now:
        return record
    match schedule.recovery:
        case Recovery.ALL:
            return record
        case Recovery.LAST:
            last = schedule.timing.up_to(now)
            return replace(record, next_at=_utc(last) or record.next_at)
        case Recovery.NONE:
            return replace(record, next_at=_utc(schedule.timing.after(now)))


def next_step(record: TriggerRecord, schedule: Schedule, now: datetime) -> Start | Rest:
    """What is due of a schedule of which no execution runs."""
    date = _own_date(record, schedule, now)
    record = replace(record, next_at=_utc(date))
    if date is not None and date <= now:
        following = schedule.timing.after(date)
        after = replace(record, last_at=_utc(date), next_at=_utc(following))
        return Start(kind=SCHEDULED, date=date, backfill=None, after=after)
    if record.backfill is None or schedule.flow_is_disabled:
        return Rest(record=record)
    return _backfill_step(record, record.backfill, schedule)


def skipped(step: Start, record: TriggerRecord) -> TriggerRecord:
    """The record when nothing is started for a date, as the conditions do not hold for it.

    Args:
        step: What was due.
        record: As it was.
    """
    after = replace(step.after, last_at=record.last_at)
    if after.backfill is not None and after.backfill.current is None:
        return replace(after, backfill=None)
    return after


def backfill_of(
    start: datetime, end: datetime, schedule: Schedule, limit: int
) -> BackfillRecord | None:
    """A backfill of all dates from `start` to `end`, both inclusive; absent: there is no date.

    Counts as far as one above `limit`, which may take long: not for the event loop.
    """
    first = date = schedule.timing.from_on(start)
    count = 0
    while date is not None and date <= end and count <= limit:
        count += 1
        date = schedule.timing.after(date)
    if not count:
        return None
    return BackfillRecord(start=start, end=end, current=_utc(first), total_count=count)


def _own_date(record: TriggerRecord, schedule: Schedule, now: datetime) -> datetime | None:
    """The next date, which has not come too late."""
    if record.next_at is None:
        return None
    date = schedule.timing.from_on(record.next_at)
    if date is not None and schedule.latest is not None and now - date > schedule.latest:
        return schedule.timing.from_on(now - schedule.latest)
    return date


def _backfill_step(
    record: TriggerRecord, backfill: BackfillRecord, schedule: Schedule
) -> Start | Rest:
    date = schedule.timing.from_on(backfill.current) if backfill.current else None
    if date is None or date > backfill.end:
        return Rest(record=replace(record, backfill=None))
    following = schedule.timing.after(date)
    is_first = _utc(schedule.timing.from_on(backfill.start)) == _utc(date)
    after = replace(
        backfill,
        current=_utc(following) if following and following <= backfill.end else None,
        # One comes after the other: when one starts, all before it have ended.
        done_count=0 if is_first else min(backfill.done_count + 1, backfill.total_count),
    )
    return Start(
        kind=BACKFILLED,
        date=date,
        backfill=backfill,
        after=replace(record, backfill=after),
    )


def _utc(date: datetime | None) -> datetime | None:
    """A date as records have it; two dates of one zone compare by their wall clocks."""
    return date.astimezone(UTC) if date is not None else None
