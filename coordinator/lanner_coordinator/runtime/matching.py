"""What happens when an attempt that waits and an agent that has room come together."""

from __future__ import annotations

from lanner_coordinator.engine import events
from lanner_coordinator.runtime.dispatcher import Dispatcher, QueuedAttempt
from lanner_coordinator.runtime.group import Feed, Group, LiveEntry, Work
from lanner_coordinator.runtime.rendering import Rendering


class Matching:
    """Renders attempts for agents."""

    def __init__(self, *, rendering: Rendering, dispatcher: Dispatcher) -> None:
        self._rendering = rendering
        self._dispatcher = dispatcher

    def work(self, attempt: QueuedAttempt, agent_id: str, feed: Feed) -> Work:
        """Give an attempt to an agent whose slot it has, unless it is void or on hold by now."""

        def work(entry: LiveEntry | None, group: Group) -> None:
            run = entry.live.execution.run_of(attempt.attempt_id) if entry else None
            current = run.attempt if run else None
            is_held = entry is not None and entry.live.execution.is_on_hold
            if entry is None or run is None or current is None or is_held:
                self._dispatcher.release(agent_id, attempt.attempt_id)
                return
            assignment = self._rendering.assignment(entry, run, current)
            if isinstance(assignment, events.AttemptFinished):
                self._dispatcher.release(agent_id, attempt.attempt_id)
                feed(entry, assignment, group)
                return
            submitted = events.AttemptSubmitted(attempt_id=attempt.attempt_id, agent_id=agent_id)
            feed(entry, submitted, group)
            group.assignments.append((agent_id, assignment))

        return work
