"""Files of lines in artifact storage, read and written a piece at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator

from lanner_coordinator.runtime.artifacts import (
    ArtifactStorage,
    ArtifactUri,
    ArtifactWriter,
    Owner,
    parse_uri,
    refuse_reading,
)

LONGEST_LINE_BYTES = 64 * 1024 * 1024
"""A longer line is refused: it would have to be in memory as a whole."""

PIECE_BYTES = 256 * 1024
"""Bytes that are written together."""


def readable(uri: str, owner: Owner) -> ArtifactUri:
    """An artifact that an execution may read.

    Raises:
        ArtifactRefused: It is none.
    """
    wanted = parse_uri(uri)
    refuse_reading(wanted, owner)
    return wanted


async def lines_of(
    storage: ArtifactStorage, uri: ArtifactUri, separator: bytes = b"\n", *, is_csv: bool = False
) -> AsyncIterator[bytes]:
    """Lines of a file without their separators; one that is empty at the end is none.

    Args:
        storage: Holds the file.
        uri: Of the file.
        separator: Between lines.
        is_csv: A separator between quotes is part of a line.

    Raises:
        ArtifactMissing: There is no such file.
        ValueError: A line is too long.
    """
    rest = b""
    async for chunk in storage.open(uri):
        *whole, rest = (rest + chunk).split(separator)
        held = b""
        for line in whole:
            line = held + line
            if is_csv and line.count(b'"') % 2:
                held = line + separator
                continue
            held = b""
            yield line
        rest = held + rest
        if len(rest) > LONGEST_LINE_BYTES:
            raise ValueError(f"a line of {uri} has more than {LONGEST_LINE_BYTES} bytes")
    if rest:
        yield rest


class LineWriter:
    """Writes lines, many of them at once."""

    def __init__(self, writer: ArtifactWriter) -> None:
        self._writer = writer
        self._pending: list[bytes] = []
        self._size = 0

    async def write(self, line: bytes, separator: bytes = b"\n") -> None:
        """Append a line."""
        self._pending += (line, separator)
        self._size += len(line)
        if self._size >= PIECE_BYTES:
            await self._flush()

    async def finish(self) -> int:
        """Make the file visible; its size in bytes."""
        await self._flush()
        return await self._writer.finish()

    async def _flush(self) -> None:
        if self._pending:
            await self._writer.write(b"".join(self._pending))
        self._pending, self._size = [], 0
