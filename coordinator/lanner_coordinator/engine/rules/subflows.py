"""What becomes of an attempt whose work is done by other executions (flow language 2.2)."""

from __future__ import annotations

from collections.abc import Sequence

from lanner_coordinator.engine.children import Children
from lanner_coordinator.engine.commands import (
    AwaitSubflow,
    Command,
    KillSubflow,
    StartSubflow,
    WriteLog,
)
from lanner_coordinator.engine.events import (
    AttemptFinished,
    SubflowEnded,
    SubflowReplaced,
    SubflowStarted,
)
from lanner_coordinator.engine.execution import Attempt, Execution, TaskRun
from lanner_coordinator.engine.rules import attempts
from lanner_coordinator.engine.state import State
from lanner_coordinator.engine.step import Step


def awaits(execution: Execution, event: SubflowEnded | SubflowReplaced) -> bool:
    """Whether the current attempt of the task run still waits for this child."""
    run = execution.task_runs.get(event.task_run_id)
    attempt = run.attempt if run is not None and not run.state.is_terminal else None
    if attempt is None or attempt.state.is_terminal or attempt.children is None:
        return False
    return event.execution_id in attempt.children.open


def started(step: Step, event: SubflowStarted) -> None:
    """A child was started; the next one follows, or the attempt waits or ends."""
    run = step.live.execution.run_of(event.attempt_id)
    attempt = run.attempt if run is not None else None
    if run is None or attempt is None:
        return
    if attempt.children is None:
        attempt.children = Children(
            count=event.count,
            is_awaited=event.is_awaited,
            is_transmitted=event.is_transmitted,
            is_batched=event.is_batched,
        )
    children = attempt.children
    children.ids.append(event.execution_id)
    if event.is_awaited:
        children.open[event.execution_id] = None
    if not event.is_batched:
        text = f"started execution {event.execution_id}"
        step.commands.append(WriteLog(level="INFO", text=text, task_run_id=run.id))
    _show(step, run, children)
    if not children.are_started:
        step.commands.append(_next(run, attempt, children))
    elif not children.is_awaited:
        _finish(step, run, attempt, State.SUCCESS)


def ended(step: Step, event: SubflowEnded) -> None:
    """A child ended; after the last one the attempt ends too."""
    if not awaits(step.live.execution, event):
        return
    run = step.live.execution.task_runs[event.task_run_id]
    attempt = run.attempts[-1]
    children = attempt.children or Children()
    del children.open[event.execution_id]
    children.ended[event.state] = children.ended.get(event.state, 0) + 1
    children.error = children.error or event.error
    is_last = children.are_started or children.is_cut or run.state is State.KILLING
    _show(step, run, children)
    if not children.is_batched:
        run.outputs = {**run.outputs, "state": event.state.value, "outputs": event.outputs}
    if not children.open and is_last:
        _finish(step, run, attempt, _end_state(run, children, event))


def replaced(step: Step, event: SubflowReplaced) -> None:
    """A child is awaited in the place of another one."""
    if not awaits(step.live.execution, event):
        return
    run = step.live.execution.task_runs[event.task_run_id]
    children = run.attempts[-1].children or Children()
    del children.open[event.execution_id]
    children.open[event.successor_id] = None
    children.ids[children.ids.index(event.execution_id)] = event.successor_id
    text = f"execution {event.successor_id} takes the place of {event.execution_id}, which failed"
    step.commands.append(WriteLog(level="WARN", text=text, task_run_id=run.id))
    _show(step, run, children)


def stop(step: Step, run: TaskRun, attempt: Attempt, grace_seconds: float) -> None:
    """Start no more children, and kill those that are awaited unless they are spared."""
    children = attempt.children
    is_spared = step.live.execution.spares_children and run.state is not State.KILLING
    if children is None or not children.open or (is_spared and not children.is_cut):
        attempt.state = State.KILLED
        attempt.ended_at = step.now
        step.end(run, State.KILLED)
        return
    is_forced = step.live.execution.is_kill_forced
    step.commands.extend(
        KillSubflow(execution_id=child_id, grace_seconds=grace_seconds, is_forced=is_forced)
        for child_id in children.open
    )
    step.set_run_state(run, State.KILLING)


def open_commands(
    execution: Execution, run: TaskRun, attempt: Attempt, grace_seconds: float
) -> Sequence[Command]:
    """What is still to be done for an attempt: start the next child, hear of those under way."""
    children = attempt.children
    commands: list[Command] = []
    for child_id in children.open if children else ():
        if run.state is State.KILLING or (children and children.is_cut):
            is_forced = execution.is_kill_forced
            commands.append(
                KillSubflow(execution_id=child_id, grace_seconds=grace_seconds, is_forced=is_forced)
            )
        commands.append(AwaitSubflow(task_run_id=run.id, execution_id=child_id))
    may_start = children is None or not (children.are_started or children.is_cut)
    if run.state is not State.KILLING and may_start:
        commands.append(_next(run, attempt, children))
    return commands


def _end_state(run: TaskRun, children: Children, last: SubflowEnded) -> State:
    is_cut_short = not children.are_started or State.KILLED in children.ended
    if run.state is State.KILLING and is_cut_short:
        return State.KILLED
    return State.FAILED if last.are_outputs_broken else children.state()


def _next(run: TaskRun, attempt: Attempt, children: Children | None) -> StartSubflow:
    index = len(children.ids) if children else 0
    return StartSubflow(task_run_id=run.id, attempt_id=attempt.id, index=index)


def _show(step: Step, run: TaskRun, children: Children) -> None:
    """Bring the outputs of the task run up to date."""
    if children.is_batched:
        run.outputs = {
            "numberOfBatches": children.count,
            "iterations": dict(children.iterations()),
        }
    elif "executionId" not in run.outputs or run.outputs["executionId"] != children.ids[0]:
        run.outputs = {"executionId": children.ids[0], "state": State.CREATED.value}
    step.live.remember(run)


def _finish(step: Step, run: TaskRun, attempt: Attempt, state: State) -> None:
    children = attempt.children or Children()
    error = children.error if state.is_failure else ""
    attempts.finished(
        step,
        AttemptFinished(
            attempt_id=attempt.id,
            state=state,
            outputs=run.outputs,
            error=error,
            cause="subflow" if state.is_failure else "",
        ),
    )
