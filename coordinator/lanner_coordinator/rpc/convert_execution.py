"""Executions on the wire."""

from __future__ import annotations

from collections.abc import Sequence

from lanner_coordinator.engine.execution import Attempt, StateChange, TaskRun
from lanner_coordinator.engine.ids import execution_of
from lanner_coordinator.flow.model import InputType
from lanner_coordinator.rpc.convert_values import STATES, date_out, metric_out, values_out
from lanner_coordinator.runtime.archive import summarize
from lanner_coordinator.runtime.executions.views import ExecutionView
from lanner_coordinator.runtime.executions.watching import Moment
from lanner_coordinator.runtime.secrets.sealing import shown_name
from lanner_coordinator.runtime.variables import SECRET_MASK
from lanner_coordinator.store.records import ExecutionSummary
from lanner_proto.v1 import execution_pb2, state_pb2

CHILD_LIMIT = 100
"""Children of one attempt that are shown."""


def summary_out(summary: ExecutionSummary) -> execution_pb2.ExecutionSummary:
    """What lists show of an execution."""
    return execution_pb2.ExecutionSummary(
        id=summary.id,
        namespace=summary.namespace,
        flow_id=summary.flow_id,
        flow_revision=summary.flow_revision,
        state=STATES[summary.state],
        created_at=date_out(summary.created_at),
        started_at=date_out(summary.started_at),
        ended_at=date_out(summary.ended_at),
        attempt_number=summary.attempt_number,
        labels=summary.labels,
        trigger=summary.trigger,
        failed_task_id=summary.failed_task_id,
        error=summary.error,
        task_run_count=summary.task_run_count,
        ended_task_run_count=summary.ended_task_run_count,
    )


def execution_out(view: ExecutionView) -> execution_pb2.Execution:
    """All of an execution."""
    execution = view.execution
    return execution_pb2.Execution(
        summary=summary_out(summarize(execution)),
        inputs=values_out(view.shown(_shown_inputs(view))),
        outputs=values_out(view.shown(execution.outputs)),
        trigger_variables=values_out(view.shown(execution.trigger.variables)),
        state_changes=_changes(execution.changes),
        task_runs=[task_run_out(view, run) for run in execution.task_runs.values()],
        parent_id=execution.parent_id,
        original_id=execution.original_id,
        started_by_task_run_id=execution.parent_run_id,
        started_by_execution_id=execution_of(execution.parent_run_id),
    )


def moment_out(moment: Moment) -> execution_pb2.WatchExecutionResponse:
    """What is told of a watched execution."""
    view = moment.view
    outputs = values_out(view.shown(view.execution.outputs)) if moment.has_ended else None
    if moment.run_ids is None:
        return execution_pb2.WatchExecutionResponse(snapshot=execution_out(view), outputs=outputs)
    task_runs = view.execution.task_runs
    return execution_pb2.WatchExecutionResponse(
        summary=summary_out(summarize(view.execution)),
        changed_task_runs=[
            task_run_out(view, task_runs[run_id])
            for run_id in moment.run_ids
            if run_id in task_runs
        ],
        removed_task_run_ids=[run_id for run_id in moment.run_ids if run_id not in task_runs],
        outputs=outputs,
    )


def task_run_out(view: ExecutionView, run: TaskRun) -> execution_pb2.TaskRun:
    """One task run."""
    return execution_pb2.TaskRun(
        id=run.id,
        task_id=run.task_id,
        type=view.type_of(run.task_id),
        parent_id=run.parent_id,
        value=shown_name(run.value),
        state=STATES[run.state],
        state_changes=_changes(run.changes),
        attempts=[_attempt(attempt) for attempt in run.attempts],
        outputs=values_out(view.shown(run.outputs)),
        pending_reason=view.pending.get(run.id, ""),
    )


def _attempt(attempt: Attempt) -> execution_pb2.Attempt:
    children = attempt.children
    return execution_pb2.Attempt(
        id=attempt.id,
        number=attempt.number,
        state=STATES[attempt.state],
        agent_id=attempt.agent_id,
        submitted_at=date_out(attempt.submitted_at),
        started_at=date_out(attempt.started_at),
        ended_at=date_out(attempt.ended_at),
        error=attempt.error,
        metrics=[metric_out(metric) for metric in attempt.metrics],
        runner=attempt.runner,
        child_execution_ids=children.ids[:CHILD_LIMIT] if children else (),
        child_count=children.count if children else 0,
        log_file=attempt.log_file,
    )


def _changes(changes: Sequence[StateChange]) -> Sequence[state_pb2.StateChange]:
    return [
        state_pb2.StateChange(state=STATES[change.state], at=date_out(change.at))
        for change in changes
    ]


def _shown_inputs(view: ExecutionView) -> dict[str, object]:
    """Inputs without secrets; without a plan nobody knows which are, so that none is shown."""
    values = view.execution.inputs
    if view.plan is None:
        return dict.fromkeys(values, SECRET_MASK)
    shown = dict(values)
    for one in view.plan.flow.inputs:
        if one.type is InputType.SECRET:
            _mask(shown, one.id.split("."))
    return shown


def _mask(values: dict[str, object], path: Sequence[str]) -> None:
    name, *rest = path
    value = values.get(name)
    if value is None:
        return
    if not rest:
        values[name] = SECRET_MASK
    elif isinstance(value, dict):
        copy = values[name] = dict(value)
        _mask(copy, rest)
