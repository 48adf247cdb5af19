"""The coordinator itself and its agents."""

from __future__ import annotations

from lanner_proto.connection import Connection
from lanner_proto.v1 import server_pb2
from lanner_proto.v1.server_pb2_grpc import ServerServiceStub
from lanner_proto.values import to_duration


class ServerCalls(Connection):
    """Calls of `lanner.v1.ServerService`."""

    async def get_status(
        self, *, timeout_seconds: float | None = None
    ) -> server_pb2.GetStatusResponse:
        """How the coordinator is; `timeout_seconds` replaces the connection's deadline."""
        return await self._unary(
            lambda channel: ServerServiceStub(channel).GetStatus,
            server_pb2.GetStatusRequest(),
            may_repeat=True,
            timeout_seconds=timeout_seconds,
        )

    async def list_agents(self) -> list[server_pb2.Agent]:
        """Agents in order of id, those seen in the last 24 hours too."""
        response = await self._unary(
            lambda channel: ServerServiceStub(channel).ListAgents,
            server_pb2.ListAgentsRequest(),
            may_repeat=True,
        )
        return list(response.agents)

    async def drain_agent(
        self,
        agent_id: str,
        *,
        deadline_seconds: float | None = None,
        cancel_at_deadline: bool = False,
        undo: bool = False,
    ) -> server_pb2.Agent:
        """Give an agent no new work, or with `undo` let it work again.

        Args:
            agent_id: Of a connected agent.
            deadline_seconds: For what it runs; absent: no deadline.
            cancel_at_deadline: Whether what still runs at the deadline is cancelled.
            undo: End the drain.

        Raises:
            NotFound: No such agent.
            WrongState: It is not connected.
        """
        request = server_pb2.DrainAgentRequest(
            agent_id=agent_id,
            deadline=None if deadline_seconds is None else to_duration(deadline_seconds),
            cancel_at_deadline=cancel_at_deadline,
            undo=undo,
        )
        response = await self._unary(
            lambda channel: ServerServiceStub(channel).DrainAgent, request, may_repeat=False
        )
        return response.agent
