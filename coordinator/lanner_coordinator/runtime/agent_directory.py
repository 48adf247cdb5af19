"""The seam to whoever knows the agents: what is told of them, and draining."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class AgentStatus(StrEnum):
    """How an agent is."""

    READY = "ready"
    DRAINING = "draining"
    """Takes no new attempts."""
    UNREACHABLE = "unreachable"
    """Its lease ran out; its attempts are not given up yet."""
    DISCONNECTED = "disconnected"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentView:
    """An agent as it is shown.

    Attributes:
        id: Its name.
        status: How it is.
        hostname: Of its machine; empty: not known since the coordinator started.
        software_version: Its version; empty likewise.
        slots: Attempts that it runs at once.
        busy_slots: Of those, taken.
        labels: Its labels.
        last_seen_at: When it was last heard of.
        cpu_load: 0 to 1, of all processors.
        memory_used_bytes: Of its machine.
        memory_total_bytes: Of its machine.
        disk_free_bytes: Where its data folder is.
        has_container_engine: Whether it can run containers.
        task_types: Canonical names of what it can run.
        attempt_ids: Attempts that it holds.
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
    task_types: Sequence[str] = ()
    attempt_ids: Sequence[str] = ()

    @property
    def is_connected(self) -> bool:
        """Whether it is in touch with the coordinator."""
        return self.status in (AgentStatus.READY, AgentStatus.DRAINING)


class AgentDirectory(Protocol):
    """Knows the agents. Nothing here waits."""

    def agents(self) -> Sequence[AgentView]:
        """Agents that were seen in the last 24 hours, in order of id."""

    def drain(
        self,
        agent_id: str,
        *,
        deadline: datetime | None,
        cancel_at_deadline: bool,
        undo: bool,
    ) -> AgentView:
        """Let an agent take no new attempts, or with `undo` go back to work; how it is then.

        Args:
            agent_id: Which.
            deadline: Until when what it runs may go on; absent: for ever.
            cancel_at_deadline: Whether what still runs then is cancelled.
            undo: End the drain.

        Raises:
            NotFound: There is no such agent.
            NotAllowed: It is not connected.
        """
