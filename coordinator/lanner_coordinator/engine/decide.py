"""The engine's two functions: begin an execution, and decide what an event means to it.

Both are deterministic: the same events with the same dates give the same execution and the same
    commands. The execution is changed in
place, as the fold of its events; a caller that must go back folds them again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from lanner_coordinator.engine import events, folders
from lanner_coordinator.engine.commands import (
    AskForSlot,
    Cancel,
    CheckAssertions,
    ChooseListeners,
    Command,
    Dispatch,
    Evaluate,
    EvaluateOutputs,
    LookUpResult,
    Proceed,
    RunNative,
    StartSubflow,
    StartTimer,
    WriteLog,
)
from lanner_coordinator.engine.deadline import TIMER_KIND as TIMEOUT_KIND
from lanner_coordinator.engine.deadline import watch
from lanner_coordinator.engine.ending import end_commands
from lanner_coordinator.engine.execution import (
    Attempt,
    Execution,
    LiveExecution,
    StateChange,
    TaskRun,
    restore,
)
from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.engine.results import is_looked_for, look_up
from lanner_coordinator.engine.rules import (
    attempts,
    checks,
    concurrency,
    exit,
    hold,
    listeners,
    repairs,
    result_cache,
    sla,
    sleep,
    subflows,
    templating,
    timeout,
    waits,
    working_directory,
)
from lanner_coordinator.engine.rules.concurrency import SCHEDULE_TIMER
from lanner_coordinator.engine.rules.follow import follow
from lanner_coordinator.engine.rules.kill import FINALLY_TIMER, force_kill, kill
from lanner_coordinator.engine.rules.repairs import wish
from lanner_coordinator.engine.rules.replay import replay
from lanner_coordinator.engine.rules.restart import restart
from lanner_coordinator.engine.rules.review import wish_line
from lanner_coordinator.engine.state import State
from lanner_coordinator.engine.step import Step, retry_timer
from lanner_coordinator.flow.model import TaskKind

_NO_GRACE_SECONDS = 0.0


_Wish = (
    events.KillRequested | events.RestartRequested | events.PauseRequested | events.ResumeRequested
)
"""What somebody asks for."""

_OfAttempt = (
    events.AttemptSubmitted
    | events.AttemptReturned
    | events.AttemptTemplated
    | events.AttemptStarted
    | events.AttemptFellAsleep
    | events.AttemptFinished
    | events.AttemptLost
)


def begin(
    event: events.FirstEvent, now: datetime, plan: Plan
) -> tuple[LiveExecution, Sequence[Command]]:
    """The execution of its first event, and what is to be done at once."""
    if isinstance(event, events.ExecutionRestored):
        return LiveExecution(restore(event.snapshot), plan), ()
    if isinstance(event, events.ExecutionReplayed):
        step = replay(event, now, plan)
        step.commands.insert(0, WriteLog(level="INFO", text=wish("replayed", event)))
        return step.live, step.finish()
    step = Step(LiveExecution(created(event, now), plan), now, follow)
    checks.tell(step, event)
    if event.failure:
        checks.fail(step, event.failure)
        return step.live, _finish(step, was_begun=False)
    if event.schedule_at is not None and event.schedule_at > now:
        step.commands.append(StartTimer(timer_id=SCHEDULE_TIMER, at=event.schedule_at))
    else:
        concurrency.start(step)
    sla.watch_durations(step)
    return step.live, _finish(step, was_begun=False)


def created(event: events.ExecutionCreated, now: datetime) -> Execution:
    """An execution that nothing has happened to but its creation."""
    return Execution(
        id=event.execution_id,
        namespace=event.namespace,
        flow_id=event.flow_id,
        flow_revision=event.flow_revision,
        inputs=event.inputs,
        labels=dict(event.labels),
        trigger=event.trigger,
        original_id=event.original_id,
        parent_run_id=event.parent_run_id,
        lineage=event.lineage,
        trigger_depth=event.trigger_depth,
        parent_id=event.parent_id,
        repeats=list(event.repeats),
        schedule_at=event.schedule_at,
        is_limited=event.is_limited,
        attempt_number=event.attempt_number,
        first_created_at=event.first_created_at,
        templates=event.templates,
        changes=[StateChange(State.CREATED, now)],
    )


def decide(live: LiveExecution, event: events.Event, now: datetime) -> Sequence[Command]:
    """What an event means: changes the execution and returns what is to be done, in order.

    Events that no longer fit (an attempt that is not current, a timer that was cancelled) change
    nothing.
    """
    step = Step(live, now, follow)
    was_begun = live.execution.is_begun
    _apply(step, event)
    return _finish(step, was_begun=was_begun)


def open_commands(live: LiveExecution) -> Sequence[Command]:
    """What is still to be done of all commands so far.

    For the runtime after a restart of its own.
    """
    execution = live.execution
    commands: list[Command] = []
    if execution.state is State.RESTARTED:
        return (Proceed(),)
    if execution.state is State.CREATED and execution.schedule_at:
        commands.append(StartTimer(timer_id=SCHEDULE_TIMER, at=execution.schedule_at))
    elif execution.is_asking:
        commands.append(AskForSlot())
    commands.extend(sla.duration_timers(live))
    if execution.is_begun and sla.open_assertions(live) and not execution.state.is_terminal:
        commands.append(CheckAssertions())
    if execution.is_killing and execution.kill_deadline is not None:
        commands.append(StartTimer(timer_id=FINALLY_TIMER, at=execution.kill_deadline))
    for run_id in execution.open_runs:
        commands.extend(
            command
            for command in _open_commands_of(live, execution.task_runs[run_id])
            if not (
                execution.is_on_hold
                and isinstance(command, Evaluate | LookUpResult | Dispatch | StartSubflow)
            )
        )
    if execution.end_state is not None and not execution.state.is_terminal:
        commands.append(EvaluateOutputs())
    if listeners.are_open(live):
        commands.append(ChooseListeners())
    elif execution.state.is_terminal and not execution.open_runs:
        commands.extend(end_commands(execution))
    return commands


def _finish(step: Step, *, was_begun: bool) -> Sequence[Command]:
    step.finish()
    sla.watch_assertions(step, was_begun=was_begun)
    return step.commands


def _apply(step: Step, event: events.Event) -> None:  # noqa: C901 - one line for each event
    match event:
        case events.SlotAnswered():
            concurrency.answered(step, event)
        case events.StartAllowed():
            concurrency.allowed(step, event)
        case events.TaskRunEvaluated():
            _evaluated(step, event)
        case events.EvaluationFailed():
            _evaluation_failed(step, event)
        case events.ResultLookedUp():
            result_cache.looked_up(step, event)
        case (
            events.AttemptSubmitted()
            | events.AttemptReturned()
            | events.AttemptTemplated()
            | events.AttemptStarted()
            | events.AttemptFellAsleep()
            | events.AttemptFinished()
            | events.AttemptLost()
        ):
            _apply_to_attempt(step, event)
        case events.FolderLost():
            working_directory.folder_lost(step, event)
        case events.SubflowStarted():
            subflows.started(step, event)
        case events.SubflowEnded():
            subflows.ended(step, event)
        case events.SubflowReplaced():
            subflows.replaced(step, event)
        case events.TimerFired():
            _timer_fired(step, event.timer_id)
        case (
            events.KillRequested()
            | events.RestartRequested()
            | events.PauseRequested()
            | events.ResumeRequested()
        ):
            _apply_wish(step, event)
        case events.Proceeded():
            concurrency.proceeded(step, event)
            sla.watch_durations(step)
        case events.TaskRunMarked() | events.EndStateSet() | events.LabelsSet():
            repairs.apply(step, event)
        case events.ListenersChosen():
            _run_listeners(step, event.indexes)
        case events.SlaBroken():
            _break_sla(step, event.index)
        case events.OutputsEvaluated():
            step.live.execution.outputs = event.values
            step.conclude()
        case events.OutputsFailed():
            _outputs_failed(step, event.error)
        case events.ExecutionCreated() | events.ExecutionRestored() | events.ExecutionReplayed():
            raise ValueError(f"{type(event).__name__} begins an execution; use begin()")
        case _:
            assert_never(event)


def _apply_wish(step: Step, event: _Wish) -> None:
    match event:
        case events.KillRequested():
            step.commands.append(WriteLog(level="WARN", text=wish("killed", event)))
            spares = event.spares_children and not step.live.execution.is_killing
            step.live.execution.spares_children |= spares
            kill(step, event.grace_seconds)
            _release(step)
        case events.RestartRequested():
            step.commands.append(WriteLog(level="INFO", text=wish("restarted", event)))
            restart(step)
        case events.PauseRequested():
            step.commands.append(WriteLog(level="INFO", text=wish("paused", event)))
            hold.hold(step)
        case events.ResumeRequested():
            run = hold.paused_run(step.live.execution, event.task_run_id)
            step.commands.append(wish_line(run, event))
            if hold.resume(step, event):
                _release(step)
        case _:
            assert_never(event)


def _run_listeners(step: Step, indexes: list[int]) -> None:
    if listeners.are_open(step.live):
        step.live.execution.listeners = indexes
        step.go_after()


def _apply_to_attempt(step: Step, event: _OfAttempt) -> None:
    run = step.live.execution.run_of(event.attempt_id)
    if run is not None and run.container is not None:
        if not isinstance(event, events.AttemptFellAsleep | events.AttemptTemplated):
            working_directory.apply_to_work(step, run, event)
        return
    match event:
        case events.AttemptSubmitted():
            attempts.submitted(step, event)
        case events.AttemptReturned():
            attempts.returned(step, event)
        case events.AttemptTemplated():
            templating.templated(step, event)
        case events.AttemptStarted():
            attempts.started(step, event)
        case events.AttemptFellAsleep():
            sleep.fall_asleep(step, event)
        case events.AttemptFinished():
            exit.finished(step, event)
        case events.AttemptLost():
            attempts.lost(step, event)
        case _:
            assert_never(event)


def _evaluated(step: Step, event: events.TaskRunEvaluated) -> None:
    run = _waiting_run(step, event.task_run_id)
    if run is None:
        return
    if waits.is_checked(run):
        waits.end_wait(step, run, event.values)
    elif event.should_run:
        run.timeout = event.timeout
        step.begin(run, step.live.plan.tasks[run.task_id].task, event.values)
    else:
        step.end(run, State.SKIPPED)


def _evaluation_failed(step: Step, event: events.EvaluationFailed) -> None:
    run = _waiting_run(step, event.task_run_id)
    if run is None:
        return
    if waits.is_checked(run):
        waits.fail_wait(step, run, event.error)
    else:
        step.fail(run, event.error)


def _waiting_run(step: Step, run_id: str) -> TaskRun | None:
    """The task run, when it still waits for its evaluation.

    What comes while the execution is on hold is asked for again when it is resumed.
    """
    execution = step.live.execution
    run = execution.task_runs.get(run_id)
    if run is None or run.state.is_terminal or execution.is_on_hold:
        return None
    if run.state is State.RESTARTED:
        return run
    return run if waits.is_checked(run) or not (run.attempts or run.container) else None


def _timer_fired(step: Step, timer_id: str) -> None:
    execution = step.live.execution
    kind = timer_id.partition(":")[0]
    if timer_id == SCHEDULE_TIMER:
        if execution.state is State.CREATED:
            concurrency.start(step)
    elif timer_id == FINALLY_TIMER:
        if execution.is_killing:
            force_kill(step, _NO_GRACE_SECONDS)
    elif kind == sla.TIMER_KIND:
        _break_sla(step, int(timer_id.split(":")[1]))
    elif kind == sleep.TIMER_KIND:
        sleep.wake(step, timer_id)
    elif not execution.is_on_hold:
        # The timers of all that waits are started again when it is resumed.
        _timer_of_run_fired(step, kind, timer_id)


def _timer_of_run_fired(step: Step, kind: str, timer_id: str) -> None:
    if kind == TIMEOUT_KIND:
        timeout.expired(step, timer_id)
    elif kind == waits.TIMER_KIND:
        waits.wait_is_over(step, timer_id)
    else:
        run = step.live.execution.task_runs.get(timer_id.split(":")[1])
        if run is not None and run.state is State.RETRYING and retry_timer(run) == timer_id:
            step.start_attempt(run, step.live.plan.tasks[run.task_id].task)


def _break_sla(step: Step, index: int) -> None:
    sla.break_sla(step, index)
    if step.live.execution.is_killing:
        _release(step)


def _release(step: Step) -> None:
    """End the hold of an execution: follow what ended, and ask again for what was held back."""
    live = step.live
    if not live.execution.is_on_hold:
        return
    live.execution.is_on_hold = False
    timeout.let_wait_again(step)
    for run_id in live.execution.open_runs:
        step.commands.extend(
            command
            for command in _open_commands_of(live, live.execution.task_runs[run_id])
            if not isinstance(command, RunNative | Cancel)
        )
    step.release_held()


def _outputs_failed(step: Step, error: str) -> None:
    execution = step.live.execution
    step.commands.append(WriteLog(level="ERROR", text=error))
    if execution.end_state is not State.KILLED:
        execution.end_state = State.FAILED
    execution.error = execution.error or error
    step.conclude()


def _open_commands_of(live: LiveExecution, run: TaskRun) -> Sequence[Command]:
    return (*_open_work_of(live, run), *watch(run))


def _open_work_of(live: LiveExecution, run: TaskRun) -> Sequence[Command]:
    attempt = run.attempt
    if run.container is not None:
        return (*waits.open_commands(run), *folders.open_commands(run))
    if run.state is State.RETRYING:
        if run.rescue_start or run.retry_at is None:
            return ()
        return (StartTimer(timer_id=retry_timer(run), at=run.retry_at),)
    if attempt is None or attempt.state.is_terminal:
        return (Evaluate(task_run_id=run.id),)
    if attempt.wakes_at is not None:
        return (StartTimer(timer_id=sleep.wake_timer(attempt), at=attempt.wakes_at),)
    if is_looked_for(live.plan.tasks[run.task_id].task, attempt):
        return (look_up(run, attempt),)
    return _open_attempt_of(live, run, attempt)


def _open_attempt_of(live: LiveExecution, run: TaskRun, attempt: Attempt) -> Sequence[Command]:
    kind = templating.kind_of(live, run)
    if kind is TaskKind.SUBFLOW:
        return subflows.open_commands(live.execution, run, attempt, _NO_GRACE_SECONDS)
    if kind in (TaskKind.NATIVE, TaskKind.TEMPLATED):
        return (RunNative(task_run_id=run.id, attempt_id=attempt.id),)
    if attempt.state is State.CREATED:
        return (Dispatch(task_run_id=run.id, attempt_id=attempt.id),)
    if run.state is State.KILLING:
        grace = _NO_GRACE_SECONDS
        return (Cancel(task_run_id=run.id, attempt_id=attempt.id, grace_seconds=grace),)
    return ()
