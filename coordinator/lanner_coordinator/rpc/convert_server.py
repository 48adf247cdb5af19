"""The coordinator's status and its agents on the wire."""

from __future__ import annotations

from lanner_coordinator.rpc.convert_values import date_out, duration_out
from lanner_coordinator.runtime.agent_directory import AgentStatus, AgentView
from lanner_coordinator.runtime.agents.messages import PROTOCOL_VERSION
from lanner_coordinator.runtime.status import CoordinatorStatus
from lanner_proto.v1 import server_pb2

_STATUSES = {
    AgentStatus.READY: server_pb2.Agent.STATUS_READY,
    AgentStatus.DRAINING: server_pb2.Agent.STATUS_DRAINING,
    AgentStatus.UNREACHABLE: server_pb2.Agent.STATUS_UNREACHABLE,
    AgentStatus.DISCONNECTED: server_pb2.Agent.STATUS_DISCONNECTED,
}


def status_out(status: CoordinatorStatus) -> server_pb2.GetStatusResponse:
    """How the coordinator is."""
    return server_pb2.GetStatusResponse(
        software_version=status.software_version,
        protocol_version=PROTOCOL_VERSION,
        is_ready=status.is_ready,
        started_at=date_out(status.started_at),
        now=date_out(status.now),
        running_count=status.running_count,
        queued_count=status.queued_count,
        paused_count=status.paused_count,
        ended_count=status.ended_count,
        flow_count=status.flow_count,
        database_bytes=status.database_bytes,
        last_commit=duration_out(status.last_commit),
        connected_agent_count=status.connected_agent_count,
        agent_count=status.agent_count,
        slot_count=status.slot_count,
        busy_slot_count=status.busy_slot_count,
    )


def agent_out(agent: AgentView) -> server_pb2.Agent:
    """One agent."""
    return server_pb2.Agent(
        id=agent.id,
        status=_STATUSES[agent.status],
        hostname=agent.hostname,
        software_version=agent.software_version,
        slots=agent.slots,
        busy_slots=agent.busy_slots,
        labels=agent.labels,
        last_seen_at=date_out(agent.last_seen_at),
        cpu_load=agent.cpu_load,
        memory_used_bytes=agent.memory_used_bytes,
        memory_total_bytes=agent.memory_total_bytes,
        disk_free_bytes=agent.disk_free_bytes,
        has_container_engine=agent.has_container_engine,
        task_types=agent.task_types,
        attempt_ids=agent.attempt_ids,
    )
