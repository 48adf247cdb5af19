"""Agents that fall silent.

Their stream is ended when the lease runs out, their attempts are given up when the policy says so.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from lanner_coordinator.flow.model import AgentLostPolicy
from lanner_coordinator.runtime.agents.agent import Agent, HeldFolder, Holding
from lanner_coordinator.runtime.agents.held_folders import lose
from lanner_coordinator.runtime.agents.registry import LEASE, AgentRegistry
from lanner_coordinator.runtime.agents.session import SessionEnd
from lanner_coordinator.runtime.clock import Clock

GRACE = timedelta(seconds=30)
"""What the coordinator waits beyond the lease and `maxDisconnect`.

So that an agent that fences itself has done so.
"""

SWEEP_SECONDS = 1.0
"""How often silent agents are looked for."""


class Leases:
    """Watches over the silence of agents."""

    def __init__(self, registry: AgentRegistry, clock: Clock) -> None:
        self._registry = registry
        self._clock = clock

    async def run(self) -> None:
        """Look, for ever."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            self.sweep()

    def sweep(self) -> None:
        """Look once. Costs as much as there are agents, and attempts of silent ones."""
        now = self._clock.monotonic()
        for agent in self._registry.agents.values():
            silent = timedelta(seconds=now - agent.seen_monotonic)
            if silent > LEASE:
                self._silent(agent, silent)

    def _silent(self, agent: Agent, silent: timedelta) -> None:
        if agent.session is not None:
            text = f"agent {agent.id} was silent for {silent.total_seconds():.0f} s"
            session, agent.session = agent.session, None
            session.close(SessionEnd.SILENT, text)
            self._registry.unreachable(agent)
        for holding in list(agent.holdings.values()):
            if is_given_up(holding, silent):
                reason = f'agent "{agent.id}" was out of reach for {silent.total_seconds():.0f} s'
                self._registry.lose(agent, holding.attempt_id, reason)
        for folder in list(agent.folders.values()):
            if is_given_up(folder, silent):
                reason = f'agent "{agent.id}" was out of reach for {silent.total_seconds():.0f} s'
                lose(agent, folder, reason, self._registry.reports.post)


def is_given_up(holding: Holding | HeldFolder, silent: timedelta) -> bool:
    """Whether the agent of an attempt or folder has been silent for too long."""
    if holding.policy is AgentLostPolicy.WAIT:
        return False
    return silent > LEASE + holding.max_disconnect + GRACE
