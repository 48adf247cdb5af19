"""Reports on their way to the coordinator: kept on disk until they are acknowledged.

A report is appended once, sent as often as the link breaks, and removed by the cumulative
acknowledgement of its number. Numbers are given when a report is first sent in the life of this
process, so that what is dropped before leaves no gap. Where the disk's share is used up, the oldest
log lines that were never sent are replaced by their count; everything else is kept.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import replace

from lanner_agent.disk import Disk, Syncable
from lanner_agent.errors import ProtocolViolation
from lanner_agent.ids import AttemptId
from lanner_agent.reports import Finished, Refused, Report
from lanner_agent.spool_files import SpoolFiles
from lanner_agent.spool_limits import SpoolLimits
from lanner_agent.spool_record import Progress, RecordKind, record_of
from lanner_agent.spool_segments import Entry, KeepProgress, Segments

log = logging.getLogger(__name__)

LINGER_SECONDS = 0.005


class Spool:
    """All reports that are not acknowledged, in the order they were made.

    For the event loop only; the disk is written by its own thread in the same order.
    """

    def __init__(
        self, files: SpoolFiles, disk: Disk, limits: SpoolLimits, keep_progress: KeepProgress
    ) -> None:
        self.news = asyncio.Event()
        self._files = files
        self._disk = disk
        self._limits = limits
        self._segments = Segments(files, disk, limits.segment_bytes, keep_progress)
        self._unsent: deque[Entry] = deque()
        self._sent: deque[Entry] = deque()
        self._position = 0
        self._sequence = 0
        self._acknowledged = 0
        self._memory_bytes = 0
        self._sent_bytes = 0
        self._backlog_bytes = 0
        self._is_linked = False
        self._relieved = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None

    def load(self) -> Mapping[AttemptId, Progress]:
        """Take over what earlier boots left; blocks, so it is called before anything runs.

        Returns:
            How far the logs of the attempts in the spool are.
        """
        progress: dict[AttemptId, Progress] = {}
        self._position = acknowledged = self._files.acknowledged()
        for segment, offset, record in self._files.load():
            entry = Entry(
                record=replace(record, report=b""),
                report_length=len(record.report),
                segment=segment,
                size_bytes=record.size_bytes,
                offset=offset,
                is_live=record.position > acknowledged,
            )
            self._segments.add_loaded(entry)
            self._position = max(self._position, record.position)
            if entry.is_live:
                self._unsent.append(entry)
                self._backlog_bytes += entry.size_bytes
            if record.kind is RecordKind.LOGS:
                progress[record.attempt_id] = Progress(
                    last_line=record.last_line, command_lines=record.command_lines
                )
        self._files.reserve(self._limits.reserve_bytes)
        return progress

    def delete_done(self) -> None:
        """Delete what earlier boots left and nobody needs."""
        self._segments.delete_done()

    async def emptied(self) -> None:
        """Wait until everything is acknowledged; the caller sets the limit."""
        while any(entry.is_live for entry in self._entries()):
            self._relieved.clear()
            await self._relieved.wait()

    def close(self) -> None:
        """Close the files once the disk has written all that it was given."""
        self._disk.write(self._files.close)

    def finished_attempt_ids(self) -> frozenset[AttemptId]:
        """Attempts whose end is not acknowledged."""
        return frozenset(
            entry.record.attempt_id
            for entry in self._entries()
            if entry.is_live and entry.record.kind is RecordKind.FINISHED
        )

    def append(self, report: Report, progress: Progress | None = None) -> asyncio.Future[None]:
        """Put a report in line to be sent.

        Args:
            report: What to tell.
            progress: For logs: how far they are with these.

        Returns:
            Ends when it is on disk; for `Finished` when it is durable there. May be left alone.
        """
        self._position += 1
        record = record_of(self._position, report, progress or Progress())
        content = record.to_bytes()
        entry = Entry(
            record=record,
            report_length=len(record.report),
            segment=self._segments.active,
            size_bytes=len(content),
        )
        self._unsent.append(entry)
        self._memory_bytes += entry.report_length
        self._backlog_bytes += entry.size_bytes
        written = self._write(entry, content)
        self._segments.add(entry)
        self._keep_within_limit()
        self._tell(is_urgent=isinstance(report, Finished | Refused))
        return written

    def _tell(self, *, is_urgent: bool) -> None:
        """Wake the sender; what is not urgent waits a little for company.

        A task that is being started should not share the processor with the news of it.
        """
        if is_urgent:
            self._wake()
        elif self._timer is None and not self.news.is_set():
            self._timer = asyncio.get_running_loop().call_later(LINGER_SECONDS, self._wake)

    def _wake(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self.news.set()

    def _keep_within_limit(self) -> None:
        while self._segments.size_bytes > self._limits.disk_bytes:
            if not self._segments.drop_oldest_logs():
                break
            live = [entry for entry in self._entries() if entry.is_live]
            self._backlog_bytes = sum(entry.size_bytes for entry in live)
            self._memory_bytes = sum(each.report_length for each in live if each.is_in_memory)

    def _write(self, entry: Entry, content: bytes) -> asyncio.Future[None]:
        is_log = entry.record.kind is RecordKind.LOGS
        is_durable = entry.record.kind is RecordKind.FINISHED
        segment, report_length = entry.segment, entry.report_length

        def job() -> Syncable | None:
            file, end = self._files.append(segment, content, use_reserve=not is_log)
            entry.offset = end - report_length
            return file if is_durable else None

        written = self._disk.write(job, len(content), may_wait=not is_durable)
        written.add_done_callback(lambda done: self._spare_memory(entry, done))
        return written

    def _spare_memory(self, entry: Entry, written: asyncio.Future[None]) -> None:
        """Leave the report to the disk, or its log lines to nobody where the disk is full."""
        if not written.cancelled() and written.exception() and entry.may_drop:
            self._memory_bytes -= entry.report_length
            entry.stand_for_dropped()
            self._memory_bytes += entry.report_length
        elif (
            self._memory_bytes > self._limits.memory_bytes
            and entry.is_live
            and entry.is_in_memory
            and entry.offset is not None
        ):
            self._memory_bytes -= entry.report_length
            entry.record = replace(entry.record, report=b"")

    async def room_for_logs(self) -> None:
        """Wait while the coordinator or the disk is slower than the tasks' output.

        No limit: this is what slows a task down, and cancelling the task ends the wait. Without a
        link it does not wait for the coordinator: then the spool's own limit drops the oldest.
        """
        limit = self._limits.live_backlog_bytes
        while True:
            if self._disk.backlog_bytes > limit:
                await self._disk.write(lambda: None)
            elif self._is_linked and self._backlog_bytes > limit:
                self._relieved.clear()
                await self._relieved.wait()
            else:
                return

    def linked(self, last_received: int) -> None:
        """Begin anew with what is not acknowledged: a session stands.

        Args:
            last_received: Last number that the coordinator remembers. Less than it acknowledged: it
                restarted, and the rest is numbered anew from there.
        """
        self._unsent.extendleft(reversed(self._sent))
        self._sent.clear()
        self._sent_bytes = 0
        if last_received < self._acknowledged:
            self._acknowledged = self._sequence = last_received
            for entry in self._unsent:
                entry.sequence = 0
        self._is_linked = True
        self.news.set()

    def unlinked(self) -> None:
        """The session is over."""
        self._is_linked = False
        self._relieved.set()

    async def next_to_send(self) -> tuple[int, bytes] | None:
        """Take the next report and its number; absent when there is none or the window is full."""
        while self._unsent and not self._unsent[0].is_live:
            self._unsent.popleft()
        if not self._unsent or self._sent_bytes > self._limits.window_bytes:
            return None
        entry = self._unsent.popleft()
        if entry.sequence == 0:
            self._sequence += 1
            entry.sequence = self._sequence
        self._sent.append(entry)
        self._sent_bytes += entry.size_bytes
        report = entry.record.report if entry.is_in_memory else await self._read(entry)
        return entry.sequence, report

    async def _read(self, entry: Entry) -> bytes:
        report = b""

        def job() -> None:
            nonlocal report
            assert entry.offset is not None, "what is not in memory is on disk"
            report = self._files.read(entry.segment, entry.offset, entry.report_length)

        await self._disk.write(job)
        return report

    def acknowledge(self, sequence: int) -> None:
        """Forget all reports up to a number.

        Raises:
            ProtocolViolation: Nothing with this number was sent.
        """
        if sequence > self._sequence:
            raise ProtocolViolation(
                f"Message {sequence} was acknowledged, but only {self._sequence} were sent."
            )
        self._acknowledged = max(self._acknowledged, sequence)
        position = 0
        for line in (self._sent, self._unsent):
            while line and (line[0].sequence or self._sequence + 1) <= sequence:
                entry = line.popleft()
                position = entry.record.position
                self._sent_bytes -= entry.size_bytes if line is self._sent else 0
                self._end(entry)
        if position:
            self._disk.write(lambda: self._files.mark_acknowledged(position), may_wait=True)
        self._relieved.set()
        self.news.set()

    def forget(self, attempt_ids: Iterable[AttemptId]) -> None:
        """Drop what was not yet sent of attempts that the coordinator gave up."""
        forgotten = frozenset(attempt_ids)
        for entry in self._unsent:
            if entry.record.attempt_id in forgotten and entry.sequence == 0:
                self._end(entry)
        self._relieved.set()

    def _end(self, entry: Entry) -> None:
        if entry.is_live:
            self._backlog_bytes -= entry.size_bytes
            self._memory_bytes -= entry.report_length if entry.is_in_memory else 0
            self._segments.end(entry)

    def _entries(self) -> Iterable[Entry]:
        yield from self._sent
        yield from self._unsent
