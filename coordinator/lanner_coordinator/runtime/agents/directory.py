"""The agents as people see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from lanner_coordinator.runtime.agent_directory import AgentStatus, AgentView
from lanner_coordinator.runtime.agents.agent import Agent
from lanner_coordinator.runtime.agents.registry import LEASE, AgentRegistry
from lanner_coordinator.runtime.clock import Clock

SHOWN_FOR = timedelta(hours=24)
"""How long an agent that went away is still shown."""


class RegistryDirectory:
    """The directory over the registry."""

    def __init__(self, registry: AgentRegistry, clock: Clock) -> None:
        self._registry = registry
        self._clock = clock

    def agents(self) -> Sequence[AgentView]:
        """Agents that were seen in the last 24 hours or still hold attempts, in order of id."""
        since = self._clock.now() - SHOWN_FOR
        return [
            self._view(agent)
            for _, agent in sorted(self._registry.agents.items())
            if agent.seen_at >= since or agent.holdings
        ]

    def drain(
        self,
        agent_id: str,
        *,
        deadline: datetime | None,
        cancel_at_deadline: bool,
        undo: bool,
    ) -> AgentView:
        """Tell the agent; see the seam."""
        agent = self._registry.drain(
            agent_id, deadline, cancel_at_deadline=cancel_at_deadline, undo=undo
        )
        return self._view(agent)

    def _view(self, agent: Agent) -> AgentView:
        heartbeat = agent.heartbeat
        return AgentView(
            id=agent.id,
            status=self._status(agent),
            hostname=agent.hostname,
            software_version=agent.software_version,
            slots=agent.slots,
            busy_slots=len(agent.holdings),
            labels=agent.labels,
            last_seen_at=agent.seen_at,
            cpu_load=heartbeat.cpu_load if heartbeat else 0.0,
            memory_used_bytes=heartbeat.memory_used_bytes if heartbeat else 0,
            memory_total_bytes=heartbeat.memory_total_bytes if heartbeat else 0,
            disk_free_bytes=heartbeat.disk_free_bytes if heartbeat else 0,
            has_container_engine=heartbeat.has_container_engine if heartbeat else False,
            task_types=sorted(agent.task_types),
            attempt_ids=sorted(agent.holdings),
        )

    def _status(self, agent: Agent) -> AgentStatus:
        if agent.session is not None:
            return AgentStatus.DRAINING if agent.is_draining else AgentStatus.READY
        silent = timedelta(seconds=self._clock.monotonic() - agent.seen_monotonic)
        if silent > LEASE and agent.holdings:
            return AgentStatus.UNREACHABLE
        return AgentStatus.DISCONNECTED
