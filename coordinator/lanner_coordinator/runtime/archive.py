"""An execution as lists and history see it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from lanner_coordinator.engine.execution import Execution, LiveExecution, StateChange, TaskRun
from lanner_coordinator.engine.state import State
from lanner_coordinator.runtime.secrets.sealing import shown_name
from lanner_coordinator.store.records import ExecutionSummary, TaskRunRecord

ERROR_LIMIT = 500
"""Characters of an error that lists keep."""


def summarize(execution: Execution) -> ExecutionSummary:
    """What lists see of an execution."""
    ended_at = execution.changes[-1].at if execution.state.is_terminal else None
    return ExecutionSummary(
        id=execution.id,
        namespace=execution.namespace,
        flow_id=execution.flow_id,
        flow_revision=execution.flow_revision,
        state=execution.state,
        created_at=execution.created_at,
        started_at=_first(execution.changes, State.RUNNING, since=execution.created_at),
        ended_at=ended_at,
        attempt_number=execution.attempt_number,
        labels=dict(execution.labels),
        trigger=execution.trigger.kind,
        failed_task_id=execution.failed_task_id,
        error=first_line(execution.error),
        task_run_count=len(execution.task_runs),
        ended_task_run_count=len(execution.task_runs) - len(execution.open_runs),
    )


def task_run_records(live: LiveExecution) -> Sequence[TaskRunRecord]:
    """All task runs of an ended execution."""
    return [_task_run_record(live, run) for run in live.execution.task_runs.values()]


def first_line(text: str) -> str:
    """The first line of an error, as long as lists keep it."""
    return text.split("\n", 1)[0][:ERROR_LIMIT]


def _task_run_record(live: LiveExecution, run: TaskRun) -> TaskRunRecord:
    attempt = run.attempt
    return TaskRunRecord(
        execution_id=live.execution.id,
        id=run.id,
        task_id=run.task_id,
        type=live.plan.tasks[run.task_id].task.type,
        parent_id=run.parent_id,
        value=shown_name(run.value),
        state=run.state,
        attempt_count=len(run.attempts),
        agent_id=attempt.agent_id if attempt else "",
        created_at=run.changes[0].at,
        started_at=_first(run.changes, State.RUNNING),
        ended_at=run.changes[-1].at,
        error=first_line(attempt.error) if attempt else "",
    )


def _first(
    changes: Sequence[StateChange], state: State, *, since: datetime | None = None
) -> datetime | None:
    dates = (change.at for change in changes if change.state is state)
    return next((at for at in dates if since is None or at >= since), None)
