"""Executions, task runs and attempts."""

from __future__ import annotations

from lanner_console.models import (
    ActOffer,
    AttemptRow,
    Evaluation,
    ExecutionDetail,
    ExecutionRow,
    ExecutionUpdate,
    Page,
    PauseRow,
    TaskRunRow,
)
from lanner_console.wire.batch import ACT_OF_NUMBER
from lanner_console.wire.flow import input_field
from lanner_console.wire.review import review
from lanner_console.wire.state import instant, metric, state, state_change
from lanner_proto.v1 import execution_pb2
from lanner_proto.values import from_struct


def row(message: execution_pb2.ExecutionSummary) -> ExecutionRow:
    """What a list shows of an execution."""
    return ExecutionRow(
        id=message.id,
        namespace=message.namespace,
        flow_id=message.flow_id,
        flow_revision=message.flow_revision,
        state=state(message.state),
        created_at=instant(message.created_at, is_set=message.HasField("created_at")),
        started_at=instant(message.started_at, is_set=message.HasField("started_at")),
        ended_at=instant(message.ended_at, is_set=message.HasField("ended_at")),
        attempt_number=message.attempt_number,
        labels=dict(message.labels),
        trigger=message.trigger,
        failed_task_id=message.failed_task_id,
        error=message.error,
        task_run_count=message.task_run_count,
        ended_task_run_count=message.ended_task_run_count,
    )


def page(message: execution_pb2.ListExecutionsResponse) -> Page[ExecutionRow]:
    """A page of the list of executions."""
    return Page(rows=tuple(map(row, message.executions)), total_count=message.total_count)


def attempt(message: execution_pb2.Attempt) -> AttemptRow:
    """One try of a task run."""
    return AttemptRow(
        id=message.id,
        number=message.number,
        state=state(message.state),
        agent_id=message.agent_id,
        submitted_at=instant(message.submitted_at, is_set=message.HasField("submitted_at")),
        started_at=instant(message.started_at, is_set=message.HasField("started_at")),
        ended_at=instant(message.ended_at, is_set=message.HasField("ended_at")),
        error=message.error,
        runner=message.runner,
        metrics=tuple(map(metric, message.metrics)),
        child_ids=tuple(message.child_execution_ids),
        child_count=message.child_count,
        log_file=message.log_file,
    )


def task_run(message: execution_pb2.TaskRun) -> TaskRunRow:
    """One task of one execution."""
    return TaskRunRow(
        id=message.id,
        task_id=message.task_id,
        type=message.type,
        state=state(message.state),
        parent_id=message.parent_id,
        value=message.value if message.HasField("value") else None,
        state_changes=tuple(map(state_change, message.state_changes)),
        attempts=tuple(map(attempt, message.attempts)),
        outputs=from_struct(message.outputs),
        pending_reason=message.pending_reason,
    )


def detail(message: execution_pb2.Execution) -> ExecutionDetail:
    """All of an execution."""
    return ExecutionDetail(
        row=row(message.summary),
        inputs=from_struct(message.inputs),
        outputs=from_struct(message.outputs),
        trigger_variables=from_struct(message.trigger_variables),
        state_changes=tuple(map(state_change, message.state_changes)),
        task_runs={one.id: task_run(one) for one in message.task_runs},
        started_by_task_run_id=message.started_by_task_run_id,
        started_by_execution_id=message.started_by_execution_id,
    )


def pause(message: execution_pb2.Pause) -> PauseRow:
    """One reason why an execution is paused."""
    return PauseRow(
        task_run_id=message.task_run_id,
        task_id=message.task_id,
        description=message.description,
        inputs=tuple(map(input_field, message.inputs)),
        paused_at=instant(message.paused_at, is_set=message.HasField("paused_at")),
        ends_at=instant(message.ends_at, is_set=message.HasField("ends_at")),
        review=review(message.review) if message.HasField("review") else None,
    )


def update(message: execution_pb2.WatchExecutionResponse) -> ExecutionUpdate:
    """What is new about a watched execution."""
    snapshot = detail(message.snapshot) if message.HasField("snapshot") else None
    return ExecutionUpdate(
        row=snapshot.row if snapshot else row(message.summary),
        snapshot=snapshot,
        changed_task_runs=tuple(map(task_run, message.changed_task_runs)),
        removed_task_run_ids=tuple(message.removed_task_run_ids),
        outputs=from_struct(message.outputs) if message.HasField("outputs") else None,
    )


def offers(message: execution_pb2.ListExecutionActsResponse) -> list[ActOffer]:
    """What can be done, and why not; acts of a newer coordinator are left out."""
    return [
        ActOffer(act=ACT_OF_NUMBER.get(offer.act), reason=offer.reason)
        for offer in message.offers
        if offer.is_mark or offer.act in ACT_OF_NUMBER
    ]


def evaluation(message: execution_pb2.EvaluateExpressionResponse) -> Evaluation:
    """What a text comes to in an execution."""
    return Evaluation(
        result=message.result if message.HasField("result") else None, error=message.error
    )
