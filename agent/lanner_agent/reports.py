"""What the agent tells the coordinator, as plain values; `wire` turns them into bytes.

A `Report` is numbered and kept until it is acknowledged. What each field means stands in the wire
contract.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from lanner_agent.ids import AttemptId
from lanner_agent.tasks.contract import FailureCause, LogLevel, MetricKind


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
        outputs: A JSON object; empty where they are sealed.
        error: A sentence, secrets masked; empty on success.
        cause: Why it failed; absent on success.
        at: When.
        metrics: What the task published.
        sealed_outputs: The outputs, for the coordinator only; see `sealing`.
        last_line: Number of the last log line that was sent.
        log_file: URI of the file with its log; empty: its lines were sent.
    """

    attempt_id: AttemptId
    state: EndState
    outputs: bytes = field(default=b"", repr=False)
    error: str = ""
    cause: FailureCause | None = None
    at: datetime
    metrics: Sequence[Metric] = ()
    last_line: int = 0
    sealed_outputs: bytes = field(default=b"", repr=False)
    log_file: str = ""


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
        held_folder_ids: Shared folders that are here.
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
    held_folder_ids: Sequence[str] = ()


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
