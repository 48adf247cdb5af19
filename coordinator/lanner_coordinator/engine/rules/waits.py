"""What follows when the wait of a container ends.

By its date, a person, an evaluation or a kill.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lanner_coordinator.engine.commands import Command, Evaluate, StartTimer
from lanner_coordinator.engine.control.contract import AfterWait, ControlError, EndedWait
from lanner_coordinator.engine.control.table import WAITING_CONTROLS
from lanner_coordinator.engine.execution import Container, TaskRun
from lanner_coordinator.engine.rules.outcome import count_state
from lanner_coordinator.engine.state import State
from lanner_coordinator.engine.step import Step
from lanner_coordinator.engine.wait import WaitKind, wait_timer

TIMER_KIND = "wait"
"""Start of the ids of the timers of waits."""


def is_checked(run: TaskRun) -> bool:
    """Whether a task run that has begun waits for an evaluation."""
    wait = run.container.wait if run.container is not None else None
    return wait is not None and wait.kind is WaitKind.CHECK


def open_commands(run: TaskRun) -> Sequence[Command]:
    """What is still to be done for the wait of a task run."""
    wait = run.container.wait if run.container is not None else None
    if wait is None:
        return ()
    if wait.kind is WaitKind.CHECK:
        return (Evaluate(task_run_id=run.id),)
    if wait.until is None:
        return ()
    return (StartTimer(timer_id=wait_timer(run.id, wait), at=wait.until),)


def wait_is_over(step: Step, timer_id: str) -> None:
    """The date of a wait has come; void when the wait has ended otherwise."""
    run = step.live.execution.task_runs.get(timer_id.split(":")[1])
    wait = run.container.wait if run is not None and run.container is not None else None
    if run is not None and wait is not None and wait_timer(run.id, wait) == timer_id:
        end_wait(step, run, {})


def end_wait(step: Step, run: TaskRun, values: Mapping[str, object]) -> None:
    """Let a task run that waits go on as its control says."""
    container = step.live.execution.container(run.id)
    wait = container.wait
    if wait is None:
        return
    step.close_wait(container)
    control = WAITING_CONTROLS[step.live.plan.tasks[run.task_id].task.type]
    began_at = next(change.at for change in reversed(run.changes) if change.state is State.RUNNING)
    past = EndedWait(wait=wait, values=values, elapsed=step.now - began_at)
    try:
        after = control.after_wait(step.live.plan, container, past)
    except ControlError as error:
        after = AfterWait(state=State.FAILED, error=str(error))
    _go_on(step, run, container, after)
    outputs = control.outputs(container, values)
    if outputs and outputs != run.outputs:
        run.outputs = outputs
        step.live.remember(run)


def fail_wait(step: Step, run: TaskRun, error: str) -> None:
    """What a task run waits for cannot be evaluated: it fails."""
    container = step.live.execution.container(run.id)
    step.close_wait(container)
    _go_on(step, run, container, AfterWait(state=State.FAILED, error=error))


def kill_wait(step: Step, container: Container) -> None:
    """End a wait because the execution is being stopped."""
    step.close_wait(container)
    container.restarts_anew = True
    count_state(container, State.KILLED)
    step.settle(container)


def _go_on(step: Step, run: TaskRun, container: Container, after: AfterWait) -> None:
    count_state(container, after.state)
    if after.state is not State.SUCCESS:
        container.restarts_anew = after.state.is_failure
        if after.state is State.FAILED:
            step.complain(run, after.error)
    else:
        if after.begins_round:
            _forget_round(step, container)
        if after.children and run.state is State.PAUSED:
            step.set_run_state(run, State.RUNNING)
        step.start_children(container, after.children)
        step.open_wait(container)
    step.settle(container)


def _forget_round(step: Step, container: Container) -> None:
    """Remove the task runs of a round that is over, with those of the loops inside of it."""
    execution = step.live.execution
    rounds = [container]
    while rounds:
        below = rounds.pop()
        for run_id in below.round_runs:
            gone = execution.task_runs.pop(run_id, None)
            if gone is None:
                continue
            step.live.forget(gone)
            if gone.container is not None:
                rounds.append(gone.container)
        below.round_runs = []
    container.stalled = []
    container.warning_count = 0
