"""What expressions see of the date that an execution was started for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from lanner_coordinator.flow.schedule import Timing, scheduled_date


def date_variables(
    timing: Timing, date: datetime, holds: Callable[[datetime], bool] | None = None
) -> dict[str, object]:
    """`trigger.date`, `trigger.next` and `trigger.previous`, as ISO texts with their offset.

    Args:
        timing: Of the schedule.
        date: One of its dates, for which its conditions hold.
        holds: Whether they hold for another date; absent: it has none. May take long then.
    """
    around = scheduled_date(timing, date, holds and (lambda other: other == date or holds(other)))
    dates = {
        "date": date,
        "next": around.next if around else None,
        "previous": around.previous if around else None,
    }
    return {name: zoned_text(at) for name, at in dates.items() if at is not None}


def zoned_text(at: datetime) -> str:
    """`2026-11-23T06:00:00+01:00`; an offset of zero is `Z`."""
    text = at.isoformat(timespec="seconds")
    return f"{text[:-6]}Z" if text.endswith("+00:00") else text
