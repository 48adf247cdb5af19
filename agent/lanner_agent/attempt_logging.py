"""Where the lines of an attempt go: into the spool, or into a file that is stored at its end."""

from __future__ import annotations

import asyncio
import logging

from lanner_agent.artifacts import Artifacts
from lanner_agent.attempt import Attempt
from lanner_agent.data_folder import WorkFolder
from lanner_agent.log_file import LogFile
from lanner_agent.log_stream import LogStream
from lanner_agent.reports import LogLine, Logs
from lanner_agent.services import Services
from lanner_agent.spool_record import Progress
from lanner_agent.tasks.contract import LogLevel, TaskFailed

log = logging.getLogger(__name__)

# Who stops an attempt waits for its end, not for its log.
STOPPED_SECONDS = 10.0


class AttemptLogging:
    """The log of one attempt.

    Attributes:
        stream: Takes its lines.
    """

    def __init__(self, attempt: Attempt, services: Services, folder: WorkFolder) -> None:
        record = attempt.record
        self._record = record
        self._services = services
        self._file: LogFile | None = None
        if record.log_to_file:
            self._file = LogFile(folder.root / "attempt.log", services.disk)
        self.stream = LogStream(
            record.attempt_id,
            record.min_log_level,
            attempt.masker,
            services.spool.append if self._file is None else self._file.append,
            services.spool.room_for_logs if self._file is None else self._file.written,
            attempt.shipped if self._file is None else Progress(),
        )
        self._sent_line = 0

    @property
    def last_line(self) -> int:
        """Number of the last line that was sent to the coordinator, or waits for that."""
        return self.stream.last_line if self._file is None else self._sent_line

    async def store(self, artifacts: Artifacts, *, is_stopped: bool) -> str:
        """Store the file of lines: its URI; empty: there is none, or it could not be stored."""
        path = None if self._file is None else self._file.path
        if self._file is None or path is None:
            return ""
        await self._file.written()
        name = f"logs/attempt-{self._record.attempt_number}.log"
        try:
            async with asyncio.timeout(STOPPED_SECONDS if is_stopped else None):
                # Without a stop: as patient as with the files that the task leaves.
                return (await artifacts.store(path, name)).uri
        except (TaskFailed, TimeoutError) as error:
            why = str(error) or "there was no time for it"
            log.warning("Attempt %s: its log is not stored: %s", self._record.attempt_id, why)
            self._say(f"The log of this attempt could not be stored: {why}")
            return ""

    def _say(self, text: str) -> None:
        self._sent_line = 1
        line = LogLine(at=self._services.clock.now(), level=LogLevel.WARN, text=text)
        self._services.spool.append(
            Logs(attempt_id=self._record.attempt_id, first_line=1, lines=[line]),
            Progress(last_line=1),
        )
