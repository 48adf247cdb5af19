"""Whether a flow trigger fires for an execution, and what it remembers of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from lanner_coordinator.flow.conditions.contract import Subject
from lanner_coordinator.flow.conditions.table import all_hold, holds
from lanner_coordinator.flow.model import Precondition, Trigger
from lanner_coordinator.flow.windows import WindowType
from lanner_coordinator.store.trigger_records import MetRecord, WindowRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What comes of showing an execution to a trigger.

    Attributes:
        fires: Whether an execution is to be started.
        windows: What is remembered from now on.
        met: What made it fire, of all its preconditions.
    """

    fires: bool
    windows: tuple[WindowRecord, ...]
    met: Sequence[MetRecord] = field(default=())


def judge(
    trigger: Trigger,
    windows: tuple[WindowRecord, ...],
    subject: Subject,
    seen: MetRecord,
    default_timezone: str,
) -> Verdict:
    """Show an execution to a trigger.

    Args:
        trigger: A flow trigger.
        windows: What it remembers.
        subject: The execution, and how to render.
        seen: The execution as it is remembered where it meets something.
        default_timezone: Of windows that name none.

    Raises:
        ConditionError: A condition cannot be answered.
        ExpressionError: Something in a condition cannot be rendered.
    """
    if not all_hold(trigger.conditions, subject):
        return Verdict(fires=False, windows=windows)
    if not trigger.preconditions:
        return Verdict(fires=True, windows=windows)
    known = {one.precondition_id: one for one in windows}
    counts, met = False, list[MetRecord]()
    is_fulfilled = True
    for precondition in trigger.preconditions:
        window = _window(precondition, known.get(precondition.id), seen.at, default_timezone)
        if window is None:
            known.pop(precondition.id, None)
            is_fulfilled = False
            continue
        parts = [name for name, part in precondition.parts.items() if holds(part, subject)]
        counts = counts or bool(parts)
        window = replace(window, met={**window.met, **dict.fromkeys(parts, seen)})
        known[precondition.id] = window
        is_fulfilled = is_fulfilled and len(window.met) >= precondition.needed_count
        met.extend(window.met.values())
    if not (counts and is_fulfilled):
        return Verdict(fires=False, windows=_remembered(known))
    for precondition in trigger.preconditions:
        if precondition.forgets:
            known.pop(precondition.id, None)
    return Verdict(fires=True, windows=_remembered(known), met=met)


def merged_outputs(own: Mapping[str, object], met: Sequence[MetRecord]) -> dict[str, object]:
    """Outputs that the started execution sees: all together, and of several flows each by its id.

    Args:
        own: Of the execution that was the last one needed.
        met: All that were needed, that one included.
    """
    found: dict[str, object] = {}
    by_flow: dict[str, object] = {}
    for one in sorted(met, key=lambda one: one.at):
        found |= one.outputs
        by_flow[one.flow_id] = dict(one.outputs)
    found |= own
    return {**found, **by_flow} if len(by_flow) > 1 else found


def _window(
    precondition: Precondition, known: WindowRecord | None, at: datetime, default_timezone: str
) -> WindowRecord | None:
    """The window that an instant lies in, with what was met in it; absent: it lies in none."""
    bounds = precondition.window.around(at, default_timezone)
    if bounds is None:
        return None
    met = {}
    if known is not None:
        is_sliding = precondition.window.type is WindowType.SLIDING_WINDOW
        start, end = bounds if is_sliding else (known.start, known.end)
        if start <= at <= end:
            bounds = (start, end)
            met = {
                name: one
                for name, one in known.met.items()
                if name in precondition.parts and start <= one.at <= end
            }
    return WindowRecord(precondition_id=precondition.id, start=bounds[0], end=bounds[1], met=met)


def _remembered(known: Mapping[str, WindowRecord]) -> tuple[WindowRecord, ...]:
    return tuple(window for window in known.values() if window.met)
