"""How the coordinator is: counts and measures for people and for monitoring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from lanner_coordinator.engine.state import State
from lanner_coordinator.runtime.agent_directory import AgentDirectory
from lanner_coordinator.runtime.clock import Clock
from lanner_coordinator.runtime.dispatcher import Dispatcher
from lanner_coordinator.runtime.executor import Executor
from lanner_coordinator.runtime.flows.registry import FlowRegistry
from lanner_coordinator.store.protocol import Store

_QUEUED = (State.CREATED, State.QUEUED)


class Readiness:
    """Whether the coordinator takes work, which it does when it has rebuilt what was live.

    Attributes:
        is_ready: Set once, by the program.
    """

    def __init__(self) -> None:
        self.is_ready = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CoordinatorStatus:
    """The coordinator at one moment.

    Attributes:
        software_version: Its version.
        is_ready: Whether it takes work.
        started_at: Start of the process.
        now: Its clock.
        running_count: Executions that have begun and not ended, without paused ones.
        queued_count: Executions that have not begun.
        paused_count: Executions that wait for a person.
        ended_count: Executions in the archive.
        waiting_attempt_count: Attempts that wait for an agent.
        flow_count: Flows.
        database_bytes: Size on disk.
        last_commit: How long the last commit took.
        agent_count: Agents that are known.
        connected_agent_count: Of those, connected.
        slot_count: Slots of connected agents.
        busy_slot_count: Of those, taken.
    """

    software_version: str
    is_ready: bool
    started_at: datetime
    now: datetime
    running_count: int
    queued_count: int
    paused_count: int
    ended_count: int
    waiting_attempt_count: int
    flow_count: int
    database_bytes: int
    last_commit: timedelta
    agent_count: int
    connected_agent_count: int
    slot_count: int
    busy_slot_count: int


class StatusReader:
    """Gathers the status."""

    def __init__(
        self,
        *,
        store: Store,
        executor: Executor,
        dispatcher: Dispatcher,
        flows: FlowRegistry,
        agents: AgentDirectory,
        clock: Clock,
        readiness: Readiness,
        software_version: str,
    ) -> None:
        self._store = store
        self._executor = executor
        self._dispatcher = dispatcher
        self._flows = flows
        self._agents = agents
        self._clock = clock
        self._readiness = readiness
        self._software_version = software_version
        self._started_at = clock.now()

    async def read(self) -> CoordinatorStatus:
        """The status now."""
        ended_count = await self._store.archived_count()
        database_bytes = await self._store.size_bytes()
        live = self._executor.counts
        states = live.counts
        agents = self._agents.agents()
        connected = [agent for agent in agents if agent.is_connected]
        queued_count = sum(states.get(state, 0) for state in _QUEUED)
        paused_count = states.get(State.PAUSED, 0)
        return CoordinatorStatus(
            software_version=self._software_version,
            is_ready=self._readiness.is_ready,
            started_at=self._started_at,
            now=self._clock.now(),
            running_count=live.total - queued_count - paused_count,
            queued_count=queued_count,
            paused_count=paused_count,
            ended_count=ended_count,
            waiting_attempt_count=self._dispatcher.waiting_count,
            flow_count=self._flows.count,
            database_bytes=database_bytes,
            last_commit=self._executor.last_commit,
            agent_count=len(agents),
            connected_agent_count=len(connected),
            slot_count=sum(agent.slots for agent in connected),
            busy_slot_count=sum(agent.busy_slots for agent in connected),
        )
