"""The states of executions and task runs, in Kestra's words."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """State of an execution or of a task run; `docs/states.md` draws which follows which."""

    CREATED = "CREATED"
    """Waits for the engine or, for a task run, for a free slot on a fitting agent."""
    SUBMITTED = "SUBMITTED"
    """Task run only: handed to an agent that has not started it."""
    QUEUED = "QUEUED"
    """Execution only: waits under the flow's concurrency limit."""
    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    RESTARTED = "RESTARTED"
    """Set by a restart until the first task run starts again."""
    RETRYING = "RETRYING"
    """Waits for the date of its next attempt."""
    KILLING = "KILLING"
    """A kill was asked and attempts are being stopped."""
    SUCCESS = "SUCCESS"
    WARNING = "WARNING"
    FAILED = "FAILED"
    KILLED = "KILLED"
    CANCELLED = "CANCELLED"
    SKIPPED = "SKIPPED"
    """Task run only: its runIf did not hold."""
    RETRIED = "RETRIED"
    """Execution only: replaced by a new one."""

    @property
    def is_terminal(self) -> bool:
        """Whether nothing follows by itself."""
        return self in _TERMINAL

    @property
    def is_failure(self) -> bool:
        """Whether what comes after it in a sequence does not run."""
        return self in (State.FAILED, State.KILLED, State.CANCELLED)


_TERMINAL = frozenset(
    {
        State.SUCCESS,
        State.WARNING,
        State.FAILED,
        State.KILLED,
        State.CANCELLED,
        State.SKIPPED,
        State.RETRIED,
    }
)
