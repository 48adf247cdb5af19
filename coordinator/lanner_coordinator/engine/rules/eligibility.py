"""Which act is allowed in which state: the one place that says so.

For one execution and for thousands, whoever asks: the services, batches, the command line and the
console all show what is said here.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from lanner_coordinator.engine.phase import Phase
from lanner_coordinator.engine.state import State


class Act(StrEnum):
    """What a person can do to an execution."""

    RETRY = "retry"
    """Let it go on from its failed tasks; called a restart, too."""
    REPLAY = "replay"
    """Repeat it as a new execution, from the start or from a task run."""
    KILL = "kill"
    PAUSE = "pause"
    """Let nothing new begin until it is resumed."""
    RESUME = "resume"
    """Let it go on, whoever or whatever paused it."""
    FORCE_RUN = "force_run"
    """Let it run now, whatever it waits for."""
    UNQUEUE = "unqueue"
    """Let it run past the concurrency limit of its flow."""
    CHANGE_STATE = "change_state"
    """Say in which state it has ended."""
    SET_LABELS = "set_labels"
    DELETE = "delete"
    """Remove it with its task runs, logs and files."""


class RunAct(StrEnum):
    """What a person can do to a task run."""

    MARK = "mark"
    """Say in which state it has ended; the execution goes on from there."""
    REPLAY = "replay"
    """Repeat the execution from it, as a new one."""


END_STATES = (State.SUCCESS, State.WARNING, State.FAILED, State.KILLED, State.CANCELLED)
"""States that an ended execution can be changed to."""

MARKED_STATES = (*END_STATES, State.SKIPPED)
"""States that an ended task run can be marked as."""

_MAY_RETRY = frozenset({State.FAILED, State.KILLED, State.CANCELLED})

_NOTHING_TO_FORCE: Mapping[State, str] = {
    State.RESTARTED: "it runs already",
    State.RETRYING: "it waits for the date of its next attempt",
    State.KILLING: "it is being killed",
}


def refusal(act: Act, state: State, *, goes_on: bool = False) -> str:
    """Why the act is not allowed on an execution in this state; empty: it is allowed.

    Args:
        act: What is to be done.
        state: Of the execution.
        goes_on: It has its end state, but its `afterExecution` tasks still run.
    """
    match act:
        case Act.RETRY:
            return _unended(state, goes_on) or _retry_refusal(state)
        case Act.KILL:
            return f"it has already ended ({state})" if state.is_terminal else ""
        case Act.PAUSE:
            return "" if state is State.RUNNING else f"it does not run ({state})"
        case Act.RESUME:
            return "" if state is State.PAUSED else f"it is not paused ({state})"
        case Act.FORCE_RUN:
            return _force_refusal(state)
        case Act.UNQUEUE:
            return "" if state is State.QUEUED else f"it is not queued ({state})"
        case Act.REPLAY | Act.CHANGE_STATE | Act.SET_LABELS | Act.DELETE:
            return _unended(state, goes_on)


def run_refusal(
    act: RunAct,
    execution: State,
    state: State,
    phase: Phase,
    *,
    goes_on: bool = False,
    shares_folder: bool = False,
) -> str:
    """Why the act is not allowed on a task run; empty: it is allowed.

    Args:
        act: What is to be done.
        execution: State of its execution.
        state: State of the task run.
        phase: Outermost list, above the task run or its own, that is not one of `tasks`.
        goes_on: As for `refusal`.
        shares_folder: It worked in the folder of a WorkingDirectory.
    """
    why_not = _unended(execution, goes_on)
    if why_not:
        return f"its execution cannot be changed: {why_not}"
    if not state.is_terminal:
        return f"it has not ended ({state})"
    if phase is Phase.AFTER:
        return f"it is part of `{phase}`, which runs after the end of the execution"
    if act is RunAct.MARK and phase is not Phase.TASKS:
        return f"it is part of `{phase}`, which runs anew when anything before it changes"
    if act is RunAct.MARK and shares_folder:
        return "it shared a folder that is gone: mark its WorkingDirectory"
    return ""


def target_refusal(target: State, allowed: tuple[State, ...]) -> str:
    """Why nothing can be changed to this state; empty: it can."""
    if target in allowed:
        return ""
    return f"{target} is not one of {', '.join(allowed)}"


def _unended(state: State, goes_on: bool) -> str:
    if goes_on and state.is_terminal:
        return f"it has not ended yet ({state}): its `{Phase.AFTER}` tasks run"
    return "" if state.is_terminal else f"it has not ended ({state})"


def _retry_refusal(state: State) -> str:
    if state in _MAY_RETRY:
        return ""
    if state is State.RETRIED:
        return "it was replaced by a new execution"
    return f"No task found to restart, nothing in it failed ({state})"


def _force_refusal(state: State) -> str:
    if state.is_terminal:
        return f"it has already ended ({state})"
    return _NOTHING_TO_FORCE.get(state, "")
