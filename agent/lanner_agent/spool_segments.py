"""What the event loop knows of the spool's segments: sizes, what is still needed, what may go.

All decisions are taken here, on the loop; the disk thread carries them out in the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from lanner_agent.disk import Disk
from lanner_agent.ids import AttemptId
from lanner_agent.reports import Logs
from lanner_agent.spool_files import SpoolFiles
from lanner_agent.spool_record import Progress, Record, RecordKind
from lanner_agent.wire.encoding import encode_report

KeepProgress = Callable[[Mapping[AttemptId, Progress]], None]
"""Writes the progress of attempts elsewhere before the segment that tells it is deleted."""


@dataclass(slots=True, kw_only=True, eq=False)
class Entry:
    """One report on its way to the coordinator.

    Attributes:
        record: The report and what the spool knows of it; its bytes may be on disk only.
        report_length: Length of the serialized report, in bytes.
        segment: Number of the segment it is in.
        size_bytes: What it takes there.
        offset: Where the serialized report begins there; absent until written.
        sequence: Its number in this lineage; 0 until it is first sent.
        is_live: Not acknowledged, dropped or forgotten.
        is_dropped: Stands for log lines that were dropped.
    """

    record: Record
    report_length: int
    segment: int
    size_bytes: int
    offset: int | None = None
    sequence: int = 0
    is_live: bool = True
    is_dropped: bool = False

    @property
    def is_in_memory(self) -> bool:
        """The report need not be read from disk."""
        return len(self.record.report) == self.report_length

    @property
    def may_drop(self) -> bool:
        """Log lines that were never sent; what was sent keeps its number."""
        is_unsent_log = self.record.kind is RecordKind.LOGS and self.sequence == 0
        return self.is_live and is_unsent_log and not self.is_dropped

    def stand_for_dropped(self) -> None:
        """Become a report of how many lines were dropped here."""
        report = encode_report(
            Logs(
                attempt_id=self.record.attempt_id,
                first_line=self.record.last_line + 1,
                lines=(),
                dropped_count=self.record.line_count,
            )
        )
        self.record = replace(self.record, report=report)
        self.report_length = len(report)
        self.size_bytes = self.record.size_bytes
        self.is_dropped = True


@dataclass(slots=True, kw_only=True)
class _Segment:
    entries: list[Entry] = field(default_factory=list)
    progress: dict[AttemptId, Progress] = field(default_factory=dict)
    size_bytes: int = 0
    live_count: int = 0


class Segments:
    """The segments of one spool, the youngest of which takes what is appended."""

    def __init__(
        self, files: SpoolFiles, disk: Disk, segment_bytes: int, keep_progress: KeepProgress
    ) -> None:
        self._files = files
        self._disk = disk
        self._segment_bytes = segment_bytes
        self._keep_progress = keep_progress
        self._segments: dict[int, _Segment] = {}
        self._active = 1

    @property
    def size_bytes(self) -> int:
        """Bytes on disk, of all segments."""
        return sum(segment.size_bytes for segment in self._segments.values())

    @property
    def active(self) -> int:
        """Number of the segment that the next record goes to."""
        return self._active

    def add_loaded(self, entry: Entry) -> None:
        """Take over a record that an earlier boot wrote."""
        self._add(entry)
        self._active = max(self._active, entry.segment + 1)

    def add(self, entry: Entry) -> None:
        """Take note of a record that is appended to the active segment."""
        self._add(entry)
        if self._segments[entry.segment].size_bytes >= self._segment_bytes:
            self.rotate()

    def _add(self, entry: Entry) -> None:
        segment = self._segments.setdefault(entry.segment, _Segment())
        segment.entries.append(entry)
        segment.size_bytes += entry.size_bytes
        segment.live_count += entry.is_live
        if entry.record.kind is RecordKind.LOGS:
            segment.progress[entry.record.attempt_id] = Progress(
                last_line=entry.record.last_line, command_lines=entry.record.command_lines
            )

    def rotate(self) -> None:
        """Seal the active segment and begin another one."""
        sealed, self._active = self._active, self._active + 1
        self._disk.write(lambda: self._files.seal(sealed))
        self._delete_if_done(sealed)

    def end(self, entry: Entry) -> None:
        """Take note that a report is acknowledged, dropped or forgotten."""
        if entry.is_live:
            entry.is_live = False
            segment = self._segments[entry.segment]
            segment.live_count -= 1
            self._delete_if_done(entry.segment)

    def delete_done(self) -> None:
        """Delete all sealed segments that nothing is needed of."""
        for number in list(self._segments):
            self._delete_if_done(number)

    def _delete_if_done(self, number: int) -> None:
        segment = self._segments.get(number)
        if segment is None or segment.live_count or number == self._active:
            return
        self._keep_progress(segment.progress)
        self._disk.write(lambda: self._files.delete(number))
        del self._segments[number]

    def drop_oldest_logs(self) -> bool:
        """Replace the log lines of the oldest segment that has any by their count.

        Returns:
            Whether there were any.
        """
        for number in sorted(self._segments):
            if any(entry.may_drop for entry in self._segments[number].entries):
                if number == self._active:
                    self.rotate()
                self._drop_logs(number)
                return True
        return False

    def _drop_logs(self, number: int) -> None:
        segment = self._segments[number]
        stand_ins: dict[AttemptId, Entry] = {}
        for entry in segment.entries:
            if not entry.may_drop:
                continue
            first = stand_ins.setdefault(entry.record.attempt_id, entry)
            if first is not entry:
                _count(first, entry)
                entry.is_live = False
                segment.live_count -= 1
        for entry in stand_ins.values():
            entry.stand_for_dropped()
        segment.entries = [entry for entry in segment.entries if entry.is_live]
        segment.size_bytes = sum(entry.size_bytes for entry in segment.entries)
        kept = list(segment.entries)
        self._disk.write(lambda: self._write_anew(number, kept))

    def _write_anew(self, number: int, entries: list[Entry]) -> None:
        """Runs in the disk thread, which alone reads and writes offsets."""
        contents = [self._with_report(entry).to_bytes() for entry in entries]
        self._files.replace(number, contents)
        end = 0
        for entry, content in zip(entries, contents, strict=True):
            end += len(content)
            entry.offset = end - entry.report_length

    def _with_report(self, entry: Entry) -> Record:
        record = entry.record  # the loop may take its bytes away meanwhile
        if len(record.report) == entry.report_length or entry.offset is None:
            return record
        report = self._files.read(entry.segment, entry.offset, entry.report_length)
        return replace(record, report=report)


def _count(first: Entry, other: Entry) -> None:
    """Add the lines of `other` to what `first` stands for."""
    first.record = replace(
        first.record,
        last_line=other.record.last_line,
        command_lines=other.record.command_lines,
        line_count=first.record.line_count + other.record.line_count,
    )
