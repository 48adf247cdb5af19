"""How an attempt that has nothing to do for a while sleeps and wakes: the task Sleep."""

from __future__ import annotations

from lanner_coordinator.engine.commands import StartTimer
from lanner_coordinator.engine.events import AttemptFellAsleep
from lanner_coordinator.engine.execution import Attempt
from lanner_coordinator.engine.ids import task_run_of
from lanner_coordinator.engine.results import keep
from lanner_coordinator.engine.rules.attempts import success_after_retry
from lanner_coordinator.engine.state import State
from lanner_coordinator.engine.step import Step

TIMER_KIND = "wake"
"""Start of the ids of the timers of sleeping attempts."""


def wake_timer(attempt: Attempt) -> str:
    """Id of the timer of a sleeping attempt."""
    return f"{TIMER_KIND}:{task_run_of(attempt.id)}:{attempt.number}"


def fall_asleep(step: Step, event: AttemptFellAsleep) -> None:
    """The attempt sleeps from now on; no agent and no slot is needed for that."""
    run = step.live.execution.run_of(event.attempt_id)
    attempt = run.attempt if run is not None else None
    if run is None or attempt is None or attempt.wakes_at is not None:
        return
    if run.state is State.KILLING:
        attempt.state = State.KILLED
        attempt.ended_at = step.now
        step.end(run, State.KILLED)
        return
    attempt.wakes_at = step.now + event.duration
    step.commands.append(StartTimer(timer_id=wake_timer(attempt), at=attempt.wakes_at))


def wake(step: Step, timer_id: str) -> None:
    """The attempt has slept enough and succeeds; void when it is not asleep any more."""
    run = step.live.execution.task_runs.get(timer_id.split(":")[1])
    attempt = run.attempt if run is not None else None
    if run is None or attempt is None or attempt.state is not State.RUNNING:
        return
    if attempt.wakes_at is not None and wake_timer(attempt) == timer_id:
        attempt.state = State.SUCCESS
        attempt.ended_at = step.now
        step.commands.extend(keep(run, attempt))
        step.end(run, success_after_retry(step, run, State.SUCCESS))
