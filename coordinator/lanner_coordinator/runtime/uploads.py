"""Files that people and services store and fetch."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from lanner_coordinator.runtime.artifacts import (
    ArtifactStorage,
    ArtifactUri,
    ArtifactWriter,
    parse_uri,
)
from lanner_coordinator.runtime.errors import InvalidRequest
from lanner_coordinator.runtime.flows.registry import FlowRegistry, no_such_flow
from lanner_coordinator.runtime.ids import IdFactory


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file on its way into the storage.

    Attributes:
        uri: Under which it will be found.
        writer: Where its bytes go.
    """

    uri: str
    writer: ArtifactWriter

    async def write(self, data: bytes) -> None:
        """Append.

        Raises:
            StorageFull: There is no space.
        """
        await self.writer.write(data)

    async def finish(self, sha256: str) -> int:
        """Keep the file; its size in bytes.

        Args:
            sha256: What it must have, in hexadecimal; empty: not checked.

        Raises:
            ArtifactDamaged: It has another one.
            StorageFull: There is no space.
        """
        return await self.writer.finish(sha256)


class Uploads:
    """Stores and fetches files."""

    def __init__(self, *, storage: ArtifactStorage, flows: FlowRegistry, ids: IdFactory) -> None:
        self._storage = storage
        self._flows = flows
        self._ids = ids

    @asynccontextmanager
    async def begin(self, namespace: str, flow_id: str, name: str) -> AsyncIterator[Upload]:
        """Store a file for a flow; nothing is left of it unless it is finished inside.

        Raises:
            NotFound: There is no such flow.
            ArtifactRefused: The name is not a plain relative path.
        """
        if self._flows.current_of(namespace, flow_id) is None:
            raise no_such_flow(namespace, flow_id)
        uri = ArtifactUri.of_upload(namespace, flow_id, self._ids.new_id(), name)
        async with self._storage.writer(uri) as writer:
            yield Upload(uri=str(uri), writer=writer)

    async def download(self, uri: str, offset: int) -> tuple[int, AsyncGenerator[bytes, None]]:
        """Size of a file, and its bytes from an offset on.

        Raises:
            ArtifactRefused: It is no URI of a file.
            ArtifactMissing: There is no such file.
            InvalidRequest: The offset lies outside of the file.
        """
        parsed = parse_uri(uri)
        size_bytes = await self._storage.size(parsed)
        if not 0 <= offset <= size_bytes:
            raise InvalidRequest(f"`offset` is {offset}, but the file has {size_bytes} bytes")
        return size_bytes, self._chunks(parsed, offset)

    async def _chunks(self, uri: ArtifactUri, offset: int) -> AsyncGenerator[bytes, None]:
        async for chunk in self._storage.open(uri, offset):
            yield chunk
