"""The log lines of one attempt: numbered, filtered, masked and batched on their way to the spool.

A batch is sent when it has waited 50 ms, holds 500 lines or a megabyte. While the spool has no room
writing waits, which slows the command's pipe.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import datetime

from lanner_agent.ids import AttemptId
from lanner_agent.masking import Masker
from lanner_agent.reports import LogLine, Logs
from lanner_agent.spool_record import Progress
from lanner_agent.tasks.contract import LogLevel

BATCH_SECONDS = 0.05
BATCH_LINES = 500
BATCH_BYTES = 1024 * 1024
LINE_BYTES = 64 * 1024

_RANK = {level: rank for rank, level in enumerate(LogLevel)}
_LINE_END = re.compile("\r\n|\n|\r")

Send = Callable[[Logs, Progress], object]
"""Puts a batch in line to be sent."""


class LogStream:
    """Takes the lines of one attempt in order."""

    def __init__(
        self,
        attempt_id: AttemptId,
        min_level: LogLevel,
        masker: Masker,
        send: Send,
        room: Callable[[], Awaitable[None]],
        shipped: Progress,
    ) -> None:
        """Begin after what was shipped.

        Args:
            attempt_id: Whose lines they are.
            min_level: Lines below it are left out.
            masker: Hides secrets.
            send: Takes a batch.
            room: Waits until there is room for logs.
            shipped: What an earlier boot of the agent sent already: that many lines of the
                command's output are left out when they are read again.
        """
        self._attempt_id = attempt_id
        self._min_rank = _RANK[min_level]
        self._masker = masker
        self._send = send
        self._room = room
        self._last_line = shipped.last_line
        self._command_lines = shipped.command_lines
        self._to_skip = shipped.command_lines
        self._batch: list[LogLine] = []
        self._batch_bytes = 0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def last_line(self) -> int:
        """Number of the last line that was sent or waits in the batch."""
        return self._last_line

    def is_logged(self, level: LogLevel) -> bool:
        """Whether lines of this level are sent at all."""
        return _RANK[level] >= self._min_rank

    async def write(
        self, at: datetime, level: LogLevel, text: str, *, is_from_command: bool = False
    ) -> None:
        """Add a text; every line of it becomes one line, long ones several."""
        if not self.is_logged(level):
            return
        for line in _LINE_END.split(text) if "\n" in text or "\r" in text else (text,):
            for piece in _pieces(self._masker.mask(line)):
                if is_from_command and self._to_skip:
                    self._to_skip -= 1
                    continue
                self._add(LogLine(at=at, level=level, text=piece), is_from_command)
        if not self._batch:  # a full batch has just gone
            await self._room()

    def _add(self, line: LogLine, is_from_command: bool) -> None:
        size_bytes = len(line.text) * (1 if line.text.isascii() else 4)
        if self._batch and self._batch_bytes + size_bytes > BATCH_BYTES:
            self.flush()
        self._batch.append(line)
        self._batch_bytes += size_bytes
        self._last_line += 1
        self._command_lines += is_from_command
        if len(self._batch) >= BATCH_LINES:
            self.flush()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(BATCH_SECONDS, self.flush)

    def flush(self) -> None:
        """Send what waits in the batch."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self._batch:
            return
        batch, self._batch, self._batch_bytes = self._batch, [], 0
        first_line = self._last_line - len(batch) + 1
        self._send(
            Logs(attempt_id=self._attempt_id, first_line=first_line, lines=batch),
            Progress(last_line=self._last_line, command_lines=self._command_lines),
        )


def _pieces(line: str) -> list[str]:
    if len(line) * 4 <= LINE_BYTES or len(line.encode()) <= LINE_BYTES:
        return [line]
    size = LINE_BYTES // 4  # whatever the characters are, they fit
    return [line[start : start + size] for start in range(0, len(line), size)]
