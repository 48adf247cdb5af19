"""What the reports on attempts do to their task runs."""

from __future__ import annotations

from datetime import datetime

from lanner_coordinator.engine import folders
from lanner_coordinator.engine.commands import WriteLog
from lanner_coordinator.engine.deadline import unwatch
from lanner_coordinator.engine.events import (
    AttemptFinished,
    AttemptLost,
    AttemptReturned,
    AttemptStarted,
    AttemptSubmitted,
)
from lanner_coordinator.engine.execution import Attempt, TaskRun
from lanner_coordinator.engine.results import keep
from lanner_coordinator.engine.rules.rescue import try_rescue
from lanner_coordinator.engine.rules.retry import next_attempt_at, next_execution_at
from lanner_coordinator.engine.rules.variables import apply_changes
from lanner_coordinator.engine.state import State
from lanner_coordinator.engine.step import Step
from lanner_coordinator.flow.model import AgentLostPolicy, Retry, RetryBehavior

LOST_ATTEMPT_LIMIT = 10
"""How often a task run is tried again because its agent was lost.

A task that takes every host down must end some day.
"""


def submitted(step: Step, event: AttemptSubmitted) -> None:
    """An agent was chosen."""
    run, attempt = _current(step, event.attempt_id)
    if run is None or attempt is None or attempt.state is not State.CREATED:
        return
    attempt.state = State.SUBMITTED
    attempt.agent_id = event.agent_id
    attempt.submitted_at = step.now
    step.set_run_state(run, State.SUBMITTED)
    if run.expires_at is not None:
        step.commands.extend(unwatch(run))
    folders.pin(step.live, run, event.agent_id)


def returned(step: Step, event: AttemptReturned) -> None:
    """The agent did not take it: back to the queue."""
    run, attempt = _current(step, event.attempt_id)
    if run is None or attempt is None:
        return
    if event.agent_id and event.agent_id != attempt.agent_id:
        return
    attempt.agent_id = ""
    attempt.submitted_at = None
    folders.unpin(step.live, run, step.commands)
    if run.state is State.KILLING:
        _close(step, attempt, State.KILLED, "")
        step.end(run, State.KILLED)
        return
    attempt.state = State.CREATED
    step.set_run_state(run, State.CREATED)
    if not step.follow_lost(run):
        step.dispatch(run, attempt)


def started(step: Step, event: AttemptStarted) -> None:
    """Its work began."""
    run, attempt = _current(step, event.attempt_id)
    if run is None or attempt is None or attempt.state is State.RUNNING:
        return
    attempt.state = State.RUNNING
    attempt.runner = event.runner
    folders.note_made(step.live, run)
    attempt.started_at = event.began_at or step.now
    run.expires_at = None
    if run.state is not State.KILLING:
        step.set_run_state(run, State.RUNNING, event.began_at)


def finished(step: Step, event: AttemptFinished) -> None:
    """It ended: the task run ends too, or is tried again."""
    run, attempt = _current(step, event.attempt_id)
    if run is None or attempt is None:
        return
    event = apply_changes(step.live, event)
    if attempt.agent_id:
        folders.note_made(step.live, run)
    state = event.state
    if run.state is State.KILLING and (state is State.FAILED or event.is_exit):
        state = State.KILLED
    _close(step, attempt, state, event.error)
    attempt.ended_at = event.ended_at or step.now
    attempt.cause = event.cause
    attempt.metrics = event.metrics
    if event.log_file:
        attempt.log_file = event.log_file
        text = f"the log of attempt {attempt.number} is in the file {event.log_file}"
        step.commands.append(WriteLog(level="INFO", text=text, task_run_id=run.id))
    run.outputs = event.outputs
    step.live.execution.labels.update(event.labels)
    if event.is_exit:
        step.end(run, state, event.error)
    elif state is State.FAILED:
        _failed(step, run, event.error, event.ended_at)
    else:
        if state in (State.SUCCESS, State.WARNING) and not (event.labels or event.variables):
            # A result that changes the execution itself says nothing to another one.
            step.commands.extend(keep(run, attempt))
        step.end(run, success_after_retry(step, run, state), at=event.ended_at)


def lost(step: Step, event: AttemptLost) -> None:
    """Its agent is gone: the task's policy says what follows."""
    run, attempt = _current(step, event.attempt_id)
    if run is None or attempt is None:
        return
    task = step.live.plan.tasks[run.task_id].task
    if run.state is State.KILLING:
        _close(step, attempt, State.KILLED, event.reason)
        step.end(run, State.KILLED)
        return
    _close(step, attempt, State.FAILED, event.reason)
    attempt.cause = "lost"
    folder = folders.folder_of(step.live, run)
    if folder is not None:
        folder.lose()
    lost_count = sum(1 for other in run.attempts[run.restarted_after :] if other.is_lost)
    if task.on_agent_lost is AgentLostPolicy.FAIL or lost_count >= LOST_ATTEMPT_LIMIT:
        _failed(step, run, event.reason, None)
        return
    attempt.is_lost = True
    text = f"{event.reason}; the task is tried again elsewhere"
    step.commands.append(WriteLog(level="WARN", text=text, task_run_id=run.id))
    step.start_attempt(run, task)


def _current(step: Step, attempt_id: str) -> tuple[TaskRun | None, Attempt | None]:
    run = step.live.execution.run_of(attempt_id)
    return (None, None) if run is None else (run, run.attempt)


def _close(step: Step, attempt: Attempt, state: State, error: str) -> None:
    attempt.state = state
    attempt.ended_at = step.now
    attempt.error = error


def _failed(step: Step, run: TaskRun, error: str, at: datetime | None) -> None:
    retry = step.live.plan.tasks[run.task_id].retry
    if retry is None or step.is_stopped(run):
        step.fail(run, error, at)
    elif retry.behavior is RetryBehavior.CREATE_NEW_EXECUTION:
        execution = step.live.execution
        if execution.repeat_at is None and not execution.state.is_terminal:
            execution.repeat_at = next_execution_at(retry, execution, run, step.now)
        step.fail(run, error, at)
    else:
        _try_again(step, run, retry, error, at)


def _try_again(step: Step, run: TaskRun, retry: Retry, error: str, at: datetime | None) -> None:
    next_at = next_attempt_at(retry, run, step.now)
    if next_at is None:
        step.fail(run, error, at)
        return
    step.log_error(run, error)
    run.retry_at = next_at
    if not try_rescue(step, run):
        step.retry_at(run, next_at)


def success_after_retry(step: Step, run: TaskRun, state: State) -> State:
    """The state of a task run whose attempt ended so, after `warningOnRetry`.

    A retry warns where it is written, not for the tasks below.
    """
    retry = step.live.plan.tasks[run.task_id].task.retry
    counted = len(run.counted_attempts)
    if state is State.SUCCESS and counted > 1 and retry is not None and retry.warn_on_retry:
        return State.WARNING
    return state
