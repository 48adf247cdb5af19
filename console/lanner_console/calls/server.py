"""The coordinator and its agents: asked over gRPC, answered in view models."""

from __future__ import annotations

from lanner_console.calls.asker import Asker
from lanner_console.models import AgentRow, ServerStatus
from lanner_console.wire import server as wire


class ServerCalls(Asker):
    """The part of `ConsoleClient` about the coordinator and its agents."""

    async def get_status(self, *, timeout_seconds: float | None = None) -> ServerStatus:
        """How the coordinator is."""
        return wire.status(await self._client.get_status(timeout_seconds=timeout_seconds))

    async def list_agents(self) -> list[AgentRow]:
        """Agents, in order of id."""
        return list(map(wire.agent, await self._client.list_agents()))

    async def drain_agent(
        self,
        agent_id: str,
        *,
        deadline_seconds: float | None = None,
        cancel_at_deadline: bool = False,
        undo: bool = False,
    ) -> AgentRow:
        """Give an agent no new work, or end that."""
        drained = await self._client.drain_agent(
            agent_id,
            deadline_seconds=deadline_seconds,
            cancel_at_deadline=cancel_at_deadline,
            undo=undo,
        )
        return wire.agent(drained)
