"""What the agent remembers of an attempt on disk, so that a crash does not lose it.

Properties and secrets are not among it: they live in memory (see `secret_memory`).
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from lanner_agent.ids import AttemptId
from lanner_agent.orders import AgentLostPolicy, CancelReason
from lanner_agent.tasks.contract import LogLevel, MetricKind


class RunningRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What finds a command again.

    It is on disk before the command starts, so that a crash at any moment finds what was started.

    Attributes:
        runner: Name of the runner.
        handle: What the runner needs; empty: the command is being prepared, and may have started.
        resume: What the task type needs to end its work.
        labels: Labels of the command.
        deadline_at: When the attempt's timeout runs out; absent: never, or it is being prepared.
    """

    runner: str
    handle: dict[str, str]
    resume: dict[str, object]
    labels: dict[str, str]
    deadline_at: datetime | None

    @property
    def is_preparing(self) -> bool:
        """Its start was not seen to return."""
        return not self.handle


class MetricRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A value that the task published before its command ran.

    Attributes:
        name: Its name.
        kind: How values add up.
        value: The value.
        tags: Its tags.
    """

    name: str
    kind: MetricKind
    value: float
    tags: dict[str, str]


class CancelRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A request to end the attempt that arrived and may not be forgotten.

    Attributes:
        reason: Why.
        grace_seconds: Between the polite and the hard signal.
    """

    reason: CancelReason
    grace_seconds: float


class AttemptRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt that is held.

    Attributes:
        attempt_id: The fencing token.
        execution_id: Id of the execution.
        task_run_id: Id of the task run.
        namespace: Namespace of the flow.
        flow_id: Id of the flow.
        flow_revision: Revision of the flow.
        task_id: Id of the task in the flow.
        attempt_number: 1 for the first.
        type_name: Canonical name of the task type.
        working_dir_token: Stands for the working folder.
        output_dir_token: Stands for the output folder.
        credential: Opens the artifact calls; names one execution and expires soon.
        min_log_level: Lines below it are not sent.
        max_disconnect_seconds: The coordinator gives the attempt up after a lost link this long.
        on_agent_lost: What becomes of it then.
        context: A JSON object of what scripts see beside their properties.
        timeout_seconds: Counted from the start; absent: never.
        has_secrets: There are texts to be masked.
        epoch: Of the coordinator's store when it assigned the attempt.
        running: The command; absent before it is prepared or where there is no way back to it.
        metrics: What the task published before the command ran.
        folder_id: The folder that it shares with others; empty: it works in one of its own.
        cancel: Absent: nobody asked for the attempt's end.
        last_line: Number of the last log line in parts of the spool that are gone.
        command_lines: How many of the lines up to there came from the command's output.
        outputs_key: Public key to seal outputs with; empty: they stay as they are.
        log_to_file: Its lines go into a file.
    """

    attempt_id: AttemptId
    execution_id: str
    task_run_id: str
    namespace: str
    flow_id: str
    flow_revision: int
    task_id: str
    attempt_number: int
    type_name: str
    working_dir_token: str
    output_dir_token: str
    credential: str
    min_log_level: LogLevel
    max_disconnect_seconds: float
    on_agent_lost: AgentLostPolicy
    context: bytes
    timeout_seconds: float | None
    has_secrets: bool
    epoch: int
    running: RunningRecord | None = None
    metrics: tuple[MetricRecord, ...] = ()
    folder_id: str = ""
    cancel: CancelRecord | None = None
    last_line: int = 0
    command_lines: int = 0
    outputs_key: bytes = b""
    log_to_file: bool = False

    @property
    def max_disconnect(self) -> timedelta:
        """`max_disconnect_seconds` as a duration."""
        return timedelta(seconds=self.max_disconnect_seconds)

    @property
    def is_running(self) -> bool:
        """Its command was started and is found again by its handle."""
        return self.running is not None and not self.running.is_preparing

    def __repr__(self) -> str:
        return f"AttemptRecord({self.attempt_id})"
