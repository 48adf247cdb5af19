"""When the `timeout` of a task run stops what it is at; `rules/timeout` says what follows then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from lanner_coordinator.engine.commands import CancelTimer, Command, StartTimer
from lanner_coordinator.engine.execution import TaskRun
from lanner_coordinator.engine.state import State

TIMER_KIND = "timeout"
"""Start of the ids of the timers of deadlines."""


def deadline_timer(run: TaskRun) -> str:
    """Id of the timer of a task run's deadline: another one for each attempt."""
    return f"{TIMER_KIND}:{run.id}:{len(run.attempts)}"


def set_deadline(run: TaskRun, now: datetime) -> Sequence[Command]:
    """Limit what a task run begins now; void where it has no `timeout`."""
    if run.timeout is None:
        return ()
    try:
        run.expires_at = now + run.timeout
    except OverflowError:
        return ()  # later than any date: never
    return watch(run)


def keep_deadline(run: TaskRun, now: datetime) -> Sequence[Command]:
    """Limit what a task run goes on with now, or begins: the first limit holds for both."""
    if run.expires_at is None:
        return set_deadline(run, now)
    run.expires_at = max(run.expires_at, now)
    return watch(run)


def drop_deadline(run: TaskRun) -> Sequence[Command]:
    """Take the limit away: what it was for is over."""
    if run.expires_at is None:
        return ()
    run.expires_at = None
    return unwatch(run)


def watch(run: TaskRun) -> Sequence[Command]:
    """What watches over the deadline of a task run; nothing while an agent has the attempt."""
    if run.expires_at is None or run.state is State.SUBMITTED:
        return ()
    return (StartTimer(timer_id=deadline_timer(run), at=run.expires_at),)


def unwatch(run: TaskRun) -> Sequence[Command]:
    """Take the watch over the deadline of a task run away."""
    return (CancelTimer(timer_id=deadline_timer(run)),)
