"""The seam for whoever runs tasks that have no fixture."""

from __future__ import annotations

from typing import Protocol

from lanner_coordinator.runtime.agents.messages import Assignment
from lanner_coordinator.runtime.application import Application
from lanner_coordinator.runtime.carrier import AttemptCarrier
from lanner_coordinator.runtime.clock import Clock
from lanner_coordinator.runtime.dispatcher import Dispatcher
from lanner_coordinator.runtime.executor import Executor
from lanner_coordinator.runtime.rendering import Rendering


class Agents(Protocol):
    """Runs attempts. One test plays at a time."""

    @property
    def are_there(self) -> bool:
        """Whether any task can be run."""

    @property
    def are_at_work(self) -> bool:
        """Whether an attempt is under way, so that the test is to be waited for."""

    @property
    def longest_seconds(self) -> float:
        """How long one test may take."""

    @property
    def dispatcher(self) -> Dispatcher:
        """Where attempts wait."""

    @property
    def carrier(self) -> AttemptCarrier:
        """Who takes attempts."""

    def play(
        self, executor: Executor, application: Application, rendering: Rendering, clock: Clock
    ) -> None:
        """Report to the executor of the next test from now on."""

    def rest(self) -> None:
        """The test that played is over."""


class NoAgents:
    """Nobody: each task of agents needs a fixture."""

    are_there = False
    are_at_work = False
    longest_seconds = 60.0

    def __init__(self) -> None:
        self._dispatcher = Dispatcher()

    @property
    def dispatcher(self) -> Dispatcher:
        """Where attempts wait for ever."""
        return self._dispatcher

    @property
    def carrier(self) -> AttemptCarrier:
        """Itself: no attempt gets as far."""
        return self

    def play(
        self, executor: Executor, application: Application, rendering: Rendering, clock: Clock
    ) -> None:
        """There is nothing to report."""

    def rest(self) -> None:
        """There was nothing to report."""

    def assign(self, agent_id: str, assignment: Assignment) -> None:
        """Nobody is there."""

    def remove_folder(self, agent_id: str, folder_id: str) -> None:
        """Nobody has one."""

    def cancel(self, attempt_id: str, grace_seconds: float) -> None:
        """Take it out of the queue."""
        self._dispatcher.withdraw(attempt_id)
