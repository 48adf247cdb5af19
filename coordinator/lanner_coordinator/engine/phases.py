"""Which phase of a container comes next, and in which state it ends after the last."""

from __future__ import annotations

from lanner_coordinator.engine.execution import Container, Execution, LiveExecution
from lanner_coordinator.engine.phase import Phase
from lanner_coordinator.engine.rules.outcome import container_state
from lanner_coordinator.engine.state import State
from lanner_coordinator.engine.stops import is_container_stopped, is_forced, is_killed

_AFTER = {
    Phase.TASKS: (Phase.ERRORS, Phase.FINALLY),
    Phase.ERRORS: (Phase.FINALLY,),
}
"""Phases that may follow one, in order."""


def next_phase(live: LiveExecution, container: Container) -> Phase | None:
    """The phase that follows a container's own; absent: it ends."""
    for phase in _AFTER.get(container.phase, ()):
        if _runs(live, container, phase):
            return phase
    return None


def _runs(live: LiveExecution, container: Container, phase: Phase) -> bool:
    execution = live.execution
    if not live.plan.branch(container.task_id, phase.value):
        return False
    if phase is Phase.ERRORS:
        is_final = execution.repeat_at is None or execution.state.is_terminal
        stopped = is_container_stopped(execution, container)
        has_failed = container.is_expired or container.failed_count > 0
        return has_failed and is_final and not stopped
    return not is_forced(execution)


def end_state(execution: Execution, container: Container) -> State:
    """In which state a flowable ends."""
    if is_killed(execution, container):
        return State.KILLED
    if execution.exit_state is not None and execution.is_leaving:
        if container.run_id in execution.exit_above:
            return execution.exit_state
        if not container.is_shielded:
            return State.KILLED
    return State.KILLED if container.is_cut else container_state(container)


def flow_state(execution: Execution) -> State:
    """In which state an execution ends, before its outputs are rendered."""
    state = execution.exit_state or container_state(execution.root)
    if execution.root.has_failed_finally and not state.is_failure:
        state = State.FAILED
    if execution.is_killing:
        return execution.stop_state or State.KILLED
    if state is State.FAILED and execution.repeat_at is not None:
        return State.RETRIED
    return state
