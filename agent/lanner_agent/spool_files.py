"""The spool's segments on disk: plain files of records, written by the disk thread only.

Every record carries its position, which counts over the whole life of the data folder, so that the
file `acknowledged` can say in a few bytes what need not be sent again.
"""

from __future__ import annotations

import errno
import logging
import os
import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from lanner_agent.frames import frames
from lanner_agent.spool_record import Record, record_from_bytes

log = logging.getLogger(__name__)

_MARK = struct.Struct("<QI")


class SegmentFile:
    """One segment, open for appending."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = os.open(
            path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600
        )
        self._size_bytes = os.fstat(self._descriptor).st_size

    def append(self, content: bytes) -> int:
        """Append whole records, all or nothing; where they begin."""
        assert self._descriptor is not None, "the segment is open"
        start = self._size_bytes
        try:
            written = 0
            while written < len(content):
                written += os.write(self._descriptor, memoryview(content)[written:])
        except OSError:
            os.ftruncate(self._descriptor, start)
            raise
        self._size_bytes += len(content)
        return start

    def sync(self) -> None:
        """Return when what was appended is durable."""
        if self._descriptor is not None:
            os.fdatasync(self._descriptor)

    def close(self) -> None:
        """Make durable and close."""
        self.sync()
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class SpoolFiles:
    """All segments of a spool; every method runs in the disk thread, or before it works."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[int, SegmentFile] = {}
        self._reserve = folder / "reserve"
        self._mark = os.open(folder / "acknowledged", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def load(self) -> Iterator[tuple[int, int, Record]]:
        """Every sound record in order: segment, offset of the report in its file, record.

        Torn records are cut off.
        """
        for number in sorted(int(path.stem) for path in self._folder.glob("*.seg")):
            path = self._path(number)
            content = path.read_bytes()
            end = 0
            for each in frames(content):
                record = record_from_bytes(each.content)
                yield number, each.end - len(record.report), record
                end = each.end
            if end < len(content):
                log.warning("%s: cut off %d torn bytes.", path.name, len(content) - end)
                os.truncate(path, end)

    def acknowledged(self) -> int:
        """Position up to which everything is acknowledged, as last marked."""
        content = os.pread(self._mark, _MARK.size, 0)
        if len(content) < _MARK.size:
            return 0
        position, checksum = _MARK.unpack(content)
        return int(position) if zlib.crc32(content[:8]) == checksum else 0

    def mark_acknowledged(self, position: int) -> None:
        """Remember it; not synced: losing it repeats reports, which is harmless."""
        number = position.to_bytes(8, "little")
        os.pwrite(self._mark, number + zlib.crc32(number).to_bytes(4, "little"), 0)

    def append(self, segment: int, content: bytes, *, use_reserve: bool) -> tuple[SegmentFile, int]:
        """Append a record to a segment; the file, to be synced, and the record's end in it.

        Args:
            segment: Number of the segment.
            content: The record.
            use_reserve: On a full disk give up the space that is reserved for results.
        """
        file = self._open.get(segment)
        if file is None:
            file = self._open[segment] = SegmentFile(self._path(segment))
        try:
            return file, file.append(content) + len(content)
        except OSError as error:
            if error.errno != errno.ENOSPC or not use_reserve:
                raise
            self._reserve.unlink(missing_ok=True)
            return file, file.append(content) + len(content)

    def read(self, segment: int, offset: int, length: int) -> bytes:
        """Read a piece of a segment."""
        with self._path(segment).open("rb") as file:
            file.seek(offset)
            return file.read(length)

    def seal(self, segment: int) -> None:
        """Close a segment that gets no more records."""
        if file := self._open.pop(segment, None):
            file.close()

    def replace(self, segment: int, contents: Sequence[bytes]) -> None:
        """Write a sealed segment anew, all or nothing."""
        draft = self._folder / f"{segment:010d}.draft"
        draft.unlink(missing_ok=True)
        file = SegmentFile(draft)
        file.append(b"".join(contents))
        file.close()
        draft.rename(self._path(segment))

    def delete(self, segment: int) -> None:
        """Remove a sealed segment."""
        self.seal(segment)
        self._path(segment).unlink(missing_ok=True)

    def reserve(self, size_bytes: int) -> None:
        """Keep space for results on a disk that others may fill; none to be had is no error."""
        with self._reserve.open("wb") as file, suppress(OSError):
            os.posix_fallocate(file.fileno(), 0, size_bytes)

    def close(self) -> None:
        """Close what is open."""
        for segment in list(self._open):
            self.seal(segment)
        os.close(self._mark)

    def _path(self, segment: int) -> Path:
        return self._folder / f"{segment:010d}.seg"
