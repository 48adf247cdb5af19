"""Log lines."""

from __future__ import annotations

from datetime import datetime

import msgspec

from lanner_console.models.state import LogLevel


class LogLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an execution's log.

    Attributes:
        position: Grows with every line of the execution; the key to resume and page by.
        at: When the line was written.
        level: Its severity.
        execution_id: Of its execution.
        task_id: Empty: a line of the execution itself.
        task_run_id: Empty: a line of the execution itself.
        attempt_number: From 1; 0: a line of the execution itself.
        text: As it was written; may hold control characters.
        is_late: Whether its attempt was no longer current when it came.
    """

    position: int
    at: datetime | None
    level: LogLevel
    execution_id: str
    text: str
    task_id: str = ""
    task_run_id: str = ""
    attempt_number: int = 0
    is_late: bool = False


class LogQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which lines of one execution.

    Attributes:
        execution_id: Id, unique prefix, `@latest` or `@failed`.
        task_id: Empty: all tasks.
        task_run_id: Empty: all task runs.
        min_level: Absent: all levels.
        text: Part of the text, upper and lower case alike; empty: all.
    """

    execution_id: str
    task_id: str = ""
    task_run_id: str = ""
    min_level: LogLevel | None = None
    text: str = ""
