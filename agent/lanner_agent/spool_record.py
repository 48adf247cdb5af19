"""One report in the spool, as it stands on disk."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from enum import IntEnum

from lanner_agent.frames import HEAD_BYTES, frame
from lanner_agent.ids import AttemptId
from lanner_agent.reports import Finished, Logs, Report
from lanner_agent.wire.encoding import encode_report

_HEADER = struct.Struct("<BQQQIB")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the logs of an attempt are in the spool.

    Attributes:
        last_line: Number of the last line.
        command_lines: How many of the lines came from the command's output.
    """

    last_line: int = 0
    command_lines: int = 0


class RecordKind(IntEnum):
    """What kind of report a record holds."""

    OTHER = 1
    LOGS = 2
    FINISHED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One report in the spool.

    Attributes:
        position: Counts records over the whole life of the spool, from 1.
        kind: What kind of report it is.
        attempt_id: Whose report it is.
        last_line: For logs: number of the last line here.
        command_lines: For logs: how many of the lines up to here came from the command's output.
        line_count: For logs: how many lines it holds or stands for.
        report: The serialized report.
    """

    position: int
    kind: RecordKind
    attempt_id: AttemptId
    last_line: int = 0
    command_lines: int = 0
    line_count: int = 0
    report: bytes = field(repr=False)

    @property
    def size_bytes(self) -> int:
        """What it takes on disk."""
        return HEAD_BYTES + _HEADER.size + len(self.attempt_id.encode()) + len(self.report)

    def to_bytes(self) -> bytes:
        """The record as it stands on disk."""
        name = self.attempt_id.encode()
        header = _HEADER.pack(
            self.kind,
            self.position,
            self.last_line,
            self.command_lines,
            self.line_count,
            len(name),
        )
        return frame(header + name + self.report)


def record_from_bytes(content: bytes) -> Record:
    """Read a record back from the content of its frame."""
    kind, position, last_line, command_lines, line_count, name_length = _HEADER.unpack_from(content)
    report_start = _HEADER.size + name_length
    return Record(
        position=position,
        kind=RecordKind(kind),
        attempt_id=AttemptId(content[_HEADER.size : report_start].decode()),
        last_line=last_line,
        command_lines=command_lines,
        line_count=line_count,
        report=content[report_start:],
    )


def record_of(position: int, report: Report, progress: Progress) -> Record:
    """The record of a report; `progress` counts for logs."""
    kind, line_count = RecordKind.OTHER, 0
    if isinstance(report, Logs):
        kind, line_count = RecordKind.LOGS, len(report.lines)
    elif isinstance(report, Finished):
        kind = RecordKind.FINISHED
    return Record(
        position=position,
        kind=kind,
        attempt_id=report.attempt_id,
        last_line=progress.last_line,
        command_lines=progress.command_lines,
        line_count=line_count,
        report=encode_report(report),
    )
