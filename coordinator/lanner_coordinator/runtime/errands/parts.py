"""A file of lines that is cut into parts, each a file of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from lanner_coordinator.runtime.artifacts import ArtifactStorage, ArtifactUri
from lanner_coordinator.runtime.errands.batch_sizes import BatchSize
from lanner_coordinator.runtime.errands.line_files import LineWriter, lines_of


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


async def write_part(storage: ArtifactStorage, uri: ArtifactUri, lines: Lines, index: int) -> None:
    """Write the next part, which has a line at least."""
    size = lines.size
    line_count = byte_count = 0
    async with storage.writer(uri) as opened:
        writer = LineWriter(opened)
        if lines.header:
            await writer.write(lines.header, size.separator)
        while lines.first is not None:
            if line_count and size.is_full(index, line_count, byte_count):
                break
            byte_count += len(lines.first) + len(size.separator)
            await writer.write(lines.first, size.separator)
            line_count += 1
            lines.first = await anext(lines.rest, None)
        await writer.finish()


async def _count(lines: AsyncIterator[bytes]) -> int:
    count = 0
    async for _ in lines:
        count += 1
    return count
