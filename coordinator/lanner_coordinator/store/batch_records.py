"""What the store keeps of batches: acts on many executions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class BatchStatus(StrEnum):
    """Where a batch stands."""

    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    STOPPED = "STOPPED"
    ENDED = "ENDED"


class BatchOutcome(StrEnum):
    """What became of one execution of a batch."""

    WAITING = "WAITING"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRecord:
    """One act on many executions.

    Attributes:
        id: Time-ordered.
        act: Which, as the engine's `Act` names it.
        status: Where it stands.
        reason: Why, as the person said.
        by: Who asked.
        created_at: When.
        ended_at: Absent: not yet.
        max_parallel: Executions that it keeps running at once.
        details: What else the act needs to know, as the runtime writes it.
        total_count: Executions in all.
        counts: How many have each outcome.
    """

    id: str
    act: str
    status: BatchStatus
    reason: str
    by: str
    created_at: datetime
    ended_at: datetime | None
    max_parallel: int
    total_count: int
    counts: Mapping[BatchOutcome, int]
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchItemRecord:
    """One execution of a batch.

    Attributes:
        batch_id: Whose.
        index: Order in the batch, from 0.
        execution_id: Which.
        outcome: What became of it.
        message: Why refused, or how it ended; of a replay that runs: id of the new execution.
    """

    batch_id: str
    index: int
    execution_id: str
    outcome: BatchOutcome
    message: str = ""
