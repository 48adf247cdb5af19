"""A schedule as a flow's source defines it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from lanner_coordinator.flow.duration import parse_duration
from lanner_coordinator.flow.model import Flow, Trigger
from lanner_coordinator.flow.schedule import Timing, timing_of


class Recovery(StrEnum):
    """Which of the dates that passed while the coordinator was away are made up for."""

    ALL = "ALL"
    LAST = "LAST"
    NONE = "NONE"


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
    if trigger is None:
        return None
    timing = timing_of(trigger.type, trigger.properties, default_timezone)
    if timing is None:
        return None
    latest = trigger.properties.get("lateMaximumDelay")
    return Schedule(
        trigger=trigger,
        timing=timing,
        recovery=Recovery(str(trigger.properties.get("recoverMissedSchedules", Recovery.ALL))),
        latest=parse_duration(str(latest)) if latest else None,
        is_enabled=not trigger.is_disabled,
        flow_is_disabled=flow.is_disabled,
    )
