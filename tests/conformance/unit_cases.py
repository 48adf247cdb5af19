"""Units that need no running execution: validators, inputs, conditions, schedules."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from lanner_coordinator.flow.conversion import convert
from lanner_coordinator.flow.diagnostics import Problem, Severity
from lanner_coordinator.flow.expression import ExpressionError
from lanner_coordinator.flow.expression.java.date_patterns import pieces
from lanner_coordinator.flow.inputs import resolve_list
from lanner_coordinator.flow.model import InputType
from lanner_coordinator.flow.nodes import ListNode, Node, from_plain
from lanner_coordinator.flow.reader import check_part, read_flow
from lanner_coordinator.flow.reading.context import Context
from lanner_coordinator.flow.reading.default_keys import COMMON_KEYS
from lanner_coordinator.flow.reading.expressions import Expressions
from lanner_coordinator.flow.reading.formats import bad_regular_expression
from lanner_coordinator.flow.reading.plugin_defaults import Defaults
from lanner_coordinator.flow.reading.preconditions import read_filter
from lanner_coordinator.flow.reading.report import Report
from lanner_coordinator.flow.reading.windows import read_time_window
from tests.conformance.flow_cases import evaluate
from tests.conformance.kestra_texts import says
from tests.conformance.kestra_types import kestra_types
from tests.conformance.outcomes import Outcome
from tests.conformance.trigger_units import run_condition, run_schedule

Unit = Mapping[str, Any]

_HEAD = "id: unit\nnamespace: io.kestra.tests\ntasks: [{id: a, type: core.log.Log, message: a}]\n"


def run_unit(unit: Unit, folder: Path) -> Outcome:
    """Run one unit that needs no running execution."""
    if unit["kind"] == "resolve_inputs":
        return Outcome(case_id=unit["id"], failure=_resolve(unit))
    if unit["kind"] == "schedule":
        return Outcome(case_id=unit["id"], failure=run_schedule(unit))
    if unit["kind"] == "condition":
        return Outcome(case_id=unit["id"], failure=run_condition(unit))
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


def _read_with(read: Callable[[Node, Context], object], value: Any) -> Sequence[Problem]:
    report = Report()
    catalog = kestra_types()
    context = Context(
        report=report,
        catalog=catalog,
        defaults=Defaults((), (), catalog, COMMON_KEYS),
        expressions=Expressions("", report),
    )
    root = from_plain(value, ListNode(1, 1))
    read(root, context)
    return report.problems(root)


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


def _date_formats(patterns: Any) -> Sequence[Problem]:
    found: list[Problem] = []
    for pattern in patterns:
        try:
            pieces(pattern)
        except ExpressionError as error:
            found += _failing(error.message)
    return found


_MODELS: Mapping[str, Callable[[Any], Sequence[Problem]]] = {
    "retry": _with("retry"),
    "input": lambda value: _with("inputs")([value]),
    "label": lambda value: _with("labels")([value]),
    "labels": _with("labels"),
    "sla": lambda value: _with("sla")([value]),
    "concurrency": _with("concurrency"),
    "flow": lambda value: read_flow(json.dumps(value), kestra_types()).problems,
    "plugin_default": lambda value: _with("pluginDefaults")([value]),
    "task": lambda value: check_part(json.dumps(value), "task", kestra_types()),
    "trigger": lambda value: check_part(json.dumps(value), "trigger", kestra_types()),
    "precondition_filter": lambda value: _read_with(read_filter, value),
    "time_window": lambda value: _read_with(
        lambda node, context: read_time_window(node, context.report), value
    ),
    "regex": lambda value: _failing(bad_regular_expression(value)),
    "json_string": _json_string,
    "date_format_patterns": _date_formats,
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
