"""Files that people and services store and fetch."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from lanner_coordinator.runtime.artifacts import (
    ArtifactStorage,
    ArtifactUri,
    ArtifactWriter,
    Piece,
    Resumption,
    parse_uri,
    pieces,
)
from lanner_coordinator.runtime.errors import InvalidRequest
from lanner_coordinator.runtime.flows.registry import FlowRegistry, no_such_flow
from lanner_coordinator.runtime.ids import IdFactory
from lanner_coordinator.runtime.resumptions import read_resumption


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What is told of an upload before its first byte.

    Attributes:
        namespace: Of the flow that it is for.
        flow_id: Of the flow that it is for.
        name: Plain relative path.
        upload_id: Names it when it goes on after a broken link; empty: it cannot.
        offset: Bytes that came before.
        size_bytes: Of the whole; 0: not known.
    """

    namespace: str
    flow_id: str
    name: str
    upload_id: str = ""
    offset: int = 0
    size_bytes: int = 0


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
    async def begin(self, beginning: Beginning) -> AsyncIterator[Upload]:
        """Store a file for a flow; nobody sees it unless it is finished inside.

        Raises:
            NotFound: There is no such flow.
            ArtifactRefused: The name is not a plain relative path, or the file is too large.
            InvalidRequest: The id is none that an upload can have.
            StorageFull: There is no space for all of it.
            UploadOutOfStep: It goes on where its beginning does not end.
        """
        uri, resumption = await self._admitted(beginning)
        async with self._storage.writer(uri, resumption) as writer:
            yield Upload(uri=str(uri), writer=writer)

    async def find(self, beginning: Beginning) -> int:
        """Bytes that are here of an upload; raises what `begin` does."""
        _, resumption = await self._admitted(beginning)
        return await self._storage.unfinished(resumption.key) if resumption else 0

    async def _admitted(self, beginning: Beginning) -> tuple[ArtifactUri, Resumption | None]:
        """Where a file is to be, and how its upload goes on."""
        namespace, flow_id = beginning.namespace, beginning.flow_id
        if self._flows.current_of(namespace, flow_id) is None:
            raise no_such_flow(namespace, flow_id)
        resumption = read_resumption(
            beginning.upload_id,
            beginning.offset,
            beginning.size_bytes,
            "upload",
            namespace,
            flow_id,
            beginning.name,
        )
        uri = ArtifactUri.of_upload(namespace, flow_id, self._ids.new_id(), beginning.name)
        await self._storage.admit(uri, beginning.size_bytes, resumption.key if resumption else "")
        return uri, resumption

    async def download(self, uri: str, offset: int) -> tuple[int, AsyncGenerator[Piece, None]]:
        """Size of a file, and all of it from an offset on.

        Raises:
            ArtifactRefused: It is no URI of a file.
            ArtifactMissing: There is no such file.
            InvalidRequest: The offset lies outside of the file.
        """
        parsed = parse_uri(uri)
        size_bytes = await self._storage.size(parsed)
        if not 0 <= offset <= size_bytes:
            raise InvalidRequest(f"`offset` is {offset}, but the file has {size_bytes} bytes")
        return size_bytes, pieces(self._storage, parsed, offset)
