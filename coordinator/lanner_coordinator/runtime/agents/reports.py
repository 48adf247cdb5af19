"""The seam between the agents and the executor: where reports on attempts go."""

from __future__ import annotations

import asyncio
from typing import Protocol

from lanner_coordinator.engine import events
from lanner_coordinator.engine.ids import execution_of
from lanner_coordinator.runtime.agents.messages import Lines
from lanner_coordinator.runtime.application import Application
from lanner_coordinator.runtime.executor import Executor

AttemptEvent = (
    events.AttemptReturned | events.AttemptStarted | events.AttemptFinished | events.AttemptLost
)
"""What can be said of an attempt."""

OwnEvent = AttemptEvent | events.FolderLost
"""What the coordinator finds out by itself."""


class Reports(Protocol):
    """Takes reports on attempts.

    A report on an attempt that is not current is void, and that is durable at once.
    """

    def report(self, event: AttemptEvent, *, is_lazy: bool = False) -> asyncio.Future[None]:
        """Take a report.

        The future is done when it is durable, and fails with a CoordinatorError when it cannot
        become so.
        """

    def write(self, lines: Lines) -> asyncio.Future[None]:
        """Take log lines; the future as in `report`."""

    def post(self, event: OwnEvent) -> None:
        """Take a report of the coordinator's own; tried until it is durable."""

    def match_later(self) -> None:
        """Slots may have become free: look for matches soon."""


class ExecutorReports:
    """Reports to the executor."""

    def __init__(self, executor: Executor, application: Application) -> None:
        self._executor = executor
        self._application = application

    def report(self, event: AttemptEvent, *, is_lazy: bool = False) -> asyncio.Future[None]:
        """Give the event to its execution."""
        execution_id = execution_of(event.attempt_id)
        work = self._application.feeding(event)
        return self._executor.report(execution_id, work, is_lazy=is_lazy)

    def write(self, lines: Lines) -> asyncio.Future[None]:
        """Write the lines to the execution's log."""
        execution_id = execution_of(lines.attempt_id)
        return self._executor.report(execution_id, self._application.lines(lines))

    def post(self, event: OwnEvent) -> None:
        """Give the event to its execution, until it is durable."""
        match event:
            case events.FolderLost():
                subject = event.task_run_id
            case _:
                subject = event.attempt_id
        self._executor.post(execution_of(subject), self._application.feeding(event))

    def match_later(self) -> None:
        """Let the executor look."""
        self._executor.match_later()
