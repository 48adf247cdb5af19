"""The coordinator and its agents."""

from __future__ import annotations

from lanner_console.models import AgentRow, AgentStatus, ServerStatus
from lanner_console.wire.state import instant
from lanner_proto.v1 import server_pb2

AGENT_STATUSES = {
    server_pb2.Agent.STATUS_READY: AgentStatus.READY,
    server_pb2.Agent.STATUS_DRAINING: AgentStatus.DRAINING,
    server_pb2.Agent.STATUS_UNREACHABLE: AgentStatus.UNREACHABLE,
    server_pb2.Agent.STATUS_DISCONNECTED: AgentStatus.DISCONNECTED,
}


def agent(message: server_pb2.Agent) -> AgentRow:
    """An agent."""
    return AgentRow(
        id=message.id,
        status=AGENT_STATUSES.get(message.status, AgentStatus.UNKNOWN),
        hostname=message.hostname,
        software_version=message.software_version,
        slots=message.slots,
        busy_slots=message.busy_slots,
        labels=dict(message.labels),
        last_seen_at=instant(message.last_seen_at, is_set=message.HasField("last_seen_at")),
        cpu_load=message.cpu_load,
        memory_used_bytes=message.memory_used_bytes,
        memory_total_bytes=message.memory_total_bytes,
        disk_free_bytes=message.disk_free_bytes,
        has_container_engine=message.has_container_engine,
        task_types=tuple(message.task_types),
        attempt_ids=tuple(message.attempt_ids),
    )


def status(message: server_pb2.GetStatusResponse) -> ServerStatus:
    """How the coordinator is."""
    return ServerStatus(
        software_version=message.software_version,
        protocol_version=message.protocol_version,
        is_ready=message.is_ready,
        started_at=instant(message.started_at, is_set=message.HasField("started_at")),
        now=instant(message.now, is_set=message.HasField("now")),
        running_count=message.running_count,
        queued_count=message.queued_count,
        paused_count=message.paused_count,
        ended_count=message.ended_count,
        flow_count=message.flow_count,
        database_bytes=message.database_bytes,
        last_commit_seconds=message.last_commit.ToTimedelta().total_seconds(),
        connected_agent_count=message.connected_agent_count,
        agent_count=message.agent_count,
        slot_count=message.slot_count,
        busy_slot_count=message.busy_slot_count,
    )
