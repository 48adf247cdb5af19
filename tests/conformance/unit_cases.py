"""Units that need no running execution: validators, input resolution, dates of schedules."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from lanner_coordinator.flow.conversion import convert
from lanner_coordinator.flow.diagnostics import Problem, Severity
from lanner_coordinator.flow.inputs import resolve_list
from lanner_coordinator.flow.model import InputType
from lanner_coordinator.flow.reader import check_part, read_flow
from lanner_coordinator.flow.reading.formats import bad_regular_expression
from lanner_coordinator.flow.schedule import ScheduledDate, scheduled_date
from tests.conformance.flow_cases import evaluate
from tests.conformance.kestra_texts import says
from tests.conformance.kestra_types import kestra_types
from tests.conformance.outcomes import Outcome

Unit = Mapping[str, Any]

NOW = datetime(2024, 5, 17, 10, 42, 31, tzinfo=UTC)
"""What the units take for the present."""

_HEAD = "id: unit\nnamespace: io.kestra.tests\ntasks: [{id: a, type: core.log.Log, message: a}]\n"


def run_unit(unit: Unit, folder: Path) -> Outcome:
    """Run one unit of kind validate, resolve_inputs or schedule."""
    if unit["kind"] == "resolve_inputs":
        return Outcome(case_id=unit["id"], failure=_resolve(unit))
    if unit["kind"] == "schedule":
        return _schedule(unit)
    return _validate(unit, folder)


def _validate(unit: Unit, folder: Path) -> Outcome:
    check = _MODELS.get(unit["model"])
    if check is None:
        return Outcome(case_id=unit["id"], failure=f"the model {unit['model']} is not read")
    value = unit["value"]
    if isinstance(value, Mapping) and "$file" in value:
        value = json.loads((folder / value["$file"]).read_text())
    found = check(value)
    errors = [one for one in found if one.severity is Severity.ERROR]
    expect = unit["expect"]
    shown = "; ".join(f"{one.code} {one.message}" for one in errors[:2])
    if expect["valid"] is bool(errors):
        return Outcome(case_id=unit["id"], failure=f"valid is {not errors}: {shown}")
    missing = [text for text in expect["error_contains"] if not says(errors, text)]
    failure = f"no problem says {missing}: {shown}" if missing else ""
    return Outcome(case_id=unit["id"], failure=failure)


def _with(key: str) -> Callable[[Any], Sequence[Problem]]:
    def check(value: Any) -> Sequence[Problem]:
        source = _HEAD + f"{key}: {json.dumps(value)}\n"
        return read_flow(source, kestra_types()).problems

    return check


def _failing(message: str) -> Sequence[Problem]:
    if not message:
        return ()
    return (Problem(severity=Severity.ERROR, code="", message=message),)


def _json_string(value: Any) -> Sequence[Problem]:
    try:
        convert(InputType.JSON, value)
    except ValueError as error:
        return _failing(f"invalid json: {error}")
    return ()


_MODELS: Mapping[str, Callable[[Any], Sequence[Problem]]] = {
    "retry": _with("retry"),
    "plugin_default": lambda value: _with("pluginDefaults")([value]),
    "task": lambda value: check_part(json.dumps(value), "task", kestra_types()),
    "trigger": lambda value: check_part(json.dumps(value), "trigger", kestra_types()),
    "regex": lambda value: _failing(bad_regular_expression(value)),
    "json_string": _json_string,
}


def _resolve(unit: Unit) -> str:
    source = _HEAD + f"inputs: {json.dumps(unit['inputs'])}\n"
    result = read_flow(source, kestra_types())
    if result.flow is None:
        return f"the inputs are refused: {[one.message for one in result.problems]}"
    resolved = resolve_list(result.flow.inputs, unit["data"], evaluate)
    by_id = {one.id: one for one in resolved.each}
    for wanted in unit["expect"]:
        one = by_id[wanted["id"]]
        if "value" in wanted and one.value != wanted["value"]:
            return f"{one.id} is {one.value!r}"
        if "enabled" in wanted and one.is_enabled is not wanted["enabled"]:
            return f"{one.id} enabled is {one.is_enabled}"
        if wanted.get("error") and one.problem is None:
            return f"{one.id} has no problem"
    return ""


def _schedule(unit: Unit) -> Outcome:
    trigger = unit["trigger"]
    conditions = trigger.get("conditions")
    on_dates = trigger["type"].endswith("ScheduleOnDates")
    if conditions or on_dates or "setup" in unit:
        what = "conditions" if conditions else "ScheduleOnDates" if on_dates else "a backfill"
        reason = f"{what}: not part of this version's language"
        return Outcome(case_id=unit["id"], failure=reason)
    date = scheduled_date(trigger, _instant(unit["date"]), timezone="UTC")
    return Outcome(case_id=unit["id"], failure=_date_differs(unit, date))


def _date_differs(unit: Unit, date: ScheduledDate | None) -> str:
    expect = unit["expect"]
    if date is None:
        return "the schedule has no date"
    if "next_local_date" in expect:
        found = date.next.date().isoformat() if date.next else ""
        return "" if found == expect["next_local_date"] else f"next is {found}"
    if expect.get("execution") is not (date.date <= NOW):
        return f"the date is {date.date}"
    for key in ("date", "next", "previous"):
        if key in expect and getattr(date, key) != _instant(expect[key]):
            return f"{key} is {getattr(date, key)}"
    return ""


def _instant(text: str) -> datetime:
    placeholder = re.fullmatch(r"\$\{(.+)\}([-+]\d+\w+)?", text)
    if placeholder is None:
        return datetime.fromisoformat(text.partition("[")[0])
    return _moved(_named(placeholder[1]), placeholder[2] or "")


def _named(name: str) -> datetime:
    month = NOW.replace(day=1, hour=0, minute=0, second=0)
    if name == "now with second 2":
        return NOW.replace(second=2)
    if name.startswith("this "):
        lengths = {"second": 1, "minute": 60, "hour": 3600}
        seconds = lengths[name.removeprefix("this ")]
        return datetime.fromtimestamp(NOW.timestamp() // seconds * seconds, UTC)
    match = re.fullmatch(r"first of (last|this) month (\d\d):(\d\d):00", name)
    if match is None:
        raise ValueError(f"unknown date: {name}")
    start = month if match[1] == "this" else (month - timedelta(days=1)).replace(day=1)
    return start.replace(hour=int(match[2]), minute=int(match[3]))


def _moved(date: datetime, by: str) -> datetime:
    match = re.fullmatch(r"([-+]\d+)(month|[smhd])", by)
    if match is None:
        return date
    count, unit = int(match[1]), match[2]
    if unit == "month":
        months = date.month - 1 + count
        return date.replace(year=date.year + months // 12, month=months % 12 + 1)
    names = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
    return date + timedelta(**{names[unit]: count})
