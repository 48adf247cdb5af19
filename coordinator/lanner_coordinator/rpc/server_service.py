"""The ServerService."""

from __future__ import annotations

from lanner_coordinator.rpc.convert_server import agent_out, status_out
from lanner_coordinator.rpc.interceptor import Context
from lanner_coordinator.rpc.limits import required
from lanner_coordinator.runtime.agent_directory import AgentDirectory
from lanner_coordinator.runtime.clock import Clock
from lanner_coordinator.runtime.errors import InvalidRequest
from lanner_coordinator.runtime.status import StatusReader
from lanner_proto.v1 import server_pb2, server_pb2_grpc


class ServerService(server_pb2_grpc.ServerServiceServicer):
    """Serves the coordinator's status and agents; what each call means: `server.proto`."""

    def __init__(self, *, status: StatusReader, agents: AgentDirectory, clock: Clock) -> None:
        self._status = status
        self._agents = agents
        self._clock = clock

    async def GetStatus(
        self, request: server_pb2.GetStatusRequest, context: Context
    ) -> server_pb2.GetStatusResponse:
        """How the coordinator is."""
        return status_out(await self._status.read())

    async def ListAgents(
        self, request: server_pb2.ListAgentsRequest, context: Context
    ) -> server_pb2.ListAgentsResponse:
        """All agents."""
        agents = [agent_out(agent) for agent in self._agents.agents()]
        return server_pb2.ListAgentsResponse(agents=agents)

    async def DrainAgent(
        self, request: server_pb2.DrainAgentRequest, context: Context
    ) -> server_pb2.DrainAgentResponse:
        """Drain an agent."""
        deadline = None
        if request.HasField("deadline"):
            if request.deadline.ToNanoseconds() < 0:
                raise InvalidRequest("`deadline` must not be negative")
            deadline = self._clock.now() + request.deadline.ToTimedelta()
        agent = self._agents.drain(
            required("agent_id", request.agent_id),
            deadline=deadline,
            cancel_at_deadline=request.cancel_at_deadline,
            undo=request.undo,
        )
        return server_pb2.DrainAgentResponse(agent=agent_out(agent))
