"""Records of the attempts that are held, in one append-only file.

The last record of an attempt counts. One file for all attempts makes what many of them write at
about the same time durable with one sync; it is written anew when most of it is out of date.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from lanner_agent.attempt_record import AttemptRecord
from lanner_agent.disk import Disk, Syncable
from lanner_agent.frames import frame, frames
from lanner_agent.ids import AttemptId
from lanner_agent.spool_files import SegmentFile
from lanner_agent.spool_record import Progress

log = logging.getLogger(__name__)

WASTE_BYTES = 1024 * 1024


class _Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One entry of the file: a record, or the id of an attempt that is gone."""

    record: AttemptRecord | None = None
    gone: AttemptId | None = None


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(_Line).decode


class AttemptLog:
    """The attempts that are held; for the event loop, writing happens in the disk thread."""

    def __init__(self, path: Path, disk: Disk) -> None:
        self._path = path
        self._disk = disk
        self._records: dict[AttemptId, AttemptRecord] = {}
        self._file: SegmentFile | None = None
        self._written_bytes = 0

    def load(self) -> None:
        """Read what earlier boots left; blocks, so it is called before anything runs."""
        content = self._path.read_bytes() if self._path.exists() else b""
        end = 0
        for each in frames(content):
            line = _decode(each.content)
            if line.record is not None:
                self._records[line.record.attempt_id] = line.record
            elif line.gone is not None:
                self._records.pop(line.gone, None)
            end = each.end
        if end < len(content):
            log.warning("%s: cut off %d torn bytes.", self._path.name, len(content) - end)
        self._rewrite(list(self._records.values()))

    @property
    def records(self) -> Mapping[AttemptId, AttemptRecord]:
        """What is remembered, by attempt."""
        return self._records

    def found_again(self) -> frozenset[AttemptId]:
        """Attempts whose commands a restarted agent goes on with; others are lost by a restart."""
        return frozenset(
            attempt_id for attempt_id, record in self._records.items() if record.running is not None
        )

    def save(self, record: AttemptRecord, *, is_durable: bool = False) -> asyncio.Future[None]:
        """Remember an attempt as it is now.

        Returns:
            Ends when it is written, and durable if that was asked for. May be left alone.
        """
        self._records[record.attempt_id] = record
        return self._append(_Line(record=record), is_durable=is_durable)

    def keep_progress(self, progress: Mapping[AttemptId, Progress]) -> None:
        """Remember how far logs are whose part of the spool is about to go."""
        for attempt_id, each in progress.items():
            record = self._records.get(attempt_id)
            if record is not None and record.last_line < each.last_line:
                self.save(
                    msgspec.structs.replace(
                        record, last_line=each.last_line, command_lines=each.command_lines
                    )
                )

    def remove(self, attempt_id: AttemptId) -> None:
        """Forget an attempt whose end is durable, or that nobody wants."""
        if self._records.pop(attempt_id, None) is not None:
            self._append(_Line(gone=attempt_id), is_durable=False, may_wait=True)

    def _append(
        self, line: _Line, *, is_durable: bool, may_wait: bool = False
    ) -> asyncio.Future[None]:
        content = frame(_encode(line))
        self._written_bytes += len(content)
        if self._written_bytes > WASTE_BYTES and self._written_bytes > 8 * self._live_bytes():
            records = list(self._records.values())
            self._disk.write(lambda: self._rewrite(records))
            self._written_bytes = 0

        def job() -> Syncable | None:
            assert self._file is not None, "the file is open from load to close"
            self._file.append(content)
            return self._file if is_durable else None

        return self._disk.write(job, len(content), may_wait=may_wait)

    def _live_bytes(self) -> int:
        return sum(len(_encode(record)) for record in self._records.values())

    def _rewrite(self, records: list[AttemptRecord]) -> None:
        """Write the file anew, all or nothing. Runs in the disk thread, or before it works."""
        draft = self._path.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        file = SegmentFile(draft)
        file.append(b"".join(frame(_encode(_Line(record=record))) for record in records))
        file.sync()
        draft.rename(self._path)
        self._sync_folder()
        if self._file is not None:
            self._file.close()
        self._file = file

    def _sync_folder(self) -> None:
        descriptor = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def close(self) -> None:
        """Close the file once the disk has written all that it was given."""
        self._disk.write(self._close)

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
