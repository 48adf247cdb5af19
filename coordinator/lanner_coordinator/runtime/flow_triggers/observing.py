"""What a flow trigger sees of an execution of another flow."""

from __future__ import annotations

from datetime import datetime

from lanner_coordinator.engine.execution import LiveExecution
from lanner_coordinator.flow.conditions.contract import Observed
from lanner_coordinator.flow.instants import format_instant
from lanner_coordinator.runtime.executions.labels import SYSTEM_PREFIX
from lanner_coordinator.runtime.variables import nested_labels
from lanner_coordinator.store.trigger_records import MetRecord


def observed(live: LiveExecution, state: str) -> Observed:
    """What conditions see of an execution in a state."""
    execution = live.execution
    return Observed(
        namespace=execution.namespace,
        flow_id=execution.flow_id,
        state=state,
        labels=dict(execution.labels),
        outputs=dict(execution.outputs),
        attempt_states=[
            [attempt.state.value for attempt in run.attempts]
            for run in execution.task_runs.values()
        ],
    )


def met_record(live: LiveExecution, at: datetime) -> MetRecord:
    """An execution as it is remembered."""
    return MetRecord(
        at=at,
        execution_id=live.execution.id,
        flow_id=live.execution.flow_id,
        outputs=dict(live.execution.outputs),
    )


def trigger_variables(
    live: LiveExecution, state: str, outputs: dict[str, object]
) -> dict[str, object]:
    """`trigger.*` of the execution that is started."""
    execution = live.execution
    changes = execution.changes
    last_task = next(reversed(execution.task_runs.values()), None)
    found: dict[str, object] = {
        "executionId": execution.id,
        "executionLabels": nested_labels(
            {
                key: value
                for key, value in execution.labels.items()
                if not key.startswith(SYSTEM_PREFIX)
            }
        ),
        "namespace": execution.namespace,
        "flowId": execution.flow_id,
        "flowRevision": execution.flow_revision,
        "state": state,
        "startDate": format_instant(execution.created_at),
        "outputs": outputs,
    }
    if execution.state.is_terminal:
        found["endDate"] = format_instant(changes[-1].at)
    if execution.failed_task_id:
        found["firstFailedTaskId"] = execution.failed_task_id
    if last_task is not None:
        found["lastTaskId"] = last_task.task_id
    return found


def when_variables(seen: Observed) -> dict[str, object]:
    """What a `when` sees besides: the execution without a word before it."""
    return {
        "namespace": seen.namespace,
        "flowId": seen.flow_id,
        "state": seen.state,
        "labels": nested_labels(seen.labels),
        "outputs": dict(seen.outputs),
        "hasRetryAttempt": any(len(states) > 1 for states in seen.attempt_states),
    }
