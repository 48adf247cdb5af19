"""What happens when an attempt that waits and an agent that has room come together."""

from __future__ import annotations

import logging
from collections.abc import Callable

from lanner_coordinator.engine import events, folders
from lanner_coordinator.engine.commands import Dispatch
from lanner_coordinator.engine.execution import Attempt, TaskRun
from lanner_coordinator.engine.state import State
from lanner_coordinator.runtime.agents.messages import Assignment
from lanner_coordinator.runtime.demands import queued_attempt
from lanner_coordinator.runtime.dispatcher import Dispatcher, QueuedAttempt
from lanner_coordinator.runtime.group import Feed, Group, LiveEntry, Work
from lanner_coordinator.runtime.namespaces.groups import GroupRule
from lanner_coordinator.runtime.polling.ids import is_poll
from lanner_coordinator.runtime.rendering import Rendering
from lanner_coordinator.runtime.wanted import Wanted

logger = logging.getLogger(__name__)

TakePoll = Callable[[QueuedAttempt, str], None]
"""Is given a look for a trigger, and the agent that keeps a slot for it."""


class Matching:
    """Lets attempts wait for agents, and renders them for those that get them."""

    def __init__(self, *, rendering: Rendering, dispatcher: Dispatcher, groups: GroupRule) -> None:
        self._rendering = rendering
        self._dispatcher = dispatcher
        self._groups = groups
        self._take_poll: TakePoll = lambda attempt, agent_id: dispatcher.release(
            agent_id, attempt.attempt_id
        )

    def give_polls_to(self, take: TakePoll) -> None:
        """Give looks for triggers, that agents have room for, to `take` from now on."""
        self._take_poll = take

    def enqueue(self, entry: LiveEntry, command: Dispatch, group: Group, feed: Feed) -> None:
        """Let an attempt wait for an agent; it fails where no agent may get it."""
        run = entry.live.execution.task_runs[command.task_run_id]
        refusal = self._groups.refusal(entry.live, run)
        if refusal is not None:
            feed(entry, refusal, group)
            return
        chooser = folders.owner(entry.live, run) or run
        labels = self._groups.labels(entry.live, chooser)
        self._dispatcher.enqueue(queued_attempt(entry.live, command, labels))

    def work(self, attempt: QueuedAttempt, agent_id: str, feed: Feed) -> Work:
        """Give an attempt to an agent whose slot it has, unless it is void or on hold by now."""
        if is_poll(attempt.attempt_id):
            return lambda entry, group: self._take_poll(attempt, agent_id)

        def work(entry: LiveEntry | None, group: Group) -> None:
            run = entry.live.execution.run_of(attempt.attempt_id) if entry else None
            current = run.attempt if run else None
            is_held = entry is not None and entry.live.execution.is_on_hold
            if entry is None or run is None or current is None or is_held:
                self._dispatcher.release(agent_id, attempt.attempt_id)
                return
            try:
                assignment = self._assignment(entry, run, current)
            except Wanted as wanted:
                self._dispatcher.release(agent_id, attempt.attempt_id)
                group.wait_for(attempt.execution_id, wanted, self._again(attempt))
                return
            if isinstance(assignment, events.AttemptFinished):
                self._dispatcher.release(agent_id, attempt.attempt_id)
                feed(entry, assignment, group)
                return
            submitted = events.AttemptSubmitted(attempt_id=attempt.attempt_id, agent_id=agent_id)
            feed(entry, submitted, group)
            group.assignments.append((agent_id, assignment))

        return work

    def _assignment(
        self, entry: LiveEntry, run: TaskRun, attempt: Attempt
    ) -> Assignment | events.AttemptFinished:
        """What an agent gets for an attempt, or its failure."""
        try:
            refusal = self._groups.refusal(entry.live, run)
            return refusal or self._rendering.assignment(entry, run, attempt)
        except Wanted:
            raise
        except Exception:
            # Nothing has changed yet. The executor would give the attempt out again, for ever.
            logger.exception("attempt %s cannot be given to an agent", attempt.id)
            return events.AttemptFinished(
                attempt_id=attempt.id,
                state=State.FAILED,
                error=f'task "{run.task_id}": an error inside the coordinator; its log tells more',
                cause="properties",
            )

    def _again(self, attempt: QueuedAttempt) -> Work:
        """Let an attempt wait for an agent again, now that what its properties need is there."""

        def work(entry: LiveEntry | None, group: Group) -> None:
            if entry is not None and entry.live.execution.run_of(attempt.attempt_id) is not None:
                self._dispatcher.enqueue(attempt)

        return work
