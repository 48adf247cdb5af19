"""Reads the fixtures of a test."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.instants import parse_instant
from lanner_coordinator.flow.nodes import MapNode, Node
from lanner_coordinator.flow.reading import values
from lanner_coordinator.flow.reading.expressions import Expressions
from lanner_coordinator.flow.reading.fields import Field, FieldTable, as_items, as_map
from lanner_coordinator.flow.reading.report import Report
from lanner_coordinator.testing.model import Fixtures, TaskFixture, TriggerFixture

FIXTURES = FieldTable(
    "`fixtures`",
    (
        Field(name="inputs"),
        Field(name="files"),
        Field(name="tasks"),
        Field(name="trigger"),
        Field(name="now"),
        Field(name="secrets"),
        Field(name="kv"),
        Field(name="envs"),
        Field(name="globals"),
        Field(name="namespace"),
    ),
)
"""What fixtures may be."""

TASK_FIXTURE = FieldTable(
    "The fixture of a task",
    (
        Field(name="id", is_required=True),
        Field(name="flowId"),
        Field(name="value"),
        Field(name="iteration"),
        Field(name="attempt"),
        Field(name="state"),
        Field(name="outputs"),
        Field(name="error"),
        Field(name="description"),
        Field(name="assets", no_effect="there are no assets"),
    ),
)
"""What may be said of a task."""

TRIGGER_FIXTURE = FieldTable(
    "The fixture of a trigger",
    (
        Field(name="id", is_required=True),
        Field(name="type"),
        Field(name="variables"),
    ),
)
"""What may be said of a trigger."""

STATES = (State.SUCCESS, State.WARNING, State.FAILED, State.KILLED)
"""How a task may end in place of its work."""


def read_fixtures(node: Node, report: Report, expressions: Expressions) -> Fixtures:
    """Read the fixtures of a test."""
    found = as_map(node, "`fixtures`", report)
    if found is None:
        return Fixtures()
    taken = FIXTURES.take(found, report)
    for name in ("inputs", "tasks", "trigger"):
        expressions.check(taken.get(name))
    trigger = taken.get("trigger")
    return Fixtures(
        inputs=values.any_map(taken.get("inputs"), "`inputs`", report),
        files=values.text_map(taken.get("files"), "`files`", report),
        tasks=tuple(_tasks(taken.get("tasks"), report)),
        trigger=_trigger(trigger, report) if trigger is not None else None,
        now=_instant(taken.get("now"), report),
        secrets=values.text_map(taken.get("secrets"), "`secrets`", report),
        kv=values.any_map(taken.get("kv"), "`kv`", report),
        envs=values.text_map(taken.get("envs"), "`envs`", report),
        globals=values.any_map(taken.get("globals"), "`globals`", report),
        namespace=values.any_map(taken.get("namespace"), "`namespace`", report),
        at=node,
    )


def _instant(node: Node | None, report: Report) -> datetime | None:
    written = values.text(node, "`now`", report)
    if written is None or node is None:
        return None
    try:
        return parse_instant(written.replace(" ", "T", 1))
    except ValueError as error:
        report.error(Code.BAD_DATE, f"`now`: {error}", node)
        return None


def _tasks(node: Node | None, report: Report) -> Iterable[TaskFixture]:
    if node is None:
        return
    for item in as_items(node, "`tasks` of fixtures", report):
        found = as_map(item, "The fixture of a task", report)
        if found is not None:
            yield _task(found, report)


def _task(node: MapNode, report: Report) -> TaskFixture:
    taken = TASK_FIXTURE.take(node, report)
    values.text(taken.get("description"), "`description`", report)
    return TaskFixture(
        task_id=values.text(taken.get("id"), "`id`", report) or "",
        flow_id=values.text(taken.get("flowId"), "`flowId`", report) or "",
        value=values.text(taken.get("value"), "`value`", report),
        iteration=values.integer(taken.get("iteration"), "`iteration`", report, at_least=0),
        attempt=values.integer(taken.get("attempt"), "`attempt`", report, at_least=1),
        state=_state(taken.get("state"), report),
        outputs=values.any_map(taken.get("outputs"), "`outputs`", report),
        error=values.text(taken.get("error"), "`error`", report) or "",
        at=taken.get("id", node),
    )


def _state(node: Node | None, report: Report) -> State:
    written = values.text(node, "`state`", report)
    if written is None or node is None:
        return State.SUCCESS
    if written not in STATES:
        values.refuse_choice(written, "The state of a fixture", STATES, node, report)
        return State.SUCCESS
    return State(written)


def _trigger(node: Node, report: Report) -> TriggerFixture | None:
    found = as_map(node, "The fixture of a trigger", report)
    if found is None:
        return None
    taken = TRIGGER_FIXTURE.take(found, report)
    variables = taken.get("variables")
    return TriggerFixture(
        id=values.text(taken.get("id"), "`id`", report) or "",
        type=values.text(taken.get("type"), "`type`", report) or "",
        variables=values.any_map(variables, "`variables`", report) if variables else None,
        at=taken.get("id", found),
    )
