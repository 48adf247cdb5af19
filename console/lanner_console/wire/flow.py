"""Flows."""

from __future__ import annotations

from lanner_console.models import (
    AppliedFlow,
    FlowCheck,
    FlowDeletion,
    FlowDetail,
    FlowProblem,
    FlowRow,
    FlowText,
    InputField,
    Page,
    RevisionRow,
    TaskNode,
)
from lanner_console.wire.state import instant, state
from lanner_proto.v1 import flow_pb2

CHANGES = {
    flow_pb2.AppliedFlow.CHANGE_CREATED: "created",
    flow_pb2.AppliedFlow.CHANGE_UPDATED: "updated",
    flow_pb2.AppliedFlow.CHANGE_UNCHANGED: "unchanged",
    flow_pb2.AppliedFlow.CHANGE_DELETED: "deleted",
}


def source_message(text: FlowText) -> flow_pb2.FlowSource:
    """A source for the wire."""
    return flow_pb2.FlowSource(name=text.name, source=text.source, if_revision=text.if_revision)


def deletion_message(one: FlowDeletion) -> flow_pb2.FlowDeletion:
    """A flow to delete, for the wire."""
    return flow_pb2.FlowDeletion(
        namespace=one.namespace, flow_id=one.flow_id, if_revision=one.if_revision
    )


def problem(message: flow_pb2.Problem) -> FlowProblem:
    """One finding about a source."""
    return FlowProblem(
        is_error=message.severity != flow_pb2.Problem.SEVERITY_WARNING,
        code=message.code,
        message=message.message,
        hint=message.hint,
        line=message.line,
        column=message.column,
        length=message.length,
        path=message.path,
    )


def check(message: flow_pb2.FlowCheck) -> FlowCheck:
    """What was found in one source."""
    return FlowCheck(
        name=message.name,
        namespace=message.namespace,
        flow_id=message.flow_id,
        problems=tuple(map(problem, message.problems)),
    )


def applied_flow(message: flow_pb2.AppliedFlow) -> AppliedFlow:
    """What became of one source."""
    return AppliedFlow(
        name=message.name,
        namespace=message.namespace,
        flow_id=message.flow_id,
        revision=message.revision,
        change=CHANGES.get(message.change, "applied"),
        warnings=tuple(map(problem, message.problems)),
    )


def row(message: flow_pb2.FlowSummary) -> FlowRow:
    """What a list shows of a flow."""
    return FlowRow(
        namespace=message.namespace,
        flow_id=message.flow_id,
        revision=message.revision,
        description=message.description,
        is_disabled=message.is_disabled,
        labels=dict(message.labels),
        applied_at=instant(message.applied_at, is_set=message.HasField("applied_at")),
        trigger_ids=tuple(message.trigger_ids),
        last_state=state(message.last_state) if message.last_state else None,
        last_started_at=instant(
            message.last_started_at, is_set=message.HasField("last_started_at")
        ),
        next_at=instant(message.next_at, is_set=message.HasField("next_at")),
    )


def page(message: flow_pb2.ListFlowsResponse) -> Page[FlowRow]:
    """A page of the list of flows."""
    return Page(rows=tuple(map(row, message.flows)), total_count=message.total_count)


def detail(message: flow_pb2.Flow) -> FlowDetail:
    """One revision of a flow."""
    return FlowDetail(
        namespace=message.namespace,
        flow_id=message.flow_id,
        revision=message.revision,
        description=message.description,
        is_disabled=message.is_disabled,
        labels=dict(message.labels),
        source=message.source,
        inputs=tuple(map(input_field, message.inputs)),
        trigger_ids=tuple(message.trigger_ids),
        applied_at=instant(message.applied_at, is_set=message.HasField("applied_at")),
        tasks=tuple(map(task_node, message.tasks)),
    )


def input_field(message: flow_pb2.Input) -> InputField:
    """An input."""
    return InputField(
        id=message.id,
        type=message.type,
        display_name=message.display_name,
        description=message.description,
        is_required=message.is_required,
        default_value=message.default_value if message.HasField("default_value") else None,
        values=tuple(message.values),
        form=message.form,
    )


def task_node(message: flow_pb2.TaskNode) -> TaskNode:
    """A task in the drawing of a flow."""
    return TaskNode(
        id=message.id,
        type=message.type,
        parent_id=message.parent_id,
        branch=message.branch,
        line=message.line,
    )


def revision(message: flow_pb2.Revision) -> RevisionRow:
    """One applied change of a flow."""
    return RevisionRow(
        revision=message.revision,
        applied_at=instant(message.applied_at, is_set=message.HasField("applied_at")),
        applied_by=message.applied_by,
    )
