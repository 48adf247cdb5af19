"""Splits a file into several: `core.storage.Split`."""

from __future__ import annotations

from collections.abc import AsyncIterator

from lanner_coordinator.flow.types.native_type import NativeResult
from lanner_coordinator.runtime.artifacts import ArtifactStorage, ArtifactUri
from lanner_coordinator.runtime.errands.batch_sizes import BatchSize, read_size
from lanner_coordinator.runtime.errands.contract import Request
from lanner_coordinator.runtime.errands.files.places import source, suffix_of, target
from lanner_coordinator.runtime.errands.line_files import LineWriter, lines_of

_LIMITS = ("bytes", "partitions", "rows")


class SplitFile:
    """Reads the file once (twice for `partitions`) and writes one part after the other."""

    def __init__(self, storage: ArtifactStorage) -> None:
        self._storage = storage

    async def run(self, request: Request) -> NativeResult:
        """Split at the ends of lines, whatever the lines hold."""
        if not any(request.properties.get(name) for name in _LIMITS):
            raise ValueError("one of `bytes`, `partitions` and `rows` is needed")
        size = read_size(request.properties)
        uri = source(request)
        if size.partitions:
            size = size.with_line_count(await self._count(uri, size.separator))
        lines = lines_of(self._storage, uri, size.separator)
        uris: list[str] = []
        first = await anext(lines, None)
        while first is not None:
            part = target(request, f"part-{len(uris)}{suffix_of(uri)}")
            first = await self._write_part(part, size, len(uris), first, lines)
            uris.append(str(part))
        return NativeResult(outputs={"uris": uris})

    async def _count(self, uri: ArtifactUri, separator: bytes) -> int:
        count = 0
        async for _ in lines_of(self._storage, uri, separator):
            count += 1
        return count

    async def _write_part(
        self,
        part: ArtifactUri,
        size: BatchSize,
        index: int,
        first: bytes,
        lines: AsyncIterator[bytes],
    ) -> bytes | None:
        """Write a part that begins with a line; the first line of the next one."""
        line: bytes | None = first
        line_count = byte_count = 0
        async with self._storage.writer(part) as opened:
            writer = LineWriter(opened)
            while line is not None:
                if line_count and size.is_full(index, line_count, byte_count):
                    break
                byte_count += len(line) + len(size.separator)
                await writer.write(line, size.separator)
                line_count += 1
                line = await anext(lines, None)
            await writer.finish()
        return line
