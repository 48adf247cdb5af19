"""What the coordinator tells the agent, as plain values; `wire` reads them.

An `Order` is numbered, an `Answer` is not. What each field means stands in the wire contract.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from lanner_agent.ids import AttemptId
from lanner_agent.tasks.contract import LogLevel, TaskIdentity


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
        forget_folder_ids: Shared folders that nothing works in any more.
    """

    software_version: str
    last_received_sequence: int
    heartbeat_interval: timedelta
    lease: timedelta
    wants_catalog: bool
    forget_attempt_ids: frozenset[AttemptId]
    epoch: int
    forget_folder_ids: frozenset[str] = frozenset()


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
class SharedFolder:
    """A working folder that attempts share.

    Attributes:
        folder_id: Which.
        may_be_made: No attempt has worked in it yet.
    """

    folder_id: str
    may_be_made: bool


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
        shared_folder: Where it works together with others; absent: in a folder of its own.
        outputs_key: Public key to seal outputs with; empty: they stay as they are.
        log_to_file: Its lines go into a file that is stored.
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
    shared_folder: SharedFolder | None = None
    outputs_key: bytes = b""
    log_to_file: bool = False

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
class RemoveFolder:
    """Nothing works in a shared folder any more.

    Attributes:
        folder_id: Which.
    """

    folder_id: str


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


Order = Assign | Cancel | Drain | RemoveFolder | Unknown
"""What is numbered among the coordinator's messages."""

Answer = Welcome | Refusal | HeartbeatReply | Ack
"""What is not."""
