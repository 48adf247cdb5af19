"""Flows on the wire."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lanner_coordinator.engine.phase import Phase
from lanner_coordinator.flow.conversion import as_text
from lanner_coordinator.flow.diagnostics import Problem, Severity
from lanner_coordinator.flow.model import Flow, Input, InputType, Task
from lanner_coordinator.rpc.convert_values import STATES, date_out
from lanner_coordinator.rpc.limits import required
from lanner_coordinator.runtime.flows.changes import (
    AppliedFlow,
    Change,
    GivenDeletion,
    GivenSource,
    SourceCheck,
)
from lanner_coordinator.runtime.flows.overview import FlowOverview
from lanner_coordinator.runtime.variables import SECRET_MASK
from lanner_coordinator.store.records import FlowRecord
from lanner_proto.v1 import flow_pb2, state_pb2

_SEVERITIES = {
    Severity.ERROR: flow_pb2.Problem.SEVERITY_ERROR,
    Severity.WARNING: flow_pb2.Problem.SEVERITY_WARNING,
}

_CHANGES = {
    Change.CREATED: flow_pb2.AppliedFlow.CHANGE_CREATED,
    Change.UPDATED: flow_pb2.AppliedFlow.CHANGE_UPDATED,
    Change.UNCHANGED: flow_pb2.AppliedFlow.CHANGE_UNCHANGED,
    Change.DELETED: flow_pb2.AppliedFlow.CHANGE_DELETED,
}


def source_in(source: flow_pb2.FlowSource) -> GivenSource:
    """A source that a client gives."""
    return GivenSource(
        name=source.name,
        text=source.source,
        if_revision=source.if_revision if source.HasField("if_revision") else None,
    )


def deletion_in(message: flow_pb2.FlowDeletion) -> GivenDeletion:
    """A flow that somebody deletes."""
    return GivenDeletion(
        namespace=required("namespace", message.namespace),
        flow_id=required("flow_id", message.flow_id),
        if_revision=message.if_revision if message.HasField("if_revision") else None,
    )


def problem_out(problem: Problem) -> flow_pb2.Problem:
    """One finding."""
    return flow_pb2.Problem(
        severity=_SEVERITIES[problem.severity],
        code=problem.code,
        message=problem.message,
        hint=problem.hint,
        line=problem.position.line,
        column=problem.position.column,
        length=problem.length,
        path=problem.path,
    )


def check_out(check: SourceCheck) -> flow_pb2.FlowCheck:
    """What is wrong with a source."""
    return flow_pb2.FlowCheck(
        name=check.name,
        namespace=check.namespace,
        flow_id=check.flow_id,
        problems=[problem_out(problem) for problem in check.problems],
    )


def applied_out(applied: AppliedFlow) -> flow_pb2.AppliedFlow:
    """What became of a source."""
    return flow_pb2.AppliedFlow(
        name=applied.name,
        namespace=applied.namespace,
        flow_id=applied.flow_id,
        revision=applied.revision,
        change=_CHANGES[applied.change],
        problems=[problem_out(problem) for problem in applied.problems],
    )


def flow_out(record: FlowRecord, flow: Flow | None) -> flow_pb2.Flow:
    """A revision; without `flow`, as it cannot be read any more, only its source."""
    message = flow_pb2.Flow(
        namespace=record.namespace,
        flow_id=record.flow_id,
        revision=record.revision,
        source=record.source,
        applied_at=date_out(record.applied_at),
    )
    if flow is not None:
        message.description = flow.description
        message.is_disabled = flow.is_disabled
        message.labels.update(flow.labels)
        message.inputs.extend(input_out(one) for one in flow.inputs)
        message.trigger_ids.extend(trigger.id for trigger in flow.triggers)
        message.tasks.extend(_all_nodes(flow))
    return message


def overview_out(overview: FlowOverview) -> flow_pb2.FlowSummary:
    """A flow in a list."""
    record, flow, last = overview.record, overview.flow, overview.last
    return flow_pb2.FlowSummary(
        namespace=record.namespace,
        flow_id=record.flow_id,
        revision=record.revision,
        description=flow.description if flow else "",
        is_disabled=flow.is_disabled if flow else False,
        labels=flow.labels if flow else {},
        applied_at=date_out(record.applied_at),
        trigger_ids=[trigger.id for trigger in flow.triggers] if flow else (),
        last_state=STATES[last.state] if last else state_pb2.STATE_UNSPECIFIED,
        last_started_at=date_out(last.started_at) if last else None,
        next_at=date_out(overview.next_at),
    )


def revision_out(record: FlowRecord) -> flow_pb2.Revision:
    """A revision in a list."""
    return flow_pb2.Revision(
        revision=record.revision,
        applied_at=date_out(record.applied_at),
        applied_by=record.applied_by,
    )


def input_out(one: Input) -> flow_pb2.Input:
    """An input, as a form needs it."""
    choices = one.properties.get("values")
    message = flow_pb2.Input(
        id=one.id,
        type=one.type.value,
        display_name=one.display_name,
        description=one.description,
        is_required=one.is_required,
        form=one.form,
        values=[_choice(choice) for choice in choices] if isinstance(choices, list | tuple) else (),
    )
    if one.has_default and one.default is not None:
        is_secret = one.type is InputType.SECRET
        message.default_value = SECRET_MASK if is_secret else as_text(one.default)
    return message


def _choice(choice: object) -> str:
    return as_text(choice.get("value") if isinstance(choice, Mapping) else choice)


def _all_nodes(flow: Flow) -> Iterator[flow_pb2.TaskNode]:
    yield from _nodes(flow.tasks, "", Phase.TASKS.value)
    yield from _nodes(flow.errors, "", Phase.ERRORS.value)
    yield from _nodes(flow.finally_tasks, "", Phase.FINALLY.value)
    for listener in flow.listeners:
        yield from _nodes(listener.tasks, "", Phase.AFTER.value)
    yield from _nodes(flow.after_execution, "", Phase.AFTER.value)


def _nodes(tasks: Sequence[Task], parent_id: str, branch: str) -> Iterator[flow_pb2.TaskNode]:
    for task in tasks:
        yield flow_pb2.TaskNode(
            id=task.id,
            type=task.type,
            parent_id=parent_id,
            branch=branch,
            line=task.position.line,
        )
        for name, below in task.branches.items():
            yield from _nodes(below, task.id, name)
