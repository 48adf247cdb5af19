"""What expressions see of the date that an execution was started for."""

from __future__ import annotations

from datetime import datetime

from lanner_coordinator.runtime.schedule.definition import Timing


def date_variables(timing: Timing, date: datetime) -> dict[str, object]:
    """`trigger.date`, `trigger.next` and `trigger.previous`, as ISO texts with their offset."""
    dates = {"date": date, "next": timing.after(date), "previous": timing.before(date)}
    return {name: zoned_text(at) for name, at in dates.items() if at is not None}


def zoned_text(at: datetime) -> str:
    """`2026-11-23T06:00:00+01:00`; an offset of zero is `Z`."""
    text = at.isoformat(timespec="seconds")
    return f"{text[:-6]}Z" if text.endswith("+00:00") else text
