"""The beginning of a test's execution: its files, trigger, inputs and labels."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_coordinator.engine.events import ExecutionCreated, TriggerInfo
from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.flow.aliases import canonical_name
from lanner_coordinator.flow.expression import ExpressionError
from lanner_coordinator.flow.given_inputs import given_values
from lanner_coordinator.flow.model import InputType, Trigger
from lanner_coordinator.flow.schedule import timing_of
from lanner_coordinator.runtime.artifacts import ArtifactError, ArtifactUri, Owner
from lanner_coordinator.runtime.errors import CoordinatorError
from lanner_coordinator.runtime.executions.labels import merged_labels
from lanner_coordinator.runtime.namespaces.files.paths import checked_path
from lanner_coordinator.runtime.polling.definition import is_polling
from lanner_coordinator.runtime.polling.outcomes import POLLING_KIND
from lanner_coordinator.runtime.schedule.variables import date_variables
from lanner_coordinator.testing.model import Fixtures, TriggerFixture
from lanner_coordinator.testing.stage import Stage
from lanner_coordinator.testing.verdict import Flaw, flaw_at

_FILES = "files"
"""Stands for an input in the URIs of a test's files."""

_KINDS = {
    "Schedule": "schedule",
    "ScheduleOnDates": "schedule",
    "Webhook": "webhook",
    "Flow": "flow",
}


class CannotStart(Exception):
    """The execution of a test cannot begin.

    Attributes:
        flaw: Why, and where in the file.
    """

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.message)
        self.flaw = flaw


async def first_event(
    stage: Stage, plan: Plan, fixtures: Fixtures, execution_id: str
) -> ExecutionCreated:
    """The first event of a test's execution; its files are there then.

    Raises:
        CannotStart: Files, trigger or inputs are wrong.
    """
    try:
        await _write_files(stage, plan, fixtures, execution_id)
        trigger = _trigger_info(plan, fixtures.trigger, stage)
        return ExecutionCreated(
            execution_id=execution_id,
            namespace=plan.flow.namespace,
            flow_id=plan.flow.id,
            flow_revision=plan.revision,
            inputs=_inputs(stage, plan, fixtures, trigger, execution_id),
            labels=_labels(stage, plan, trigger, execution_id),
            trigger=trigger,
        )
    except (ArtifactError, CoordinatorError, ExpressionError, ValueError) as error:
        raise CannotStart(flaw_at(fixtures.at, f"the execution cannot start: {error}")) from error


async def _write_files(stage: Stage, plan: Plan, fixtures: Fixtures, execution_id: str) -> None:
    """Write files, each for the execution and as a file of its namespace."""
    namespace = plan.flow.namespace
    owner = Owner(namespace=namespace, flow_id=plan.flow.id, execution_id=execution_id)
    for name, text in fixtures.files.items():
        path = checked_path(name)
        async with stage.file_editor.writing(namespace, path, "test") as file:
            await file.write(text.encode())
            await file.finish()
        uri = ArtifactUri.of_input(owner, _FILES, name)
        async with stage.storage.writer(uri) as writer:
            await writer.write(text.encode())
            await writer.finish()
        stage.files[name] = str(uri)


def _inputs(
    stage: Stage, plan: Plan, fixtures: Fixtures, trigger: TriggerInfo, execution_id: str
) -> dict[str, object]:
    of_trigger = _trigger_of(plan, trigger.id)
    variables = {
        **stage.resolver.variables(plan, execution_id),
        "files": stage.files,
        "trigger": trigger.variables,
        "schedule": trigger.variables,
    }
    asked = {**(of_trigger.inputs if of_trigger else {}), **fixtures.inputs}
    raw = {
        name: stage.resolver.render(plan, value, variables, execution_id)
        for name, value in asked.items()
    }
    given = given_values(plan.flow.inputs, raw)
    for one in plan.flow.inputs:
        name = given.get(one.id)
        if one.type is InputType.FILE and isinstance(name, str) and name in stage.files:
            raw[one.id] = stage.files[name]
    return stage.resolver.resolve(plan, raw, execution_id)


def _labels(stage: Stage, plan: Plan, trigger: TriggerInfo, execution_id: str) -> dict[str, str]:
    of_trigger = _trigger_of(plan, trigger.id)
    variables = {**stage.resolver.variables(plan, execution_id), "trigger": trigger.variables}
    given = {
        name: str(stage.resolver.render(plan, value, variables, execution_id))
        for name, value in (of_trigger.labels if of_trigger else {}).items()
    }
    return merged_labels(plan.flow.labels, given, execution_id)


def _trigger_info(plan: Plan, fixture: TriggerFixture | None, stage: Stage) -> TriggerInfo:
    if fixture is None:
        return TriggerInfo(kind="manual", by="test")
    known = _trigger_of(plan, fixture.id)
    type_name = canonical_name(fixture.type) if fixture.type else (known.type if known else "")
    variables = fixture.variables
    if variables is None:
        variables = _dates(known, stage) if known else {}
    return TriggerInfo(
        kind=_kind_of(type_name),
        id=fixture.id,
        type=type_name,
        variables=dict(variables),
    )


def _kind_of(type_name: str) -> str:
    if is_polling(type_name):
        return POLLING_KIND
    return _KINDS.get(type_name.rpartition(".")[2], "manual")


def _dates(trigger: Trigger, stage: Stage) -> Mapping[str, object]:
    """The dates of a schedule for its last date, as it would give them now."""
    timing = timing_of(trigger.type, trigger.properties, "UTC")
    date = timing.up_to(stage.clock.now()) if timing else None
    return date_variables(timing, date) if timing and date else {}


def _trigger_of(plan: Plan, trigger_id: str) -> Trigger | None:
    return next((one for one in plan.flow.triggers if one.id == trigger_id), None)
