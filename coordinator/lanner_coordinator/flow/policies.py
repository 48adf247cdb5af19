"""What a flow asks of its executions as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class LimitBehavior(StrEnum):
    """What becomes of an execution for which there is no room."""

    QUEUE = "QUEUE"
    """It waits for its turn."""
    CANCEL = "CANCEL"
    """It ends CANCELLED at once."""
    FAIL = "FAIL"
    """It ends FAILED at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Concurrency:
    """How many executions of a flow may run at once.

    Attributes:
        limit: At least 1.
        behavior: What becomes of those beyond.
    """

    limit: int
    behavior: LimitBehavior = LimitBehavior.QUEUE


class CheckBehavior(StrEnum):
    """What becomes of an execution for which a check does not hold; the strictest one counts."""

    BLOCK_EXECUTION = "BLOCK_EXECUTION"
    """It is not created."""
    FAIL_EXECUTION = "FAIL_EXECUTION"
    """It is created, and ends FAILED before anything of it runs."""
    CREATE_EXECUTION = "CREATE_EXECUTION"
    """It begins; the message stands in its log."""


class CheckStyle(StrEnum):
    """How a message is shown."""

    INFO = "INFO"
    SUCCESS = "SUCCESS"
    WARNING = "WARNING"
    ERROR = "ERROR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What must hold before an execution begins.

    Attributes:
        condition: Expression over inputs, labels and trigger.
        message: What is said where it does not hold; may have expressions.
        style: How that is shown.
        behavior: What becomes of the execution then.
    """

    condition: str
    message: str
    style: CheckStyle = CheckStyle.INFO
    behavior: CheckBehavior = CheckBehavior.BLOCK_EXECUTION


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultCache:
    """That a task's result is kept, and used again where its properties come out the same.

    Attributes:
        ttl: How long a result may be used; absent: as long as it is kept.
    """

    ttl: timedelta | None = None


class SlaBehavior(StrEnum):
    """What becomes of an execution that breaks a promise of its flow."""

    FAIL = "FAIL"
    """It is stopped and ends FAILED."""
    CANCEL = "CANCEL"
    """It is stopped and ends CANCELLED."""
    NONE = "NONE"
    """It gets the labels and goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sla:
    """A promise of a flow: a longest duration, or an assertion that holds all the time.

    Attributes:
        id: For messages; need not be unique.
        behavior: What becomes of an execution that breaks it.
        duration: How long an execution may take; absent: it is an assertion.
        assertion: Expression that must hold; absent: it is a duration.
        labels: Added to an execution that breaks it.
    """

    id: str
    behavior: SlaBehavior
    duration: timedelta | None = None
    assertion: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
