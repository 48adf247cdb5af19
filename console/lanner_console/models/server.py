"""The coordinator and its agents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec import field


class AgentStatus(StrEnum):
    """Whether an agent works; `UNKNOWN` is a status that this console does not know."""

    UNKNOWN = "UNKNOWN"
    READY = "READY"
    DRAINING = "DRAINING"
    UNREACHABLE = "UNREACHABLE"
    DISCONNECTED = "DISCONNECTED"


class AgentRow(msgspec.Struct, frozen=True, kw_only=True):
    """An agent.

    Attributes:
        id: Of the agent.
        status: Whether it works.
        hostname: Of its machine.
        software_version: Of its program.
        slots: Attempts it can run at once.
        busy_slots: Attempts it runs.
        labels: By key.
        last_seen_at: When it was heard last.
        cpu_load: 0 to 1, of all processors.
        memory_used_bytes: Of its machine.
        memory_total_bytes: Of its machine.
        disk_free_bytes: Of its data folder.
        has_container_engine: Whether it runs containers.
        task_types: Canonical names of what it can run.
        attempt_ids: What it holds.
    """

    id: str
    status: AgentStatus
    hostname: str = ""
    software_version: str = ""
    slots: int = 0
    busy_slots: int = 0
    labels: Mapping[str, str] = field(default_factory=dict)
    last_seen_at: datetime | None = None
    cpu_load: float = 0.0
    memory_used_bytes: int = 0
    memory_total_bytes: int = 0
    disk_free_bytes: int = 0
    has_container_engine: bool = False
    task_types: tuple[str, ...] = ()
    attempt_ids: tuple[str, ...] = ()


class ServerStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How the coordinator is.

    Attributes:
        software_version: Of its program.
        protocol_version: Of the wire contract.
        is_ready: Whether it takes executions.
        started_at: When it was started.
        now: Its clock.
        running_count: Executions that run.
        queued_count: Executions that wait for a place.
        paused_count: Executions that wait for a person.
        ended_count: Executions in its history.
        flow_count: Flows it knows.
        database_bytes: Size of its database.
        last_commit_seconds: How long the last commit took.
        connected_agent_count: Agents with a link.
        agent_count: Agents it knows.
        slot_count: Of the connected agents.
        busy_slot_count: Of the connected agents.
    """

    software_version: str
    protocol_version: int
    is_ready: bool
    started_at: datetime | None = None
    now: datetime | None = None
    running_count: int = 0
    queued_count: int = 0
    paused_count: int = 0
    ended_count: int = 0
    flow_count: int = 0
    database_bytes: int = 0
    last_commit_seconds: float = 0.0
    connected_agent_count: int = 0
    agent_count: int = 0
    slot_count: int = 0
    busy_slot_count: int = 0
