"""What a flow promises of its executions, and what follows when an execution breaks it.

A longest duration is a timer that starts with the execution, or anew with its restart, so that
waiting for a slot counts. An assertion is looked at when the execution begins and whenever a task
run has ended; the runtime tells only of those that do not hold. Each is broken at most once.
"""

from __future__ import annotations

from collections.abc import Sequence

from lanner_coordinator.engine.commands import CheckAssertions, Command, StartTimer, WriteLog
from lanner_coordinator.engine.execution import LiveExecution
from lanner_coordinator.engine.rules.kill import kill
from lanner_coordinator.engine.state import State
from lanner_coordinator.engine.step import Step
from lanner_coordinator.flow.duration import format_duration
from lanner_coordinator.flow.policies import Sla, SlaBehavior

TIMER_KIND = "sla"
"""Start of the ids of the timers of longest durations."""

GRACE_SECONDS = 10.0
"""Between the polite and the hard signal to the tasks of an execution that is stopped."""

_STOPPED = {SlaBehavior.FAIL: State.FAILED, SlaBehavior.CANCEL: State.CANCELLED}


def watch_durations(step: Step) -> None:
    """Begin to measure the execution, from its date if it is to start later."""
    execution = step.live.execution
    is_first = State.RESTARTED not in {change.state for change in execution.changes}
    planned_at = execution.schedule_at if is_first else None
    execution.measured_from = max(step.now, planned_at or step.now)
    step.commands.extend(duration_timers(step.live))


def duration_timers(live: LiveExecution) -> Sequence[Command]:
    """The timers of an execution that has not ended."""
    execution = live.execution
    since = execution.measured_from
    if since is None or execution.state.is_terminal or execution.is_killing:
        return ()
    return [
        StartTimer(timer_id=f"{TIMER_KIND}:{index}", at=since + sla.duration)
        for index, sla in enumerate(live.plan.flow.sla)
        if sla.duration is not None and index not in execution.broken_slas
    ]


def watch_assertions(step: Step, *, was_begun: bool) -> None:
    """Have the assertions looked at, if the execution began in this step or task runs ended."""
    execution = step.live.execution
    if execution.state.is_terminal or execution.is_killing or not execution.is_begun:
        return
    if (step.has_ended_runs or not was_begun) and open_assertions(step.live):
        step.commands.insert(0, CheckAssertions())


def open_assertions(live: LiveExecution) -> Sequence[tuple[int, str]]:
    """Places and expressions of the assertions that are not broken yet."""
    return [
        (index, sla.assertion)
        for index, sla in enumerate(live.plan.flow.sla)
        if sla.assertion is not None and index not in live.execution.broken_slas
    ]


def break_sla(step: Step, index: int) -> None:
    """The execution does not keep a promise: label it and, if that is asked for, stop it."""
    execution = step.live.execution
    if execution.state.is_terminal or index in execution.broken_slas:
        return
    execution.broken_slas.append(index)
    sla = step.live.plan.flow.sla[index]
    execution.labels.update(sla.labels)
    step.commands.append(WriteLog(level="WARN", text=_sentence(sla)))
    if sla.behavior is SlaBehavior.NONE or execution.is_killing:
        return
    execution.stop_state = _STOPPED[sla.behavior]
    execution.error = execution.error or _sentence(sla)
    kill(step, GRACE_SECONDS)


def _sentence(sla: Sla) -> str:
    if sla.duration is not None:
        limit = format_duration(sla.duration)
        return f'SLA "{sla.id}" is broken: the execution took longer than {limit}'
    return f'SLA "{sla.id}" is broken: `{sla.assertion}` does not hold'
