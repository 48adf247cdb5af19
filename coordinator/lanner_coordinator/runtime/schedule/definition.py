"""A schedule as a flow's source defines it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lanner_coordinator.flow.cron import complaint_about_cron, next_date, previous_date
from lanner_coordinator.flow.duration import parse_duration
from lanner_coordinator.flow.model import Flow, Trigger
from lanner_coordinator.flow.types.triggers import SCHEDULE

_MOMENT = timedelta(microseconds=1)


class Recovery(StrEnum):
    """Which of the dates that passed while the coordinator was away are made up for."""

    ALL = "ALL"
    LAST = "LAST"
    NONE = "NONE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When a schedule starts something. Two of the same timing have the same dates.

    Attributes:
        cron: Valid, with or without seconds.
        timezone: Name of a time zone that exists.
    """

    cron: str
    timezone: str

    def after(self, at: datetime) -> datetime | None:
        """The first date after an instant; absent: there is none."""
        return next_date(self.cron, self.timezone, at)

    def before(self, at: datetime) -> datetime | None:
        """The last date before an instant; absent: there is none."""
        return previous_date(self.cron, self.timezone, at)

    def from_on(self, at: datetime) -> datetime | None:
        """The first date at an instant or after it; absent: there is none."""
        return next_date(self.cron, self.timezone, at - _MOMENT)

    def up_to(self, at: datetime) -> datetime | None:
        """The last date before an instant or at it; absent: there is none."""
        return previous_date(self.cron, self.timezone, at + _MOMENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A schedule of a flow.

    Attributes:
        trigger: As the flow has it.
        timing: When it starts something.
        recovery: What becomes of dates that passed while the coordinator was away.
        latest: A date that is later than this is skipped; absent: none is.
        is_enabled: By the source: the trigger is not disabled.
        flow_is_disabled: The flow takes no new executions at all.
    """

    trigger: Trigger
    timing: Timing
    recovery: Recovery = Recovery.ALL
    latest: timedelta | None = None
    is_enabled: bool = True
    flow_is_disabled: bool = False

    @property
    def is_active(self) -> bool:
        """Whether the source lets it start executions by itself."""
        return self.is_enabled and not self.flow_is_disabled


def schedule_of(flow: Flow, trigger_id: str, default_timezone: str) -> Schedule | None:
    """A schedule of a flow; absent: there is no such trigger, or it is none.

    Raises:
        ValueError: What the source says of its dates makes no sense; with a sentence.
    """
    trigger = next((one for one in flow.triggers if one.id == trigger_id), None)
    if trigger is None or trigger.type != SCHEDULE.name:
        return None
    latest = trigger.properties.get("lateMaximumDelay")
    return Schedule(
        trigger=trigger,
        timing=_timing(trigger, default_timezone),
        recovery=Recovery(str(trigger.properties.get("recoverMissedSchedules", Recovery.ALL))),
        latest=parse_duration(str(latest)) if latest else None,
        is_enabled=not trigger.is_disabled,
        flow_is_disabled=flow.is_disabled,
    )


def _timing(trigger: Trigger, default_timezone: str) -> Timing:
    cron = str(trigger.properties.get("cron", ""))
    complaint = complaint_about_cron(
        cron, with_seconds=bool(trigger.properties.get("withSeconds", False))
    )
    if complaint:
        raise ValueError(complaint)
    timezone = str(trigger.properties.get("timezone") or default_timezone)
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f'there is no time zone "{timezone}"') from error
    return Timing(cron=cron, timezone=timezone)
