"""What follows when the `timeout` of a task is over.

It limits one thing after the other: how long an attempt waits for an agent, how long the agent
works on it (which the agent itself watches over), how long work of the coordinator takes, and how
long the tasks of a flowable take. An attempt fails and is tried again as after any failure. A
flowable fails: all that is in its tasks is stopped, but for `finally` lists of what is below;
then its own `errors` and `finally` run, without a limit.
"""

from __future__ import annotations

from collections.abc import Iterator

from lanner_coordinator.engine import stops
from lanner_coordinator.engine.commands import CancelTimer, KillSubflow, Withdraw
from lanner_coordinator.engine.deadline import deadline_timer, set_deadline
from lanner_coordinator.engine.events import AttemptFinished
from lanner_coordinator.engine.execution import Attempt, Container, TaskRun
from lanner_coordinator.engine.phase import Phase
from lanner_coordinator.engine.results import is_looked_for
from lanner_coordinator.engine.rules import attempts
from lanner_coordinator.engine.rules.kill import stop_run
from lanner_coordinator.engine.rules.sleep import wake_timer
from lanner_coordinator.engine.rules.templating import kind_of
from lanner_coordinator.engine.rules.working_directory import cut_work, is_worked_on
from lanner_coordinator.engine.state import State
from lanner_coordinator.engine.step import Step
from lanner_coordinator.flow.duration import format_duration
from lanner_coordinator.flow.model import TaskKind

GRACE_SECONDS = 10.0
"""Between the polite and the hard signal to what runs elsewhere."""


def expired(step: Step, timer_id: str) -> None:
    """The date has come; void when what it limits is over or is being stopped."""
    run = step.live.execution.task_runs.get(timer_id.split(":")[1])
    if run is None or run.expires_at is None or deadline_timer(run) != timer_id:
        return
    if run.expires_at > step.now:
        return  # a hold has put it off
    if run.container is not None:
        _stop_tasks(step, run, run.container)
    elif run.attempt is not None:
        _stop_attempt(step, run, run.attempt)


def let_wait_again(step: Step) -> None:
    """Nobody could take what waited for an agent during a hold: it waits anew from now on."""
    execution = step.live.execution
    for run_id in execution.open_runs:
        run = execution.task_runs[run_id]
        attempt = run.attempt if run.container is None else None
        if attempt is None or attempt.state is not State.CREATED:
            continue
        if not is_looked_for(step.live.plan.tasks[run.task_id].task, attempt):
            set_deadline(run, step.now)


# Attempts


def _stop_attempt(step: Step, run: TaskRun, attempt: Attempt) -> None:
    kind = kind_of(step.live, run)
    if kind is TaskKind.AGENT:
        if attempt.state is State.CREATED:
            step.commands.append(Withdraw(attempt_id=attempt.id))
            _fail(step, run, attempt, "no agent took the task within its timeout")
        return
    if attempt.wakes_at is not None:
        step.commands.append(CancelTimer(timer_id=wake_timer(attempt)))
    if attempt.children is not None and attempt.children.open:
        _kill_children(step, run, attempt)
    else:
        _fail(step, run, attempt, "the task took longer than its timeout")


def _kill_children(step: Step, run: TaskRun, attempt: Attempt) -> None:
    """The attempt fails when the last of its children has ended."""
    if attempt.children is None:
        return
    run.expires_at = None
    attempt.children.is_cut = True
    attempt.children.error = _sentence(run, "the task took longer than its timeout")
    step.commands.extend(
        KillSubflow(execution_id=child_id, grace_seconds=GRACE_SECONDS, is_forced=False)
        for child_id in attempt.children.open
    )


def _fail(step: Step, run: TaskRun, attempt: Attempt, what: str) -> None:
    attempts.finished(
        step,
        AttemptFinished(
            attempt_id=attempt.id, state=State.FAILED, error=_sentence(run, what), cause="timeout"
        ),
    )


def _sentence(run: TaskRun, what: str) -> str:
    limit = "" if run.timeout is None else f" of {format_duration(run.timeout)}"
    return f'task "{run.task_id}": {what}{limit}'


# Flowables


def _stop_tasks(step: Step, run: TaskRun, container: Container) -> None:
    execution = step.live.execution
    if container.phase is not Phase.TASKS or stops.is_container_stopped(execution, container):
        return
    run.expires_at = None
    container.is_expired = True
    container.restarts_anew = True
    step.complain(run, _sentence(run, "the tasks took longer than the timeout"))
    below = list(_open_below(step, run))
    for inner in below:
        if inner.container is not None and inner.container.phase is not Phase.FINALLY:
            inner.container.is_cut = True
    step.close_wait(container)
    cut_work(step, run, GRACE_SECONDS)
    for inner in below:
        if inner.id not in execution.open_runs:
            continue
        is_waiting = inner.container is None or inner.container.wait is not None
        if is_waiting or is_worked_on(inner):
            stop_run(step, inner, GRACE_SECONDS)
    step.settle(container)


def _open_below(step: Step, run: TaskRun) -> Iterator[TaskRun]:
    """Open task runs below one, but for those that are part of a `finally` there."""
    execution = step.live.execution
    for run_id in execution.open_runs:
        inner = execution.task_runs[run_id]
        above = inner
        while above.parent_id and above.id != run.id and above.phase is not Phase.FINALLY:
            if above.parent_id == run.id:
                yield inner
                break
            above = execution.task_runs[above.parent_id]
