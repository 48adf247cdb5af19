"""Log lines on their way to the store.

Numbered in order of commit, told apart from repeated ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from lanner_coordinator.engine.commands import WriteLog
from lanner_coordinator.engine.execution import TaskRun
from lanner_coordinator.engine.ids import execution_of, number_of, task_run_of
from lanner_coordinator.runtime.agents.messages import Lines, LogLine
from lanner_coordinator.runtime.group import LiveEntry
from lanner_coordinator.store.records import LogRecord

ERROR_LINES_LIMIT = 25
"""Error lines that `errorLogs()` gives, as in Kestra."""


class LogWriter:
    """Makes records of lines; `last_position` is the newest one in the store at the start."""

    def __init__(self, last_position: int) -> None:
        self._last_position = last_position

    def of_attempt(self, entry: LiveEntry | None, lines: Lines) -> Sequence[LogRecord]:
        """Lines of an attempt on an agent; those that were written before are left out."""
        run = entry.live.execution.run_of(lines.attempt_id) if entry else None
        known = entry.lines.get(lines.attempt_id, 0) if entry else 0
        task_id = self._task_id(entry, lines.attempt_id)
        records = [
            self._attempt_line(entry, lines, number, line, task_id, is_late=run is None)
            for number, line in enumerate(lines.lines, start=lines.first_line)
            if number > known
        ]
        if entry is not None and records:
            entry.lines[lines.attempt_id] = records[-1].line
            self._keep_errors(entry, records)
        return records

    def of_native(
        self, entry: LiveEntry, run: TaskRun, lines: Sequence[tuple[str, str]], at: datetime
    ) -> Sequence[LogRecord]:
        """Lines of a native task."""
        records = [self._own_line(entry, run, level, text, at) for level, text in lines]
        self._keep_errors(entry, records)
        return records

    def of_engine(self, entry: LiveEntry, command: WriteLog, at: datetime) -> LogRecord:
        """A line of the engine."""
        run = None
        if command.task_run_id is not None:
            run = entry.live.execution.task_runs.get(command.task_run_id)
        record = self._own_line(entry, run, command.level, command.text, at)
        self._keep_errors(entry, (record,))
        return record

    def _attempt_line(
        self,
        entry: LiveEntry | None,
        lines: Lines,
        number: int,
        line: LogLine,
        task_id: str,
        *,
        is_late: bool,
    ) -> LogRecord:
        return LogRecord(
            position=self._next_position(),
            execution_id=execution_of(lines.attempt_id),
            task_run_id=task_run_of(lines.attempt_id),
            task_id=task_id,
            attempt_id=lines.attempt_id,
            attempt_number=number_of(lines.attempt_id),
            line=number,
            at=line.at,
            level=line.level,
            text=entry.met_secrets.mask(line.text) if entry else line.text,
            is_late=is_late,
        )

    def _own_line(
        self, entry: LiveEntry, run: TaskRun | None, level: str, text: str, at: datetime
    ) -> LogRecord:
        attempt = run.attempt if run else None
        return LogRecord(
            position=self._next_position(),
            execution_id=entry.id,
            task_run_id=run.id if run else "",
            task_id=run.task_id if run else "",
            attempt_id=attempt.id if attempt else "",
            attempt_number=attempt.number if attempt else 0,
            line=0,
            at=at,
            level=level,
            text=text,
        )

    def _next_position(self) -> int:
        self._last_position += 1
        return self._last_position

    @staticmethod
    def _task_id(entry: LiveEntry | None, attempt_id: str) -> str:
        run = entry.live.execution.task_runs.get(task_run_of(attempt_id)) if entry else None
        return run.task_id if run else ""

    @staticmethod
    def _keep_errors(entry: LiveEntry, records: Sequence[LogRecord]) -> None:
        errors = [record for record in records if record.level == "ERROR"]
        if errors:
            entry.error_lines = (entry.error_lines + errors)[:ERROR_LINES_LIMIT]
