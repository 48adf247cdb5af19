"""The log of one attempt in a file of its own, which is stored as an artifact when it has ended.

The file is begun anew by an agent that was restarted: a command's output is read from its start
again then.
"""

from __future__ import annotations

import asyncio
from datetime import UTC
from pathlib import Path

from lanner_agent.disk import Disk
from lanner_agent.reports import LogLine, Logs
from lanner_agent.spool_record import Progress

MAX_LOG_FILE_BYTES = 256 * 1024 * 1024
"""Further lines are left out."""

_FULL = "The log file is full: further lines are left out."


class LogFile:
    """Takes batches of lines in place of the spool; for the event loop, the disk thread writes."""

    def __init__(self, path: Path, disk: Disk) -> None:
        self._path = path
        self._disk = disk
        self._size_bytes = 0
        self._is_begun = False
        self._last: asyncio.Future[None] | None = None

    @property
    def path(self) -> Path | None:
        """Where it is; absent: no line was written."""
        return self._path if self._is_begun else None

    def append(self, batch: Logs, progress: Progress) -> None:
        """Have lines written."""
        if self._size_bytes >= MAX_LOG_FILE_BYTES:
            return
        content = "".join(map(_line, batch.lines)).encode()
        self._size_bytes += len(content)
        if self._size_bytes >= MAX_LOG_FILE_BYTES:
            last = batch.lines[-1]
            content += _line(LogLine(at=last.at, level=last.level, text=_FULL)).encode()
        mode = "ab" if self._is_begun else "wb"
        self._is_begun = True

        def job() -> None:
            self._path.parent.mkdir(mode=0o700, exist_ok=True)
            with self._path.open(mode) as file:
                file.write(content)

        self._last = self._disk.write(job, len(content))

    async def written(self) -> None:
        """Wait until all that was given is in the file; an error of the disk was logged by it."""
        if self._last is not None:
            # No limit: the disk has one writer, and its errors are ends, too.
            await asyncio.wait({self._last})


def _line(line: LogLine) -> str:
    at = line.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
    return f"{at}Z {line.level.value:<5} {line.text}\n"
