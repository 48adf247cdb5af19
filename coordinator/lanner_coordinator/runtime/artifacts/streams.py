"""A file on its way to somebody, with the checksum that they can hold it against."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from lanner_coordinator.runtime.artifacts.storage import ArtifactStorage
from lanner_coordinator.runtime.artifacts.uri import ArtifactUri


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a file, in order.

    Attributes:
        data: May be empty.
        sha256: Of the whole file; in the last piece only, which has no data.
    """

    data: bytes = b""
    sha256: bytes = b""


async def pieces(
    storage: ArtifactStorage, uri: ArtifactUri, offset: int
) -> AsyncGenerator[Piece, None]:
    """A file from an offset on, and the checksum of the whole.

    What stands before the offset is read too, for the checksum; it comes as pieces without data,
    so that the receiver sees that there is progress.
    """
    digest = hashlib.sha256()
    position = 0
    async with aclosing(_chunks(storage, uri)) as chunks:
        async for chunk in chunks:
            await asyncio.to_thread(digest.update, chunk)
            yield Piece(data=chunk[max(0, offset - position) :])
            position += len(chunk)
    yield Piece(sha256=digest.digest())


async def _chunks(storage: ArtifactStorage, uri: ArtifactUri) -> AsyncGenerator[bytes, None]:
    async for chunk in storage.open(uri):
        yield chunk
