"""What a flow asks of its executions as a whole."""

from __future__ import annotations

from dataclasses import dataclass
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
