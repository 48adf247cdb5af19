"""Which dates a schedule trigger has around a planned one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from lanner_coordinator.flow.cron import next_date, previous_date


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledDate:
    """A date of a schedule and its neighbours: `trigger.date`, `trigger.next`, `trigger.previous`.

    Attributes:
        date: In the time zone of the schedule.
        next: The one after it; absent: none.
        previous: The one before it; absent: none.
    """

    date: datetime
    next: datetime | None
    previous: datetime | None


def scheduled_date(
    properties: Mapping[str, object], planned: datetime, *, timezone: str
) -> ScheduledDate | None:
    """The date of a schedule at a planned instant, or else the next one; absent where none is left.

    Args:
        properties: Of the trigger: `cron` and, if it has its own, `timezone`.
        planned: Aware. It may not fit the cron expression, when that was changed meanwhile.
        timezone: Name of the zone for triggers without one.
    """
    cron, zone = str(properties["cron"]), str(properties.get("timezone") or timezone)
    date = next_date(cron, zone, planned - timedelta(microseconds=1))
    if date is None:
        return None
    return ScheduledDate(
        date=date, next=next_date(cron, zone, date), previous=previous_date(cron, zone, date)
    )
