"""Brings the lines of one execution into its log panel, in batches, and none of them twice."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

from lanner_console.models import LogLine, LogQuery
from lanner_console.screens.asking import Asking
from lanner_console.screens.streams import keep_open
from lanner_console.widgets.log_panel import LogPanel

BATCH_SECONDS = 0.1
BATCH_LINES = 5000


class LogFeed:
    """Follows a log from where it left off; `start` again after the end goes on from there."""

    def __init__(self, view: Asking, panel: LogPanel, execution_id: Callable[[], str]) -> None:
        self._view = view
        self._panel = panel
        self._execution_id = execution_id
        self._position = 0
        self._lines: list[LogLine] = []
        self._is_flush_due = False
        self._is_running = False

    def reset(self) -> None:
        """Begin with an empty log; nothing is followed until `start`."""
        self.stop()
        self._position = 0
        self._lines.clear()
        self._panel.log_view.clear()

    def start(self) -> None:
        """Follow, unless that is so already."""
        if not self._is_running:
            self._is_running = True
            self._view.start("logs", self._follow, exclusive=True)

    def stop(self) -> None:
        """Follow no longer."""
        self._view.workers.cancel_group(self._view, "logs")
        self._is_running = False

    async def _follow(self) -> None:
        await keep_open(self._open, self._take, self._view.tell_failure)
        self._is_running = False

    def _open(self) -> AsyncIterator[LogLine]:
        query = LogQuery(execution_id=self._execution_id())
        return self._view.place.client.follow_logs(query, after_position=self._position)

    def _take(self, line: LogLine) -> None:
        self._position = line.position
        self._lines.append(line)
        if len(self._lines) >= BATCH_LINES:
            self._flush()
        elif not self._is_flush_due:
            self._is_flush_due = True
            self._view.set_timer(BATCH_SECONDS, self._flush_due)

    def _flush_due(self) -> None:
        self._is_flush_due = False
        self._flush()

    def _flush(self) -> None:
        lines, self._lines = self._lines, []
        if lines:
            self._panel.append(lines)
