"""An agent of this machine that runs what has no fixture.

It dials a socket of this program as it would dial a coordinator, and is shared by all tests of a
run. Time of a test stands while the agent works: the dates that it reports are those of the test.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from lanner_coordinator.engine import events
from lanner_coordinator.engine.execution import LiveExecution
from lanner_coordinator.errors import StartError
from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.public_api import agent_service
from lanner_coordinator.rpc.agent_files import AgentFiles
from lanner_coordinator.rpc.agent_service import AgentService, AgentStreams
from lanner_coordinator.rpc.server import ApiServer
from lanner_coordinator.runtime.agents.inbound import Inbound
from lanner_coordinator.runtime.agents.leases import Leases
from lanner_coordinator.runtime.agents.messages import Lines
from lanner_coordinator.runtime.agents.registry import AgentRegistry
from lanner_coordinator.runtime.agents.reports import (
    AttemptEvent,
    ExecutorReports,
    OwnEvent,
    Reports,
)
from lanner_coordinator.runtime.application import Application
from lanner_coordinator.runtime.artifacts import ArtifactStorage
from lanner_coordinator.runtime.attempt_files import AttemptFiles
from lanner_coordinator.runtime.carrier import AttemptCarrier
from lanner_coordinator.runtime.clock import Clock, SystemClock
from lanner_coordinator.runtime.dispatcher import Dispatcher, QueuedAttempt
from lanner_coordinator.runtime.executor import Executor
from lanner_coordinator.runtime.rendering import Rendering
from lanner_coordinator.runtime.status import Readiness
from lanner_coordinator.store.memory import MemoryStore

CONNECT_SECONDS = 60.0
"""How long the agent may take until it is there."""


class RealAgent:
    """Serves one agent while it is held by `async with`."""

    are_there = True
    longest_seconds = 900.0

    def __init__(self, socket_path: Path, storage: ArtifactStorage) -> None:
        clock = SystemClock()
        self._is_there = asyncio.Event()
        self._store = MemoryStore()
        self._dispatcher = Dispatcher()
        self._registry = AgentRegistry(
            store=self._store,
            clock=clock,
            dispatcher=self._dispatcher,
            offer_types=self._came,
            epoch=1,
        )
        self._registry.report_to(_Nobody())
        self._playing = _Playing()
        self._streams = AgentStreams(self._registry, Inbound(self._registry, clock))
        self._leases = Leases(self._registry, clock)
        files = AttemptFiles(storage=storage, executor=self._playing, rendering=self._playing)
        service = AgentService(self._streams, AgentFiles(files))
        self._server = ApiServer(
            [agent_service(service)], readiness=Readiness(), socket_path=socket_path
        )
        self._stack = contextlib.AsyncExitStack()
        self._working: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        """Listen, and wait until the agent is there.

        Raises:
            StartError: It does not come, or the socket cannot be opened.
        """
        await self._stack.enter_async_context(self._store)
        tasks = await self._stack.enter_async_context(asyncio.TaskGroup())
        self._stack.callback(self._stop)
        await self._stack.enter_async_context(self._server)
        self._working = [
            tasks.create_task(self._streams.run()),
            tasks.create_task(self._leases.run()),
        ]
        await self._server.ready()
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await self._is_there.wait()
        except TimeoutError as error:
            await self._stack.aclose()
            raise StartError(f"no agent has come within {CONNECT_SECONDS:g} seconds") from error
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Take no more calls."""
        await self._stack.aclose()

    @property
    def dispatcher(self) -> Dispatcher:
        """Where attempts wait."""
        return self._dispatcher

    @property
    def carrier(self) -> AttemptCarrier:
        """Who takes attempts."""
        return self._registry

    @property
    def are_at_work(self) -> bool:
        """Whether the agent holds an attempt, or is about to get one."""
        agents = self._registry.agents.values()
        return any(agent.holdings for agent in agents) or any(
            map(self._is_offered, self._dispatcher.waiting)
        )

    def play(
        self, executor: Executor, application: Application, rendering: Rendering, clock: Clock
    ) -> None:
        """Report to the executor of the next test from now on."""
        self._registry.report_to(_Reports(executor, application, clock))
        self._playing.test = (executor, rendering)

    def rest(self) -> None:
        """The test that played is over: what is still reported is void."""
        self._registry.report_to(_Nobody())

    def _is_offered(self, attempt: QueuedAttempt) -> bool:
        demand = attempt.demand
        return not demand.labels and any(
            demand.task_type in agent.task_types for agent in self._registry.agents.values()
        )

    def _came(self, agent_id: str, types: Sequence[TypeDescription]) -> None:
        """An agent has told what it runs; flows of tests are read with any type all the same."""
        self._is_there.set()

    def _stop(self) -> None:
        for task in self._working:
            task.cancel()


class _Reports(ExecutorReports):
    """Reports with the dates of the test in place of the agent's."""

    def __init__(self, executor: Executor, application: Application, clock: Clock) -> None:
        super().__init__(executor, application)
        self._clock = clock

    def report(self, event: AttemptEvent, *, is_lazy: bool = False) -> asyncio.Future[None]:
        """Give the event to its execution."""
        return super().report(_undated(event), is_lazy=is_lazy)

    def write(self, lines: Lines) -> asyncio.Future[None]:
        """Write the lines to the execution's log."""
        now = self._clock.now()
        dated = [replace(line, at=now) for line in lines.lines]
        return super().write(replace(lines, lines=dated))


class _Nobody(Reports):
    """Takes reports while no test plays: nobody waits for them any more."""

    def report(self, event: AttemptEvent, *, is_lazy: bool = False) -> asyncio.Future[None]:
        """Forget the event."""
        return _done()

    def write(self, lines: Lines) -> asyncio.Future[None]:
        """Forget the lines."""
        return _done()

    def post(self, event: OwnEvent) -> None:
        """Forget the event."""

    def match_later(self) -> None:
        """Nothing waits."""


class _Playing:
    """The test that plays, as the files of its attempts see it."""

    def __init__(self) -> None:
        self.test: tuple[Executor, Rendering] | None = None

    def live(self, execution_id: str) -> LiveExecution | None:
        """A live execution of the test."""
        return self.test[0].live(execution_id) if self.test else None

    def credential(self, attempt_id: str) -> str:
        """What an attempt of the test was given; empty: none plays."""
        return self.test[1].credential(attempt_id) if self.test else ""


def _done() -> asyncio.Future[None]:
    future = asyncio.get_running_loop().create_future()
    future.set_result(None)
    return future


def _undated(event: AttemptEvent) -> AttemptEvent:
    match event:
        case events.AttemptStarted():
            return msgspec.structs.replace(event, began_at=None)
        case events.AttemptFinished():
            return msgspec.structs.replace(event, ended_at=None)
        case _:
            return event
