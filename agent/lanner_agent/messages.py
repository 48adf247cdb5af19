"""What agent and coordinator tell each other, as plain values; `wire` turns them into bytes.

`Order` is what the coordinator sends, `Report` what the agent sends and keeps until it is
acknowledged. What each field means stands in the wire contract.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from lanner_agent.tasks.contract import FailureCause, LogLevel, MetricKind, TaskIdentity

AttemptId = NewType("AttemptId", str)


class AgentLostPolicy(StrEnum):
    """What becomes of an attempt whose agent was lost."""

    RETRY = "retry"
    FAIL = "fail"
    WAIT = "wait"


class CancelReason(StrEnum):
    """Why the coordinator wants an attempt to end."""

    KILLED = "killed"
    TIMEOUT = "timeout"
    SUPERSEDED = "superseded"


class RefusalReason(StrEnum):
    """Why an attempt did not start and goes back to the queue."""

    BUSY = "busy"
    DRAINING = "draining"
    DISK = "disk"
    UNKNOWN_TYPE = "unknown type"
    NO_CONTAINER_ENGINE = "no container engine"


class EndState(StrEnum):
    """How an attempt ended."""

    SUCCESS = "SUCCESS"
    WARNING = "WARNING"
    FAILED = "FAILED"
    KILLED = "KILLED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """The coordinator takes the agent.

    Attributes:
        software_version: The coordinator's, for people.
        last_received_sequence: Last report that it remembers to have received.
        heartbeat_interval: How often to send a heartbeat.
        lease: How long an attempt is leased from the last answered heartbeat.
        wants_catalog: The catalog is to be sent next.
        forget_attempt_ids: Held attempts that are no longer current.
        epoch: Raised when the coordinator's store was restored from a backup.
    """

    software_version: str
    last_received_sequence: int
    heartbeat_interval: timedelta
    lease: timedelta
    wants_catalog: bool
    forget_attempt_ids: frozenset[AttemptId]
    epoch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The coordinator does not take the agent.

    Attributes:
        reason: A sentence.
        may_retry: False where dialling again cannot help.
    """

    reason: str
    may_retry: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign:
    """One attempt to be run.

    Attributes:
        identity: Which attempt it is.
        type_name: Canonical name of the task type.
        properties: A JSON object; may hold secrets.
        working_dir_token: Stands in the properties for the working folder.
        output_dir_token: Stands in the properties for the output folder.
        secrets: Texts to be masked.
        timeout: Counted from the start; absent: never.
        credential: Opens the artifact calls.
        min_log_level: Lines below it are not sent.
        max_disconnect: The coordinator gives the attempt up after a lost link of this length.
        on_agent_lost: What becomes of it then.
        context: A JSON object of what scripts see beside their properties.
    """

    identity: TaskIdentity
    type_name: str
    properties: bytes = field(repr=False)
    working_dir_token: str
    output_dir_token: str
    secrets: Sequence[str] = field(repr=False)
    timeout: timedelta | None
    credential: str = field(repr=False)
    min_log_level: LogLevel
    max_disconnect: timedelta
    on_agent_lost: AgentLostPolicy
    context: bytes = field(repr=False)

    @property
    def attempt_id(self) -> AttemptId:
        """The fencing token."""
        return AttemptId(self.identity.attempt_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """One attempt is to end.

    Attributes:
        attempt_id: Which one.
        reason: Why.
        grace: Between the polite and the hard signal.
    """

    attempt_id: AttemptId
    reason: CancelReason
    grace: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Drain:
    """Take no new attempts, or go back to work.

    Attributes:
        deadline_at: When running attempts are cancelled, if they are; absent: no deadline.
        cancel_at_deadline: Whether they are.
        undo: Go back to work.
    """

    deadline_at: datetime | None
    cancel_at_deadline: bool
    undo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartbeatReply:
    """A heartbeat arrived.

    Attributes:
        number: Of the heartbeat.
    """

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack:
    """Everything up to a sequence number is durable at the other side.

    Attributes:
        sequence: The number.
    """

    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A message of a later version: acknowledged and otherwise ignored."""


Order = Assign | Cancel | Drain | Unknown
"""What is numbered among the coordinator's messages."""

Answer = Welcome | Refusal | HeartbeatReply | Ack
"""What is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The attempt is on the agent's disk and about to start.

    Attributes:
        attempt_id: Which one.
    """

    attempt_id: AttemptId


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The attempt did not start.

    Attributes:
        attempt_id: Which one.
        reason: Why.
        message: A sentence.
    """

    attempt_id: AttemptId
    reason: RefusalReason
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """The attempt's work has begun.

    Attributes:
        attempt_id: Which one.
        at: When.
        runner: Where, for people.
    """

    attempt_id: AttemptId
    at: datetime
    runner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One log line.

    Attributes:
        at: When it was written.
        level: Its severity.
        text: At most 64 KiB, secrets masked.
    """

    at: datetime
    level: LogLevel
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Logs:
    """Consecutive log lines of one attempt.

    Attributes:
        attempt_id: Which one.
        first_line: Number of the first line, from 1.
        lines: The lines.
        dropped_count: Lines dropped right before them.
    """

    attempt_id: AttemptId
    first_line: int
    lines: Sequence[LogLine]
    dropped_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One value that a task published.

    Attributes:
        name: Its name.
        kind: How values add up.
        value: A count, seconds or a plain number.
        tags: Its tags.
    """

    name: str
    kind: MetricKind
    value: float
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The attempt ended.

    Attributes:
        attempt_id: Which one.
        state: How.
        outputs: A JSON object.
        error: A sentence, secrets masked; empty on success.
        cause: Why it failed; absent on success.
        at: When.
        metrics: What the task published.
        last_line: Number of the last log line.
    """

    attempt_id: AttemptId
    state: EndState
    outputs: bytes = field(default=b"", repr=False)
    error: str = ""
    cause: FailureCause | None = None
    at: datetime
    metrics: Sequence[Metric] = ()
    last_line: int = 0


Report = Accepted | Refused | Started | Logs | Finished
"""What is numbered among the agent's messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """Who dials.

    Attributes:
        software_version: The agent's, for people.
        agent_id: Stable name of the agent.
        boot_id: New at each start of the agent's process.
        hostname: Of the machine.
        slots: How many attempts may run at once.
        labels: What a task may ask for.
        catalog_sha256: Of the catalog, hexadecimal.
        held_attempt_ids: Attempts that run here, and those whose end is not acknowledged.
        last_received_sequence: Last order received.
        epoch: Last one seen; 0: none.
        sent_at: The agent's clock.
    """

    software_version: str
    agent_id: str
    boot_id: str
    hostname: str
    slots: int
    labels: Mapping[str, str]
    catalog_sha256: str
    held_attempt_ids: Sequence[AttemptId]
    last_received_sequence: int
    epoch: int
    sent_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """The agent lives.

    Attributes:
        number: Echoed by the reply.
        sent_at: The agent's clock.
        busy_slots: Slots in use.
        is_draining: Takes no new attempts.
        cpu_load: From 0 to 1, of all processors.
        memory_used_bytes: Of the machine.
        memory_total_bytes: Of the machine.
        disk_free_bytes: Where the data folder is.
        has_container_engine: A container engine answers.
        labels: As in Hello; may change.
    """

    number: int
    sent_at: datetime
    busy_slots: int
    is_draining: bool
    cpu_load: float
    memory_used_bytes: int
    memory_total_bytes: int
    disk_free_bytes: int
    has_container_engine: bool
    labels: Mapping[str, str]
