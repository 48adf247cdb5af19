"""Tasks that a text says, which is rendered when they begin: TemplatedTask.

An attempt of one has no type until its text was rendered. Only the type is kept: the text may hold
secrets, and is rendered again for the work itself.
"""

from __future__ import annotations

from lanner_coordinator.engine.commands import RunNative
from lanner_coordinator.engine.deadline import set_deadline
from lanner_coordinator.engine.events import AttemptTemplated
from lanner_coordinator.engine.execution import LiveExecution, TaskRun
from lanner_coordinator.engine.state import State
from lanner_coordinator.engine.step import Step
from lanner_coordinator.flow.model import TaskKind


def kind_of(live: LiveExecution, run: TaskRun) -> TaskKind:
    """Where the work of a task run is done, as far as that is known."""
    attempt = run.attempt
    if attempt is not None and attempt.task_kind is not None:
        return attempt.task_kind
    return live.plan.tasks[run.task_id].task.kind


def type_of(live: LiveExecution, run: TaskRun) -> str:
    """Type of the work of a task run, as far as that is known."""
    attempt = run.attempt
    if attempt is not None and attempt.task_type:
        return attempt.task_type
    return live.plan.tasks[run.task_id].task.type


def templated(step: Step, event: AttemptTemplated) -> None:
    """Begin the work of an attempt whose type is known now."""
    run = step.live.execution.run_of(event.attempt_id)
    attempt = run.attempt if run is not None else None
    if run is None or attempt is None or attempt.task_kind is not None:
        return
    attempt.task_type, attempt.task_kind = event.task_type, event.task_kind
    if event.task_kind is TaskKind.AGENT:
        step.dispatch(run, attempt)
        return
    attempt.state = State.RUNNING
    attempt.started_at = step.now
    step.set_run_state(run, State.RUNNING)
    step.commands.extend(set_deadline(run, step.now))
    step.commands.append(RunNative(task_run_id=run.id, attempt_id=attempt.id))
