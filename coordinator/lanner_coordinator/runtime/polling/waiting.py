"""Looks that wait for an agent with room: at most one for each trigger."""

from __future__ import annotations

from lanner_coordinator.runtime.dispatcher import Demand, Dispatcher, QueuedAttempt
from lanner_coordinator.runtime.polling.ids import poll_attempt_id, poll_run_id
from lanner_coordinator.runtime.schedule.records import TriggerKey


class WaitingPolls:
    """Lets looks wait in the same queue as the attempts of tasks."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        self._by_key: dict[TriggerKey, QueuedAttempt] = {}
        self._by_id: dict[str, TriggerKey] = {}

    def demand_of(self, key: TriggerKey) -> Demand | None:
        """What the agent must be for which the look of a trigger waits; absent: none waits."""
        waiting = self._by_key.get(key)
        return waiting.demand if waiting is not None else None

    def put(self, key: TriggerKey, new_id: str, demand: Demand) -> None:
        """Let a look wait, in place of an earlier one of its trigger."""
        self.withdraw(key)
        waiting = QueuedAttempt(
            execution_id=new_id,
            task_run_id=poll_run_id(new_id),
            attempt_id=poll_attempt_id(new_id),
            demand=demand,
        )
        self._by_key[key] = waiting
        self._by_id[waiting.attempt_id] = key
        self._dispatcher.enqueue(waiting)

    def withdraw(self, key: TriggerKey) -> None:
        """Let no look of a trigger wait; harmless when none does."""
        waiting = self._by_key.pop(key, None)
        if waiting is not None:
            del self._by_id[waiting.attempt_id]
            self._dispatcher.withdraw(waiting.attempt_id)

    def key_of(self, attempt_id: str) -> TriggerKey | None:
        """Whose look it is; absent: it was withdrawn."""
        return self._by_id.get(attempt_id)

    def reason(self, key: TriggerKey) -> str:
        """Why the look of a trigger waits, as a sentence; empty: none does."""
        waiting = self._by_key.get(key)
        return self._dispatcher.pending_reason(waiting.attempt_id) if waiting is not None else ""
