"""The commit log: files to which commits are appended before they are acknowledged.

A bulk insert into DuckDB costs milliseconds however small it is; an append and one `fdatasync` cost
a fraction of one. So commits become durable here, and reach DuckDB's tables in bulk soon after (see
`settler`). What the tables already hold is skipped when the log is read again after a crash.

A file is a sequence of records, one for each group of commits written together: length, checksum,
number of the group, payload. Numbers go on by one from file to file, so that the first record with
a wrong checksum or number is the end: a write that was cut off, of which nobody was told that it
had succeeded.
"""

from __future__ import annotations

import contextlib
import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

from lanner_coordinator.store.errors import StoreError

SEGMENT_BYTES = 8 * 1024 * 1024
"""Size of a file; reserved when it is made, so that appends need no space and little metadata."""

_HEADER = struct.Struct("<IIQ")
_NUMBER = struct.Struct("<Q")


class CommitLog:
    """Appends groups and reads them again; used by one thread at a time, blocking."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: int | None = None
        self._offset = 0
        self._last_number = 0
        self._segments: list[tuple[int, Path]] = []

    @property
    def last_number(self) -> int:
        """Number of the last group; 0: there was none yet."""
        return self._last_number

    def size_bytes(self) -> int:
        """Space that the files take; may be called from any thread."""
        return sum(path.stat().st_size for path in self._folder.glob("*.log"))

    def replay(self, after: int) -> Iterator[tuple[int, bytes]]:
        """Groups with a number above `after`, in order; to be read to its end before `append`."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        _sync_folder(self._folder.parent)
        self._last_number = after
        for path in sorted(self._folder.glob("*.log")):
            self._segments.append((int(path.stem), path))
            for number, payload in _records(path.read_bytes()):
                if number <= self._last_number:
                    continue
                if number != self._last_number + 1:
                    raise StoreError(
                        f"The commit log in {self._folder} goes on at group {number}, but the "
                        f"database ends at group {self._last_number}: one of them is not the "
                        "other's. Restore both from one backup."
                    )
                self._last_number = number
                yield number, payload

    def append(self, payload: bytes) -> int:
        """Make a group durable; its number. After an `OSError` the log is as before."""
        number = self._last_number + 1
        body = _NUMBER.pack(number) + payload
        record = _HEADER.pack(len(payload), zlib.crc32(body), number) + payload
        file = self._file
        if file is None or self._offset + len(record) > SEGMENT_BYTES:
            file = self._start_segment(number, len(record))
        try:
            _write(file, record, self._offset)
            _sync(file)
        except OSError:
            self._erase(file)
            raise
        self._offset += len(record)
        self._last_number = number
        return number

    def forget(self, up_to: int) -> None:
        """Delete files all of whose groups have a number of at most `up_to`."""
        while len(self._segments) > 1 and self._segments[1][0] <= up_to + 1:
            self._segments.pop(0)[1].unlink(missing_ok=True)

    def reset(self) -> None:
        """Delete all files, whose groups the tables hold."""
        self.close()
        while self._segments:
            self._segments.pop()[1].unlink(missing_ok=True)

    def close(self) -> None:
        """Close the file that is open; may be called again."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _start_segment(self, first_number: int, needed_bytes: int) -> int:
        path = self._folder / f"{first_number:020d}.log"
        file = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        try:
            _reserve(file, max(SEGMENT_BYTES, needed_bytes))
            os.fsync(file)
            _sync_folder(self._folder)
        except OSError:
            os.close(file)
            path.unlink(missing_ok=True)
            raise
        self.close()
        self._file = file
        self._offset = 0
        self._segments.append((first_number, path))
        return file

    def _erase(self, file: int) -> None:
        """Make what was written of a record unreadable, if the disk still lets us."""
        with contextlib.suppress(OSError):
            _write(file, bytes(_HEADER.size), self._offset)


def _records(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Whole records of a file, up to the first that is none."""
    at = 0
    while at + _HEADER.size <= len(content):
        length, checksum, number = _HEADER.unpack_from(content, at)
        start = at + _HEADER.size
        payload = content[start : start + length]
        if number == 0 or len(payload) < length:
            return
        if zlib.crc32(_NUMBER.pack(number) + payload) != checksum:
            return
        yield number, payload
        at = start + length


def _write(file: int, record: bytes, offset: int) -> None:
    view = memoryview(record)
    while view:
        written = os.pwrite(file, view, offset)
        view = view[written:]
        offset += written


def _reserve(file: int, size_bytes: int) -> None:
    """Take the space now; where the system cannot, appends find out themselves."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file, 0, size_bytes)


def _sync(file: int) -> None:
    """Wait until the content is on disk."""
    getattr(os, "fdatasync", os.fsync)(file)


def _sync_folder(folder: Path) -> None:
    """Wait until the names of new files are on disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
