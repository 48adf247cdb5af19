"""Units of conditions, and of the dates of schedules."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from lanner_coordinator.flow.conditions.contract import Observed, Subject
from lanner_coordinator.flow.conditions.table import all_hold
from lanner_coordinator.flow.duration import parse_duration
from lanner_coordinator.flow.expression import ExpressionError, render_typed
from lanner_coordinator.flow.model import Flow, Trigger
from lanner_coordinator.flow.reader import read_flow
from lanner_coordinator.flow.schedule import ScheduledDate, Timing, scheduled_date, timing_of
from lanner_coordinator.runtime.schedule.variables import zoned_text
from tests.conformance.case_effects import CaseEffects
from tests.conformance.flow_cases import evaluate
from tests.conformance.kestra_types import kestra_types
from tests.conformance.unit_dates import NOW, instant, with_dates

_FLOW_TRIGGER = "io.kestra.plugin.core.trigger.Flow"
_TASKS = [{"id": "a", "type": "core.log.Log", "message": "a"}]


def run_condition(unit: Mapping[str, Any]) -> str:
    """What differs from the expectation of a condition."""
    given = {"id": "t", "type": _FLOW_TRIGGER, "conditions": [unit["condition"]]}
    _, trigger = _read(unit, given)
    context = unit["context"]
    variables = {**context, "trigger": {"outputs": context["execution"].get("outputs")}}
    subject = _subject(context, variables, _observed(context))
    found = _all_hold(trigger, subject)
    return "" if found is unit["expect"] else f"it is {found}"


def _all_hold(trigger: Trigger, subject: Subject) -> bool:
    try:
        return all_hold(trigger.conditions, subject)
    except ExpressionError:
        # As the coordinator does: what cannot be told does not hold.
        return False


def run_schedule(unit: Mapping[str, Any]) -> str:
    """What differs from the expectation of a schedule."""
    flow, trigger = _read(unit, unit["trigger"])
    timing = timing_of(trigger.type, trigger.properties, "UTC")
    if timing is None:
        return "it is no schedule"
    if unit["op"] == "evaluate":
        return _evaluated(unit, flow, trigger, timing)
    date = _looked_from(unit, trigger)
    if unit["op"] == "previous_evaluation_date":
        return _differs("previous", timing.before(NOW), unit["expect"])
    # Dates that are listed begin with the first one, wherever it lies.
    found = timing.dates[0] if date is None and timing.dates else timing.after(date or NOW)
    if "next_local_date" in unit["expect"]:
        shown = found.date().isoformat() if found else ""
        return "" if shown == unit["expect"]["next_local_date"] else f"next is {shown}"
    return _differs("next", found, unit["expect"])


def _looked_from(unit: Mapping[str, Any], trigger: Trigger) -> datetime | None:
    """The date after which the next one lies: not further back than a late one may start."""
    if "date" not in unit:
        return None
    date, most = instant(unit["date"]), trigger.properties.get("lateMaximumDelay")
    return max(date, NOW - parse_duration(str(most))) if most else date


def _evaluated(unit: Mapping[str, Any], flow: Flow, trigger: Trigger, timing: Timing) -> str:
    backfill = (unit.get("setup") or {}).get("backfill")
    planned = instant(backfill["currentDate"] if backfill else unit["date"])
    holds = _holds(unit, trigger) if trigger.conditions else None
    date = scheduled_date(timing, planned, holds)
    expect = unit["expect"]
    # A backfill starts what is planned at its current date, and looks no further.
    is_due = date is not None and date.date <= (planned if backfill else NOW)
    if expect["execution"] is not is_due:
        return f"an execution is due: {is_due}, at {date}"
    if date is None or not is_due:
        return ""
    return next((text for text in _checks(expect, date, flow, trigger) if text), "")


def _checks(
    expect: Mapping[str, Any], date: ScheduledDate, flow: Flow, trigger: Trigger
) -> Sequence[str]:
    texts = [
        _differs(key, getattr(date, key), expect)
        for key in ("date", "next", "previous")
        if key in expect
    ]
    labels = {**flow.labels, **{key: _label(one) for key, one in trigger.labels.items()}}
    for key, wanted in expect.get("labels_contain", {}).items():
        texts.append("" if labels.get(key) == wanted else f"label {key} is {labels.get(key)!r}")
    return texts


def _label(value: object) -> str:
    rendered = evaluate(value, {})
    return "" if rendered is None else str(rendered)


def _differs(name: str, found: datetime | None, expect: Mapping[str, Any]) -> str:
    wanted = expect[name]
    right = found is None if isinstance(wanted, Mapping) else found == instant(wanted)
    return "" if right else f"{name} is {found}"


def _holds(unit: Mapping[str, Any], trigger: Trigger) -> Callable[[datetime], bool]:
    def holds(date: datetime) -> bool:
        variables = {"trigger": {"date": zoned_text(date)}}
        return all_hold(trigger.conditions, _subject(unit["context"], variables, None))

    return holds


def _read(unit: Mapping[str, Any], trigger: Mapping[str, Any]) -> tuple[Flow, Trigger]:
    flow = (unit.get("context") or {}).get("flow") or {}
    source = {
        "id": "unit",
        "namespace": "io.kestra.tests",
        "tasks": _TASKS,
        "labels": flow.get("labels", {}),
        "triggers": [with_dates(trigger)],
    }
    result = read_flow(json.dumps(source), kestra_types())
    if result.flow is None:
        raise ValueError(f"refused: {[one.message for one in result.problems]}")
    return result.flow, result.flow.triggers[0]


def _subject(
    context: Mapping[str, Any], variables: Mapping[str, Any], observed: Observed | None
) -> Subject:
    return Subject(
        namespace=context["flow"]["namespace"],
        flow_id=context["flow"].get("id", "unit"),
        render=lambda value: render_typed(value, variables, CaseEffects({}, variables)).value,
        observed=observed,
    )


def _observed(context: Mapping[str, Any]) -> Observed:
    execution = context["execution"]
    return Observed(
        namespace=context["flow"]["namespace"],
        flow_id=context["flow"]["id"],
        state=execution["state"],
        labels={one["key"]: one["value"] for one in execution.get("labels", ())},
        outputs=execution.get("outputs") or {},
        attempt_states=[
            [attempt["state"] for attempt in run.get("attempts", ())]
            for run in execution.get("taskRunList", ())
        ],
    )
