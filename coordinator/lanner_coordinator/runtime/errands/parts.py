"""A file of lines that is cut into parts, each a file of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from lanner_coordinator.runtime.artifacts import ArtifactError, ArtifactStorage, ArtifactUri
from lanner_coordinator.runtime.errands.batch_sizes import BatchSize
from lanner_coordinator.runtime.errands.failures import first_failure
from lanner_coordinator.runtime.errands.line_files import lines_of

_AT_ONCE = 32
"""Parts that are written at the same time: their waits for the disk fall together."""

SMALL_BYTES = 256 * 1024
"""Bytes of a part that are held before they are written; no more than `_AT_ONCE` times that."""


@dataclass(slots=True, kw_only=True)
class Lines:
    """A file that is read once, line by line, while its parts are written.

    Attributes:
        size: When a part is full.
        header: First line of a CSV, which each part has; empty: none.
        rest: All lines after the next one.
        first: The next line; absent: the end.
    """

    size: BatchSize
    header: bytes
    rest: AsyncIterator[bytes]
    first: bytes | None


@dataclass(slots=True)
class _Part:
    """One part on its way.

    Attributes:
        pieces: What is to be written.
        size_bytes: Of the pieces.
        line_count: Lines so far, without the header.
        byte_count: Bytes of those lines.
    """

    pieces: list[bytes] = field(default_factory=list)
    size_bytes: int = 0
    line_count: int = 0
    byte_count: int = 0

    def add(self, line: bytes, separator: bytes) -> None:
        """Add a line that does not count."""
        self.pieces += (line, separator)
        self.size_bytes += len(line) + len(separator)

    def take(self, line: bytes, separator: bytes) -> None:
        """Add a line."""
        self.add(line, separator)
        self.line_count += 1
        self.byte_count += len(line) + len(separator)

    def is_full(self, size: BatchSize, index: int) -> bool:
        """Whether it takes no more; it has a line at least."""
        return bool(self.line_count) and size.is_full(index, self.line_count, self.byte_count)

    def taken(self) -> bytes:
        """What is to be written, which is forgotten hereby."""
        content = b"".join(self.pieces)
        self.pieces, self.size_bytes = [], 0
        return content


async def open_lines(
    storage: ArtifactStorage, uri: ArtifactUri, size: BatchSize, *, is_csv: bool = False
) -> Lines:
    """Begin to read; for parts of a number, the lines are counted first.

    Raises:
        ArtifactMissing: There is no such file.
        ValueError: A line is too long.
    """
    if size.partitions:
        count = await _count(lines_of(storage, uri, size.separator, is_csv=is_csv))
        size = size.with_line_count(max(count - is_csv, 0))
    lines = lines_of(storage, uri, size.separator, is_csv=is_csv)
    header = await anext(lines, b"") if is_csv else b""
    return Lines(size=size, header=header, rest=lines, first=await anext(lines, None))


async def write_parts(
    storage: ArtifactStorage, lines: Lines, uri_of: Callable[[int], ArtifactUri]
) -> int:
    """Write all parts, several at once, as each waits for the disk; how many there are.

    Raises:
        ArtifactError, OSError, ValueError: One of them cannot be written; the others may be there.
    """
    room = asyncio.Semaphore(_AT_ONCE)
    count = 0
    try:
        async with asyncio.TaskGroup() as writing:
            while lines.first is not None:
                uri, index = uri_of(count), count
                count += 1
                content, is_whole = await _begin_part(lines, index)
                # Without a limit: each of those that write gives its place back.
                await room.acquire()
                if is_whole:
                    writing.create_task(_write_small(storage, uri, content, room))
                else:
                    await _write_large(storage, uri, lines, index, content)
                    room.release()
    except* (ArtifactError, OSError, ValueError) as failures:
        raise first_failure(failures) from failures
    return count


async def _begin_part(lines: Lines, index: int) -> tuple[_Part, bool]:
    """The next part, or its beginning if it is a large one; whether it is all of it."""
    part = _Part()
    if lines.header:
        part.add(lines.header, lines.size.separator)
    while lines.first is not None and not part.is_full(lines.size, index):
        if part.size_bytes > SMALL_BYTES:
            return part, False
        await _take_line(lines, part)
    return part, part.size_bytes <= SMALL_BYTES


async def _take_line(lines: Lines, part: _Part) -> None:
    if lines.first is not None:
        part.take(lines.first, lines.size.separator)
        lines.first = await anext(lines.rest, None)


async def _write_small(
    storage: ArtifactStorage, uri: ArtifactUri, part: _Part, room: asyncio.Semaphore
) -> None:
    try:
        async with storage.writer(uri) as writer:
            await writer.write(part.taken())
            await writer.finish()
    finally:
        room.release()


async def _write_large(
    storage: ArtifactStorage, uri: ArtifactUri, lines: Lines, index: int, part: _Part
) -> None:
    async with storage.writer(uri) as writer:
        while lines.first is not None and not part.is_full(lines.size, index):
            if part.size_bytes > SMALL_BYTES:
                await writer.write(part.taken())
            await _take_line(lines, part)
        await writer.write(part.taken())
        await writer.finish()


async def _count(lines: AsyncIterator[bytes]) -> int:
    count = 0
    async for _ in lines:
        count += 1
    return count
