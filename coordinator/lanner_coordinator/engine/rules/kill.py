"""How an execution is killed.

One that has not begun ends at once. Otherwise the first kill stops everything but `finally` lists,
which run (those of the containers that had begun, and the flow's) within a limit. A second kill, or
the end of that limit, stops them too.
"""

from __future__ import annotations

from datetime import timedelta

from lanner_coordinator.engine.commands import Cancel, CancelTimer, StartTimer
from lanner_coordinator.engine.execution import Attempt, TaskRun
from lanner_coordinator.engine.rules import subflows
from lanner_coordinator.engine.rules.reopen import close
from lanner_coordinator.engine.rules.sleep import wake_timer
from lanner_coordinator.engine.rules.waits import kill_wait
from lanner_coordinator.engine.rules.working_directory import is_worked_on, stop_work
from lanner_coordinator.engine.state import State
from lanner_coordinator.engine.step import Step
from lanner_coordinator.flow.model import TaskKind

FINALLY_TIMER = "finally"
"""Id of the timer that ends `finally` lists after a kill."""

FINALLY_LIMIT = timedelta(minutes=5)
"""How long `finally` lists may run after a kill."""


def kill(step: Step, grace_seconds: float) -> None:
    """Stop an execution, or its `finally` lists when it is being stopped already."""
    execution = step.live.execution
    if execution.state.is_terminal:
        return
    if execution.is_killing:
        force_kill(step, grace_seconds)
        return
    step.set_state(State.KILLING)
    execution.kill_deadline = step.now + timedelta(seconds=grace_seconds) + FINALLY_LIMIT
    step.commands.append(StartTimer(timer_id=FINALLY_TIMER, at=execution.kill_deadline))
    stop_open_runs(step, grace_seconds)
    if execution.is_opened:
        close(step)
    elif not execution.is_begun:
        execution.end_state = execution.stop_state or State.KILLED
        step.conclude()


def force_kill(step: Step, grace_seconds: float) -> None:
    """Stop `finally` lists too."""
    step.live.execution.is_kill_forced = True
    stop_open_runs(step, grace_seconds)


def stop_open_runs(step: Step, grace_seconds: float) -> None:
    """Stop what runs, but for `finally` lists unless they are to be stopped too."""
    execution = step.live.execution
    for run_id in list(execution.open_runs):
        run = execution.task_runs[run_id]
        is_waiting = run.container is not None and run.container.wait is not None
        if run.container is not None and not (is_waiting or is_worked_on(run)):
            continue
        if execution.is_kill_forced or not execution.is_shielded(run):
            stop_run(step, run, grace_seconds)


def stop_run(step: Step, run: TaskRun, grace_seconds: float) -> None:
    """Stop a task run that has no children, or waits for more than those."""
    attempt = run.attempt
    if run.rescue_start:
        return  # it ends with the `errors` that run before its retry
    if is_worked_on(run):
        stop_work(step, run, grace_seconds)
    elif run.container is not None:
        kill_wait(step, run.container)
    elif run.state is State.RETRYING:
        step.forget_retry(run)
        step.end(run, State.KILLED)
    elif attempt is None or attempt.state.is_terminal:
        step.end(run, State.KILLED)
    elif attempt.wakes_at is not None:
        step.commands.append(CancelTimer(timer_id=wake_timer(attempt)))
        _close(step, run, attempt)
    elif step.live.plan.tasks[run.task_id].task.kind is TaskKind.SUBFLOW:
        subflows.stop(step, run, attempt, grace_seconds)
    else:
        step.commands.append(
            Cancel(task_run_id=run.id, attempt_id=attempt.id, grace_seconds=grace_seconds)
        )
        if attempt.state is State.CREATED:
            _close(step, run, attempt)
        else:
            step.set_run_state(run, State.KILLING)


def _close(step: Step, run: TaskRun, attempt: Attempt) -> None:
    attempt.state = State.KILLED
    attempt.ended_at = step.now
    step.end(run, State.KILLED)
