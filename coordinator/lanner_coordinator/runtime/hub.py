"""Who wants to know what changed: watchers of one execution, of lists, and followers of logs.

A watcher keeps only what it has not told yet, merged: a slow reader costs memory for what changed,
not for how often, and never holds anybody up. Everything here is published after its commit.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from lanner_coordinator.store.records import ExecutionSummary, LogRecord

_Watch = TypeVar("_Watch")

FOLLOWED_LINES_LIMIT = 10_000
"""Lines that a follower may be behind; beyond, it reads them from the store."""


class ExecutionWatch:
    """What changed of one execution since it was last asked.

    Attributes:
        changed: Set when there is something to tell.
        run_ids: Task runs that changed, as an ordered set.
        is_restarted: The execution came back to life: begin with a new snapshot.
    """

    def __init__(self) -> None:
        self.changed = asyncio.Event()
        self.run_ids: dict[str, None] = {}
        self.is_restarted = False

    def take(self) -> tuple[Sequence[str], bool]:
        """Task runs that changed and whether it was restarted; both are forgotten."""
        run_ids, self.run_ids = list(self.run_ids), {}
        is_restarted, self.is_restarted = self.is_restarted, False
        self.changed.clear()
        return run_ids, is_restarted


class ListWatch:
    """Executions that changed since it was last asked, in their newest state."""

    def __init__(self, matches: Callable[[ExecutionSummary], bool]) -> None:
        self.changed = asyncio.Event()
        self._matches = matches
        self._summaries: dict[str, ExecutionSummary] = {}

    def put(self, summary: ExecutionSummary) -> None:
        """Tell of one execution."""
        if self._matches(summary):
            self._summaries[summary.id] = summary
            self.changed.set()

    def take(self) -> Sequence[ExecutionSummary]:
        """What changed; forgotten hereby."""
        summaries, self._summaries = list(self._summaries.values()), {}
        self.changed.clear()
        return summaries


class LogWatch:
    """New lines of one execution.

    Attributes:
        changed: Set when there are lines, or the execution has ended.
        is_behind: Lines were dropped here: read on from the store.
        has_ended: No more lines will come.
    """

    def __init__(self) -> None:
        self.changed = asyncio.Event()
        self.is_behind = False
        self.has_ended = False
        self._lines: deque[LogRecord] = deque()

    def put(self, lines: Sequence[LogRecord]) -> None:
        """Tell of new lines."""
        if self.is_behind or len(self._lines) + len(lines) > FOLLOWED_LINES_LIMIT:
            self.is_behind = True
            self._lines.clear()
        else:
            self._lines.extend(lines)
        self.changed.set()

    def take(self) -> tuple[Sequence[LogRecord], bool]:
        """New lines, and whether the reader must go on from the store instead."""
        lines, self._lines = list(self._lines), deque()
        is_behind, self.is_behind = self.is_behind, False
        self.changed.clear()
        return lines, is_behind


class Hub:
    """All watchers."""

    def __init__(self) -> None:
        self._executions: dict[str, set[ExecutionWatch]] = {}
        self._lists: set[ListWatch] = set()
        self._logs: dict[str, set[LogWatch]] = {}

    @property
    def has_list_watchers(self) -> bool:
        """Whether anybody watches lists: summaries need not be made otherwise."""
        return bool(self._lists)

    @contextmanager
    def watch_execution(self, execution_id: str) -> Iterator[ExecutionWatch]:
        """Watch one execution while the context is open."""
        watch = ExecutionWatch()
        with _member(self._executions, execution_id, watch):
            yield watch

    @contextmanager
    def watch_list(self, matches: Callable[[ExecutionSummary], bool]) -> Iterator[ListWatch]:
        """Watch all executions that match while the context is open."""
        watch = ListWatch(matches)
        self._lists.add(watch)
        try:
            yield watch
        finally:
            self._lists.discard(watch)

    @contextmanager
    def follow_logs(self, execution_id: str) -> Iterator[LogWatch]:
        """Follow the log of one execution while the context is open."""
        watch = LogWatch()
        with _member(self._logs, execution_id, watch):
            yield watch

    def execution_changed(
        self, execution_id: str, run_ids: Sequence[str], *, is_restarted: bool = False
    ) -> None:
        """Tell those who watch an execution."""
        for watch in self._executions.get(execution_id, ()):
            watch.run_ids.update(dict.fromkeys(run_ids))
            watch.is_restarted = watch.is_restarted or is_restarted
            watch.changed.set()

    def summary_changed(self, summary: ExecutionSummary) -> None:
        """Tell those who watch lists."""
        for watch in self._lists:
            watch.put(summary)

    def lines_written(self, lines: Sequence[LogRecord]) -> None:
        """Tell those who follow logs."""
        if not self._logs:
            return
        by_execution: dict[str, list[LogRecord]] = {}
        for line in lines:
            if line.execution_id in self._logs:
                by_execution.setdefault(line.execution_id, []).append(line)
        for execution_id, new_lines in by_execution.items():
            for watch in self._logs[execution_id]:
                watch.put(new_lines)

    def log_ended(self, execution_id: str) -> None:
        """Tell those who follow a log that nothing more comes."""
        for watch in self._logs.get(execution_id, ()):
            watch.has_ended = True
            watch.changed.set()


@contextmanager
def _member(watches: dict[str, set[_Watch]], execution_id: str, watch: _Watch) -> Iterator[None]:
    watches.setdefault(execution_id, set()).add(watch)
    try:
        yield
    finally:
        members = watches[execution_id]
        members.discard(watch)
        if not members:
            del watches[execution_id]
