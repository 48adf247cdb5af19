"""Which state may follow which: the engine's own table, which every change of a state goes through.

`docs/states.md` draws it.
"""

from __future__ import annotations

from collections.abc import Mapping

from lanner_coordinator.engine.state import State

Transitions = Mapping[State, frozenset[State]]
"""States that may follow, by state; a state that is missing does not occur."""


class ForbiddenTransition(Exception):
    """A rule wants a change of state that the table does not have: an error of the engine.

    Attributes:
        before: The state.
        after: What was to follow it.
    """

    def __init__(self, what: str, before: State, after: State) -> None:
        super().__init__(
            f"{what} cannot go from {before} to {after}: a rule of the engine is wrong"
        )
        self.before = before
        self.after = after


_ENDS = frozenset({State.SUCCESS, State.WARNING, State.FAILED, State.KILLED, State.CANCELLED})


def _ended(ends: frozenset[State], *opened: State) -> Transitions:
    """An end: a person gives it another one, or opens it again."""
    return {state: (ends - {state}) | set(opened) for state in ends}


EXECUTION: Transitions = {
    State.CREATED: frozenset(
        {State.QUEUED, State.RUNNING, State.KILLING, State.FAILED, State.CANCELLED}
    ),
    State.QUEUED: frozenset({State.RUNNING, State.KILLING}),
    State.RUNNING: _ENDS | {State.PAUSED, State.KILLING, State.RETRIED},
    State.PAUSED: frozenset({State.RUNNING, State.RESTARTED, State.KILLING}),
    State.KILLING: _ENDS,
    State.RESTARTED: frozenset({State.QUEUED, State.RUNNING, State.KILLING}),
    State.RETRIED: _ENDS | {State.RESTARTED},
    **_ended(_ENDS, State.RESTARTED),
}
"""Of executions."""

_RUN_ENDS = _ENDS | {State.SKIPPED}

TASK_RUN: Transitions = {
    State.CREATED: _RUN_ENDS | {State.SUBMITTED, State.RUNNING, State.RETRYING, State.KILLING},
    State.SUBMITTED: _ENDS | {State.CREATED, State.RUNNING, State.RETRYING, State.KILLING},
    State.RUNNING: _ENDS | {State.CREATED, State.PAUSED, State.RETRYING, State.KILLING},
    State.PAUSED: _ENDS | {State.RUNNING, State.KILLING},
    State.RETRYING: frozenset({State.CREATED, State.RUNNING, State.KILLED}),
    State.KILLING: _ENDS,
    State.RESTARTED: _RUN_ENDS | {State.CREATED, State.RUNNING, State.KILLING},
    **_ended(_RUN_ENDS, State.RESTARTED, State.RUNNING),
}
"""Of task runs."""


def check(transitions: Transitions, what: str, before: State, after: State) -> None:
    """Let a change of state pass.

    Raises:
        ForbiddenTransition: The table does not have it.
    """
    if after not in transitions.get(before, ()):
        raise ForbiddenTransition(what, before, after)
