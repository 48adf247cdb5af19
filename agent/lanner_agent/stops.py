"""Why an attempt is ended from outside, and how it ends then."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from lanner_agent.reports import EndState
from lanner_agent.tasks.contract import FailureCause


class StopReason(StrEnum):
    """Who or what ends it."""

    KILLED = "killed"
    DEADLINE = "deadline"
    TIMEOUT = "timeout"
    FORGOTTEN = "forgotten"
    FENCED = "fenced"
    AGENT_STOPS = "agent stops"
    AGENT_LEAVES = "agent leaves"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """An attempt is to end.

    Attributes:
        reason: Why.
        grace: Between the polite and the hard signal.
    """

    reason: StopReason
    grace: timedelta = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How an attempt ended.

    Attributes:
        state: The state.
        cause: Why it failed; absent on success.
        error: A sentence; empty on success.
        outputs: JSON-like values by name.
    """

    state: EndState
    cause: FailureCause | None = None
    error: str = field(default="", repr=False)
    outputs: dict[str, object] = field(default_factory=dict, repr=False)


LOST = Ending(
    state=EndState.FAILED,
    cause=FailureCause.LOST,
    error="The agent restarted while the task ran, and the task's process is gone.",
)

# Attempts that nobody waits for, or that go on without the agent, are not reported.
ENDINGS: dict[StopReason, Ending | None] = {
    StopReason.KILLED: Ending(
        state=EndState.KILLED, cause=FailureCause.KILLED, error="The task was killed."
    ),
    StopReason.DEADLINE: Ending(
        state=EndState.FAILED,
        cause=FailureCause.TIMEOUT,
        error="The task was stopped because its deadline passed.",
    ),
    StopReason.TIMEOUT: Ending(
        state=EndState.FAILED,
        cause=FailureCause.TIMEOUT,
        error="The task was stopped because it ran longer than its timeout.",
    ),
    StopReason.FENCED: Ending(
        state=EndState.FAILED,
        cause=FailureCause.LOST,
        error="The agent stopped the task because it could not reach the coordinator for too long.",
    ),
    StopReason.AGENT_STOPS: Ending(
        state=EndState.FAILED,
        cause=FailureCause.LOST,
        error="The task was stopped because its agent was stopped.",
    ),
    StopReason.FORGOTTEN: None,
    StopReason.AGENT_LEAVES: None,
}
