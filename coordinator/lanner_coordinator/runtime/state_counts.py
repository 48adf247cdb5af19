"""How many live executions are in which state, kept up to date so that asking costs nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from lanner_coordinator.engine.state import State


class StateCounts:
    """Counts each live execution once, in the state that it was last put down with."""

    def __init__(self) -> None:
        self._states: dict[str, State] = {}
        self._counts: Counter[State] = Counter()

    @property
    def counts(self) -> Mapping[State, int]:
        """By state; one that no execution is in counts 0."""
        return self._counts

    @property
    def total(self) -> int:
        """All live executions."""
        return len(self._states)

    def put(self, execution_id: str, state: State) -> None:
        """An execution is in a state now."""
        before = self._states.get(execution_id)
        if before is not state:
            self.drop(execution_id)
            self._states[execution_id] = state
            self._counts[state] += 1

    def drop(self, execution_id: str) -> None:
        """An execution is not live any more; void when it was not."""
        before = self._states.pop(execution_id, None)
        if before is not None:
            self._counts[before] -= 1
