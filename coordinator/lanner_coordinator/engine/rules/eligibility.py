"""Which act is allowed on an execution in which state.

The one place that says so, for one execution and for thousands.
"""

from __future__ import annotations

from enum import StrEnum

from lanner_coordinator.engine.state import State


class Act(StrEnum):
    """What a person can do to an execution."""

    RETRY = "retry"
    KILL = "kill"


_MAY_RETRY = frozenset({State.FAILED, State.KILLED, State.CANCELLED})


def refusal(act: Act, state: State) -> str:
    """Why the act is not allowed in this state, as a sentence; empty: it is allowed."""
    match act:
        case Act.RETRY:
            return _retry_refusal(state)
        case Act.KILL:
            return f"it has already ended ({state})" if state.is_terminal else ""


def _retry_refusal(state: State) -> str:
    if state in _MAY_RETRY:
        return ""
    if not state.is_terminal:
        return f"it has not ended ({state})"
    if state is State.RETRIED:
        return "it was replaced by a new execution"
    return f"nothing in it failed ({state})"
