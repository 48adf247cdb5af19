"""Writes the lines of a file in reverse order into a new one: `core.storage.Reverse`."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from lanner_coordinator.flow.types.native_type import NativeResult
from lanner_coordinator.runtime.artifacts import ArtifactStorage, ArtifactUri
from lanner_coordinator.runtime.artifacts.storage import CHUNK_BYTES
from lanner_coordinator.runtime.errands.contract import Request
from lanner_coordinator.runtime.errands.files.places import (
    separator_of,
    source,
    suffix_of,
    target,
)
from lanner_coordinator.runtime.errands.line_files import LONGEST_LINE_BYTES, LineWriter

STEP_BYTES = 4 * CHUNK_BYTES
"""Read at once: a storage elsewhere gives far more at each place than what is asked for."""


class Reverse:
    """Reads the file from its end, some chunks at a time."""

    def __init__(self, storage: ArtifactStorage) -> None:
        self._storage = storage

    async def run(self, request: Request) -> NativeResult:
        """Each line is written with a separator behind it, the last one too."""
        uri, separator = source(request), separator_of(request)
        reversed_uri = target(request, f"reversed{suffix_of(uri)}")
        async with self._storage.writer(reversed_uri) as opened:
            writer = LineWriter(opened)
            async for line in self._lines(uri, separator):
                await writer.write(line, separator)
            await writer.finish()
        return NativeResult(outputs={"uri": str(reversed_uri)})

    async def _lines(self, uri: ArtifactUri, separator: bytes) -> AsyncIterator[bytes]:
        """Lines from the last to the first; an empty one at the end is none."""
        end = await self._storage.size(uri)
        is_last = True
        rest = b""
        while end > 0:
            begin = max(end - STEP_BYTES, 0)
            rest = await self._read(uri, begin, end - begin) + rest
            rest, *whole = rest.split(separator)
            for line in reversed(whole):
                if line or not is_last:
                    yield line
                is_last = False
            if len(rest) > LONGEST_LINE_BYTES:
                raise ValueError(f"a line of {uri} has more than {LONGEST_LINE_BYTES} bytes")
            end = begin
        if rest or not is_last:
            yield rest

    async def _read(self, uri: ArtifactUri, begin: int, length: int) -> bytes:
        piece = b""
        async with aclosing(self._chunks(uri, begin)) as chunks:
            async for chunk in chunks:
                piece += chunk
                if len(piece) >= length:
                    break
        return piece[:length]

    async def _chunks(self, uri: ArtifactUri, begin: int) -> AsyncGenerator[bytes, None]:
        async for chunk in self._storage.open(uri, begin):
            yield chunk
