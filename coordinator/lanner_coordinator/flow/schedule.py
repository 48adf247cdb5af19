"""The dates that a schedule has, whichever way they are written. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lanner_coordinator.flow.cron import complaint_about_cron, next_date, previous_date
from lanner_coordinator.flow.types.triggers import SCHEDULE, SCHEDULE_ON_DATES

SEARCH_LIMIT = 10_000
"""Dates that are looked at to find one for which the conditions hold."""

_FAR = timedelta(days=3_653)
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When a schedule starts something. Two of the same timing have the same dates.

    Attributes:
        cron: Valid, with or without seconds; empty: the dates are listed.
        timezone: Name of a time zone that exists.
        dates: In order, aware; only where there is no cron expression.
    """

    cron: str = ""
    timezone: str
    dates: Sequence[datetime] = ()

    def after(self, at: datetime) -> datetime | None:
        """The first date after an instant; absent: there is none."""
        if self.cron:
            return next_date(self.cron, self.timezone, at)
        return next((date for date in self.dates if date > at), None)

    def before(self, at: datetime) -> datetime | None:
        """The last date before an instant; absent: there is none."""
        if self.cron:
            return previous_date(self.cron, self.timezone, at)
        return next((date for date in reversed(self.dates) if date < at), None)

    def from_on(self, at: datetime) -> datetime | None:
        """The first date at an instant or after it; absent: there is none."""
        return self.after(at - _MOMENT)

    def up_to(self, at: datetime) -> datetime | None:
        """The last date before an instant or at it; absent: there is none."""
        return self.before(at + _MOMENT)

    @property
    def condition(self) -> str:
        """What lists show: the cron expression, or the dates."""
        return self.cron or ", ".join(date.isoformat() for date in self.dates)


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


def timing_of(type_name: str, properties: Mapping[str, object], timezone: str) -> Timing | None:
    """The timing of a trigger; absent: its type has no dates.

    Args:
        type_name: Canonical name of the trigger type.
        properties: Of the trigger.
        timezone: Name of the zone for triggers without one.

    Raises:
        ValueError: What it says of its dates makes no sense; with a sentence.
    """
    if type_name not in (SCHEDULE.name, SCHEDULE_ON_DATES.name):
        return None
    own_timezone = str(properties.get("timezone") or timezone)
    try:
        zone = ZoneInfo(own_timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f'there is no time zone "{own_timezone}"') from error
    if type_name == SCHEDULE_ON_DATES.name:
        return Timing(timezone=own_timezone, dates=_dates(properties.get("dates"), zone))
    cron = str(properties.get("cron", ""))
    complaint = complaint_about_cron(cron, with_seconds=bool(properties.get("withSeconds", False)))
    if complaint:
        raise ValueError(complaint)
    return Timing(cron=cron, timezone=own_timezone)


def scheduled_date(
    timing: Timing, planned: datetime, holds: Callable[[datetime], bool] | None = None
) -> ScheduledDate | None:
    """The date of a schedule at a planned instant, or else the next one; absent: none is left.

    Args:
        timing: Of the schedule.
        planned: Aware. It may not fit the cron expression, when that was changed meanwhile.
        holds: Whether the conditions of the schedule hold for a date; absent: it has none.
    """
    date = timing.from_on(planned)
    if date is not None and holds is not None and not holds(date):
        date = _nearest(timing.after, date, holds)
    if date is None:
        return None
    return ScheduledDate(
        date=date,
        next=_nearest(timing.after, date, holds),
        previous=_nearest(timing.before, date, holds),
    )


def _nearest(
    step: Callable[[datetime], datetime | None],
    origin: datetime,
    holds: Callable[[datetime], bool] | None,
) -> datetime | None:
    """The nearest date in one direction for which the conditions hold, within ten years."""
    date = step(origin)
    if holds is None:
        return date
    for _ in range(SEARCH_LIMIT):
        if date is None or abs(date - origin) > _FAR:
            return None
        if holds(date):
            return date
        date = step(date)
    return None


def _dates(given: object, zone: ZoneInfo) -> Sequence[datetime]:
    """Dates in order, in the time zone of the schedule."""
    items = given if isinstance(given, Sequence) and not isinstance(given, str) else ()
    if not items:
        raise ValueError("`dates` is empty, or no list")
    found = []
    for item in items:
        try:
            date = datetime.fromisoformat(str(item).strip())
        except ValueError as error:
            raise ValueError(f"`{item}` is no date") from error
        aware = date if date.tzinfo is not None else date.replace(tzinfo=zone)
        found.append(aware.astimezone(UTC).astimezone(zone))
    return tuple(sorted(set(found), key=lambda one: one.astimezone(UTC)))
