"""States and severities, in the words of the wire contract."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """State of an execution or of a task run; `UNKNOWN` is one that this console does not know."""

    UNKNOWN = "UNKNOWN"
    CREATED = "CREATED"
    SUBMITTED = "SUBMITTED"
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    RESTARTED = "RESTARTED"
    RETRYING = "RETRYING"
    KILLING = "KILLING"
    SUCCESS = "SUCCESS"
    WARNING = "WARNING"
    FAILED = "FAILED"
    KILLED = "KILLED"
    CANCELLED = "CANCELLED"
    SKIPPED = "SKIPPED"
    RETRIED = "RETRIED"

    @property
    def is_terminal(self) -> bool:
        """Whether nothing changes any more without a person or a policy."""
        return self in TERMINAL_STATES

    @property
    def is_problem(self) -> bool:
        """Whether it is what a person looks for when something is wrong."""
        return self in PROBLEM_STATES


TERMINAL_STATES = frozenset(
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
PROBLEM_STATES = frozenset({State.FAILED, State.WARNING, State.KILLED})


class LogLevel(StrEnum):
    """Severity of a log line, in rising order."""

    TRACE = "TRACE"
    DEBUG = "DEBUG"
    INFO = "INFO"
    WARN = "WARN"
    ERROR = "ERROR"
