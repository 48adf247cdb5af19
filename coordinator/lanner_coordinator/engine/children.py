"""The executions that an attempt starts: one for a Subflow, one for each batch of a ForEachItem.

A child knows the task run that it belongs to, the attempt knows its children by id. Both are
written in one commit, so that an attempt never has a child that nobody knows, nor two in place of
one.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from lanner_coordinator.engine.state import State

_WORST_FIRST = (State.FAILED, State.KILLED, State.CANCELLED, State.WARNING)


class Ancestor(msgspec.Struct, frozen=True, kw_only=True):
    """An execution that started this one, directly or through others."""

    execution_id: str
    namespace: str
    flow_id: str


class Children(msgspec.Struct, kw_only=True, omit_defaults=True):
    """How far the children of an attempt have come.

    Attributes:
        count: How many there will be.
        ids: Those that were started, by index.
        open: Those that have not ended, as an ordered set.
        ended: How many ended in each state.
        is_awaited: The attempt ends with them, not when they are started.
        is_transmitted: The attempt ends as they do, not with SUCCESS whatever becomes of them.
        is_batched: They are the batches of a ForEachItem.
        is_cut: The attempt took longer than its timeout: no more are started, and it fails when
            those that are awaited have ended.
        error: Why the first one failed; empty: none did.
    """

    count: int = 1
    ids: list[str] = []
    open: dict[str, None] = {}
    ended: dict[str, int] = {}
    is_awaited: bool = True
    is_transmitted: bool = True
    is_batched: bool = False
    is_cut: bool = False
    error: str = ""

    @property
    def are_started(self) -> bool:
        """Whether all of them were started."""
        return len(self.ids) >= self.count

    def state(self) -> State:
        """How the attempt ends after them."""
        if self.is_cut:
            return State.FAILED
        if self.is_transmitted:
            for state in _WORST_FIRST:
                if self.ended.get(state):
                    return state
        return State.SUCCESS

    def iterations(self) -> Mapping[str, int]:
        """How many batches are in which state."""
        if not self.is_awaited:
            return {State.SUCCESS.value: len(self.ids)}
        return {
            State.CREATED.value: self.count - len(self.ids),
            State.RUNNING.value: len(self.open),
            **self.ended,
        }
