"""What the coordinator knows of one agent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lanner_coordinator.flow.model import AgentLostPolicy
from lanner_coordinator.runtime.agents.acknowledgements import Acknowledgements
from lanner_coordinator.runtime.agents.messages import CancelAttempt, Heartbeat
from lanner_coordinator.runtime.agents.outbox import Outbox
from lanner_coordinator.runtime.agents.session import AgentSession


@dataclass(slots=True, kw_only=True)
class Holding:
    """An attempt that an agent has, or is about to get.

    Attributes:
        attempt_id: The fencing token.
        task_type: Canonical name.
        policy: What becomes of it when the agent is lost.
        max_disconnect: How long the agent may be out of reach before that.
        is_accepted: The agent said that it has it.
        cancel: It is to be stopped; said again whenever the agent reconnects.
    """

    attempt_id: str
    task_type: str
    policy: AgentLostPolicy
    max_disconnect: timedelta
    is_accepted: bool = False
    cancel: CancelAttempt | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldFolder:
    """A shared folder that an agent has, or is about to make.

    Attributes:
        folder_id: Which.
        policy: What becomes of it when the agent is lost.
        max_disconnect: How long the agent may be out of reach before that.
    """

    folder_id: str
    policy: AgentLostPolicy
    max_disconnect: timedelta


@dataclass(slots=True, kw_only=True)
class Agent:
    """One agent, connected or not.

    Attributes:
        id: Its name.
        seen_at: When it was last heard of.
        seen_monotonic: The same on the monotonic clock; after a restart of the coordinator: that
            moment.
        boot_id: Its process; empty: not seen since the coordinator's start.
        hostname: Of its host.
        software_version: Its version.
        slots: Attempts that it runs at once.
        labels: Its labels.
        task_types: Canonical names of what it can run.
        catalog_sha256: Hash of its catalog.
        holdings: Attempts by id.
        folders: Shared folders by id.
        outbox: Messages of this lineage.
        acknowledgements: Of this lineage.
        session: Its stream; absent: not connected.
        heartbeat: Its newest figures; absent: none yet.
        clock_offset: What is to be added to its dates, when its clock is far off.
        is_draining: Takes no new attempts.
        refused_types: Task types that it refused since its last heartbeat: until then it gets none.
        is_refusing: It refused all work since its last heartbeat.
    """

    id: str
    seen_at: datetime
    seen_monotonic: float
    boot_id: str = ""
    hostname: str = ""
    software_version: str = ""
    slots: int = 0
    labels: Mapping[str, str] = field(default_factory=dict)
    task_types: frozenset[str] = frozenset()
    catalog_sha256: str = ""
    holdings: dict[str, Holding] = field(default_factory=dict)
    folders: dict[str, HeldFolder] = field(default_factory=dict)
    outbox: Outbox = field(default_factory=Outbox)
    acknowledgements: Acknowledgements = field(default_factory=Acknowledgements)
    session: AgentSession | None = None
    heartbeat: Heartbeat | None = None
    clock_offset: timedelta = timedelta()
    is_draining: bool = False
    refused_types: set[str] = field(default_factory=set)
    is_refusing: bool = False

    def corrected(self, at: datetime | None, now: datetime) -> datetime | None:
        """A date of the agent's clock on the coordinator's, never in the future."""
        return None if at is None else min(at + self.clock_offset, now)

    def begin_lineage(self, boot_id: str, last_received: int) -> None:
        """The agent's process is another one, or the coordinator's is: its numbers are unknown.

        Args:
            boot_id: Of the agent's process.
            last_received: Last number that it received, from this coordinator or an earlier one.
        """
        self.boot_id = boot_id
        self.outbox = Outbox(last_received)
        self.acknowledgements = Acknowledgements()
        self.heartbeat = None
        self.is_draining = False
        self.is_refusing = False
        self.refused_types.clear()
