"""Batches: one act on many executions, on the coordinator."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from lanner_console.models.state import State


class BatchAct(StrEnum):
    """What a batch does to each execution."""

    RETRY = "RETRY"
    KILL = "KILL"
    REPLAY = "REPLAY"
    CHANGE_STATE = "CHANGE_STATE"
    FORCE_RUN = "FORCE_RUN"
    UNQUEUE = "UNQUEUE"
    SET_LABELS = "SET_LABELS"
    DELETE = "DELETE"
    PAUSE = "PAUSE"
    RESUME = "RESUME"

    @property
    def verb(self) -> str:
        """The verb of the command line that does it."""
        return _VERBS.get(self.value, self.value.lower().replace("_", "-"))


_VERBS = {"SET_LABELS": "label"}


class ActDetails(msgspec.Struct, frozen=True, kw_only=True):
    """What else an act needs to know.

    Attributes:
        state: To change to; absent: the act changes none.
        labels: To set.
        removed_labels: To take away.
        replaces_labels: All other labels are taken away, but for those of the system.
        revision: Of the flow; 0: that of the execution, -1: the newest.
        task_run: From which to replay: its id, `task` or `task[value]`; empty: from the start.
        inputs: Raw values of inputs to change.
    """

    state: State | None = None
    labels: dict[str, str] = {}
    removed_labels: tuple[str, ...] = ()
    replaces_labels: bool = False
    revision: int = 0
    task_run: str = ""
    inputs: dict[str, object] = {}


NO_DETAILS = ActDetails()
"""Of an act that needs none."""


class ActOffer(msgspec.Struct, frozen=True, kw_only=True):
    """An act and whether it is allowed now.

    Attributes:
        act: Which; absent: to mark a task run.
        reason: Why it is not allowed; empty: it is.
    """

    act: BatchAct | None
    reason: str = ""


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """What a text with expressions comes to in an execution.

    Attributes:
        result: The text; absent: it cannot be evaluated.
        error: Why not.
    """

    result: str | None = None
    error: str = ""


class BatchControl(StrEnum):
    """What can be done to a batch that has not ended."""

    PAUSE = "PAUSE"
    RESUME = "RESUME"
    STOP = "STOP"


class BatchStatus(StrEnum):
    """How far a batch is; `UNKNOWN` is one that this console does not know."""

    UNKNOWN = "UNKNOWN"
    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    STOPPED = "STOPPED"
    ENDED = "ENDED"

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will be begun."""
        return self in (BatchStatus.STOPPED, BatchStatus.ENDED)


class ItemOutcome(StrEnum):
    """What became of one execution of a batch."""

    UNKNOWN = "UNKNOWN"
    WAITING = "WAITING"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    REFUSED = "REFUSED"


class BatchSelection(msgspec.Struct, frozen=True, kw_only=True):
    """Which executions.

    Attributes:
        execution_ids: These, when there are any.
        filter_text: Otherwise those that match, frozen when the batch is made.
        excluded_ids: Not these, though they match.
    """

    execution_ids: tuple[str, ...] = ()
    filter_text: str = ""
    excluded_ids: tuple[str, ...] = ()


class BatchGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Executions of one state to which one answer applies.

    Attributes:
        state: Of the executions.
        count: How many.
        reason: Why the act will not be done; empty: it will.
    """

    state: State
    count: int
    reason: str = ""


class BatchPreview(msgspec.Struct, frozen=True, kw_only=True):
    """What a batch would do.

    Attributes:
        eligible_count: Executions to which the act would be done.
        refused_count: Executions to which it would not.
        groups: The same by state and reason.
    """

    eligible_count: int
    refused_count: int
    groups: tuple[BatchGroup, ...] = ()


class BatchView(msgspec.Struct, frozen=True, kw_only=True):
    """A batch.

    Attributes:
        id: Of the batch.
        act: What it does.
        status: How far it is.
        reason: Given by who made it; may be empty.
        created_at: When it was made.
        ended_at: Absent: it has not ended.
        total_count: Executions in the set.
        running_count: The act was done and the execution has not ended again.
        succeeded_count: Retried ones that ended well; killed ones that are killed.
        failed_count: Those that ended otherwise.
        refused_count: Those that the act was refused for.
        max_parallel: Executions kept running at once.
    """

    id: str
    act: BatchAct
    status: BatchStatus
    reason: str = ""
    created_at: datetime | None = None
    ended_at: datetime | None = None
    total_count: int = 0
    running_count: int = 0
    succeeded_count: int = 0
    failed_count: int = 0
    refused_count: int = 0
    max_parallel: int = 0

    @property
    def done_count(self) -> int:
        """Executions whose outcome is known."""
        return self.succeeded_count + self.failed_count + self.refused_count


class BatchItemRow(msgspec.Struct, frozen=True, kw_only=True):
    """One execution of a batch.

    Attributes:
        execution_id: Of the execution.
        outcome: What became of it.
        message: Why refused, or how it ended; may be empty.
    """

    execution_id: str
    outcome: ItemOutcome
    message: str = ""
