"""Windows of time: `timeWindow` of preconditions, `window` of `dependsOn` and of old conditions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time, timedelta

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.duration import Sign
from lanner_coordinator.flow.nodes import MapNode, Node
from lanner_coordinator.flow.reading import formats, values
from lanner_coordinator.flow.reading.fields import Field, FieldTable, as_map
from lanner_coordinator.flow.reading.report import Report
from lanner_coordinator.flow.windows import TimeWindow, WindowType

_TIME_WINDOW = FieldTable(
    "A time window",
    tuple(
        Field(name=name)
        for name in (
            "type", "window", "windowAdvance", "deadline", "startTime", "endTime", "timezone",
        )
    ),
)  # fmt: skip
_WINDOW = FieldTable(
    "A window",
    tuple(
        Field(name=name)
        for name in (
            "deadline", "from", "to", "every", "offset", "lookback", "timezone", "fireOnce",
        )
    ),
)  # fmt: skip

_NAMES = {
    "window": "a window",
    "windowAdvance": "a window advance",
    "deadline": "a deadline",
    "startTime": "a start time",
    "endTime": "an end time",
}
_ALLOWED: Mapping[WindowType, frozenset[str]] = {
    WindowType.DURATION_WINDOW: frozenset({"window", "windowAdvance"}),
    WindowType.SLIDING_WINDOW: frozenset({"window"}),
    WindowType.DAILY_TIME_WINDOW: frozenset({"startTime", "endTime"}),
    WindowType.DAILY_TIME_DEADLINE: frozenset({"deadline"}),
}
_GROUPS = (("deadline",), ("from", "to"), ("lookback",), ("every", "offset"))


def read_time_window(node: Node | None, report: Report) -> TimeWindow:
    """A `timeWindow`; of one day where there is none."""
    holder = as_map(node, "`timeWindow`", report) if node is not None else None
    if holder is None:
        return TimeWindow()
    taken = _TIME_WINDOW.take(holder, report)
    kind = values.choice(taken.get("type"), "`type` of a time window", report, WindowType)
    kind = kind or WindowType.DURATION_WINDOW
    _check_parts(kind, taken, holder, report)
    return TimeWindow(
        type=kind,
        length=_length(taken.get("window"), "`window`", report),
        advance=values.duration(taken.get("windowAdvance"), "`windowAdvance`", report, Sign.ANY)
        or timedelta(0),
        start=_time(taken.get("startTime"), "`startTime`", report),
        end=_time(taken.get("endTime"), "`endTime`", report)
        or _time(taken.get("deadline"), "`deadline`", report),
        timezone=_timezone(taken.get("timezone"), report),
    )


def read_dependency_window(node: Node | None, report: Report) -> tuple[TimeWindow, bool]:
    """A `window` of `dependsOn`, and whether all must be met anew after the trigger has fired."""
    holder = as_map(node, "`window`", report) if node is not None else None
    if holder is None:
        return TimeWindow(), True
    taken = _WINDOW.take(holder, report)
    used = [group for group in _GROUPS if any(key in taken for key in group)]
    if len(used) > 1:
        keys = ", ".join(f"`{key}`" for group in used for key in group if key in taken)
        report.error(Code.CONFLICT, f"{keys} do not go together; keep one kind of window", holder)
    if ("from" in taken) is not ("to" in taken):
        report.error(Code.MISSING_KEY, "A window needs both `from` and `to`", holder)
    fires_once = bool(values.boolean(taken.get("fireOnce"), "`fireOnce`", report))
    return _dependency_window(taken, report), fires_once


def read_old_window(taken: Mapping[str, Node], report: Report) -> TimeWindow:
    """`window` and `windowAdvance` of a MultipleCondition."""
    return TimeWindow(
        length=_length(taken.get("window"), "`window`", report),
        advance=values.duration(taken.get("windowAdvance"), "`windowAdvance`", report, Sign.ANY)
        or timedelta(0),
    )


def _dependency_window(taken: Mapping[str, Node], report: Report) -> TimeWindow:
    timezone = _timezone(taken.get("timezone"), report)
    if "deadline" in taken:
        return TimeWindow(
            type=WindowType.DAILY_TIME_DEADLINE,
            end=_time(taken["deadline"], "`deadline`", report),
            timezone=timezone,
        )
    if "from" in taken or "to" in taken:
        return TimeWindow(
            type=WindowType.DAILY_TIME_WINDOW,
            start=_time(taken.get("from"), "`from`", report),
            end=_time(taken.get("to"), "`to`", report),
            timezone=timezone,
        )
    if "lookback" in taken:
        return TimeWindow(
            type=WindowType.SLIDING_WINDOW,
            length=_length(taken["lookback"], "`lookback`", report),
            timezone=timezone,
        )
    return TimeWindow(
        length=_length(taken.get("every"), "`every`", report),
        advance=values.duration(taken.get("offset"), "`offset`", report, Sign.ANY) or timedelta(0),
        timezone=timezone,
    )


def _check_parts(
    kind: WindowType, taken: Mapping[str, Node], holder: MapNode, report: Report
) -> None:
    allowed = _ALLOWED[kind]
    subject = f"Time window of type `{kind}`"
    for key, name in _NAMES.items():
        if key in taken and key not in allowed:
            message = f"{subject} cannot have {name}."
            report.error(Code.CONFLICT, message, holder.keys[key])
        elif key not in taken and key in allowed and not key.startswith("window"):
            report.error(Code.MISSING_KEY, f"{subject} must have {name}.", holder)


def _length(node: Node | None, what: str, report: Report) -> timedelta:
    found = values.duration(node, what, report, Sign.POSITIVE)
    return timedelta(days=1) if found is None else found


def _time(node: Node | None, what: str, report: Report) -> time | None:
    written = values.text(node, what, report)
    if written is None or node is None:
        return None
    try:
        found = time.fromisoformat(written.strip())
    except ValueError:
        message = f"{what}: `{written}` is no time; write it like `09:00:00`"
        report.error(Code.BAD_DATE, message, node)
        return None
    return found.replace(tzinfo=None)


def _timezone(node: Node | None, report: Report) -> str:
    written = values.text(node, "`timezone`", report)
    if written is None or node is None:
        return ""
    complaint = formats.bad_time_zone(written)
    if complaint:
        report.error(Code.BAD_TIME_ZONE, f"`timezone`: {complaint}", node)
        return ""
    return written
