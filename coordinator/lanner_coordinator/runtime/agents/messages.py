"""What the coordinator and its agents say to each other, in plain values.

`rpc/` converts them to and from the wire contract.

Fields mean what `agent.proto` says of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from lanner_coordinator.engine.events import MetricValue
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.model import AgentLostPolicy

PROTOCOL_VERSION = 1
"""Version of the agent protocol that this coordinator speaks."""

MIN_PROTOCOL_VERSION = 1
"""Lowest version that it still speaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """First message of an agent's stream."""

    protocol_version: int
    min_protocol_version: int
    software_version: str
    agent_id: str
    boot_id: str
    hostname: str
    slots: int
    labels: Mapping[str, str]
    catalog_sha256: str
    held_attempt_ids: frozenset[str]
    last_received_sequence: int
    epoch: int
    held_folder_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The agent's task types."""

    types: Sequence[TypeDescription]


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The attempt is on the agent's disk."""

    attempt_id: str


class RefusalReason(StrEnum):
    """Why an agent did not take an attempt."""

    BUSY = "busy"
    DRAINING = "draining"
    DISK = "disk"
    UNKNOWN_TYPE = "unknown type"
    NO_CONTAINER_ENGINE = "no container engine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The attempt goes back to the queue."""

    attempt_id: str
    reason: RefusalReason
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """The attempt's work began."""

    attempt_id: str
    runner: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One line, masked by the agent."""

    at: datetime
    level: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Consecutive lines of one attempt."""

    attempt_id: str
    first_line: int
    lines: Sequence[LogLine]
    dropped_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The attempt ended; `is_lost` says that the agent lost it."""

    attempt_id: str
    state: State
    outputs: Mapping[str, object]
    error: str
    cause: str
    metrics: Sequence[MetricValue] = ()
    is_lost: bool = False
    at: datetime | None = None
    sealed_outputs: bytes = field(default=b"", repr=False)
    log_file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """The agent is alive and how it does."""

    number: int
    sent_at: datetime | None
    busy_slots: int
    is_draining: bool
    cpu_load: float
    memory_used_bytes: int
    memory_total_bytes: int
    disk_free_bytes: int
    has_container_engine: bool
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """All messages up to this sequence are durable at the other side."""

    sequence: int


Incoming = Offer | Accepted | Refused | Started | Lines | Finished | Heartbeat | Acknowledged
"""What an agent says after Hello."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """The stream stands."""

    last_received_sequence: int
    heartbeat_interval: timedelta
    lease: timedelta
    wants_catalog: bool
    forget_attempt_ids: Sequence[str]
    epoch: int
    forget_folder_ids: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The stream is refused; it ends after this."""

    reason: str
    may_retry: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedFolder:
    """A working folder that attempts share, and what becomes of it without its agent."""

    folder_id: str
    may_be_made: bool
    on_agent_lost: AgentLostPolicy = AgentLostPolicy.RETRY
    max_disconnect: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """An attempt to run. Its repr hides what may hold secrets."""

    attempt_id: str
    execution_id: str
    task_run_id: str
    namespace: str
    flow_id: str
    flow_revision: int
    task_id: str
    type: str
    attempt_number: int
    properties: bytes = field(repr=False)
    working_dir_token: str
    output_dir_token: str
    secrets: Sequence[str] = field(default=(), repr=False)
    timeout: timedelta | None = None
    credential: str = field(default="", repr=False)
    min_log_level: str = "TRACE"
    max_disconnect: timedelta = timedelta(minutes=5)
    on_agent_lost: AgentLostPolicy = AgentLostPolicy.RETRY
    context: bytes = b"{}"
    shared_folder: SharedFolder | None = None
    outputs_key: bytes = b""
    log_to_file: bool = False


class CancelReason(StrEnum):
    """Why an attempt is stopped."""

    KILLED = "killed"
    TIMEOUT = "timeout"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelAttempt:
    """Stop an attempt."""

    attempt_id: str
    reason: CancelReason
    grace: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Drain:
    """Take no new attempts, or (`undo`) go back to work."""

    deadline: datetime | None = None
    cancel_at_deadline: bool = False
    undo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveFolder:
    """Remove a shared folder that nothing works in any more."""

    folder_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartbeatReply:
    """A heartbeat arrived."""

    number: int
    received_at: datetime


Outgoing = (
    Welcome
    | Refusal
    | Assignment
    | CancelAttempt
    | Drain
    | RemoveFolder
    | HeartbeatReply
    | Acknowledged
)
"""What the coordinator says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """A message with its sequence; 0: not numbered."""

    sequence: int
    message: Outgoing
